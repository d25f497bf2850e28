import type { WrMap } from "../map/wr-map.ts";

type Corner = [number, number];

/** The outline of a zone, corner by corner, kept as GeoJSON in the form's own field and drawn on the map. */
export function drawOutline(form: HTMLFormElement, map: WrMap | null): { add(lon: number, lat: number): void } {
  const field = form.elements.namedItem("outline") as HTMLTextAreaElement;
  const kind = form.elements.namedItem("kind") as HTMLSelectElement;
  const tools = form.querySelector<HTMLElement>("[data-outline-tools]");
  let corners = read(field.value);

  const show = (): void => {
    const ring = corners.length > 2 ? closed(corners) : [];
    const geometry = ring.length > 0 ? polygon(ring) : { type: "LineString" as const, coordinates: corners };
    const features = corners.length > 1 ? [{ type: "Feature" as const, id: 1, geometry, properties: { standing: "leaving" } }] : [];
    map?.setLayer("zones", { type: "FeatureCollection", features });
    if (tools) tools.hidden = kind.value !== "zone";
  };
  const write = (): void => {
    field.value = corners.length > 2 ? JSON.stringify(polygon(closed(corners))) : "";
    show();
  };
  form.querySelector("[data-outline-undo]")?.addEventListener("click", () => {
    corners.pop();
    write();
  });
  form.querySelector("[data-outline-clear]")?.addEventListener("click", () => {
    corners = [];
    write();
  });
  kind.addEventListener("change", show);
  field.addEventListener("change", () => {
    corners = read(field.value);
    show();
  });
  show();
  return {
    add(lon, lat) {
      corners.push([Number(lon.toFixed(6)), Number(lat.toFixed(6))]);
      write();
    },
  };
}

function closed(corners: Corner[]): Corner[] {
  return [...corners, corners[0] as Corner];
}

function polygon(ring: Corner[]): GeoJSON.Polygon {
  return { type: "Polygon", coordinates: [ring] };
}

/** The corners of a polygon as typed; nothing where it is none: the server says what is wrong with it. */
function read(text: string): Corner[] {
  try {
    const ring = (JSON.parse(text) as GeoJSON.Polygon).coordinates[0] ?? [];
    return ring.slice(0, -1).map(([lon, lat]) => [lon ?? 0, lat ?? 0]);
  } catch {
    return [];
  }
}
