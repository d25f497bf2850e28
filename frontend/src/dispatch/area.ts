import type { WrMap } from "../map/wr-map.ts";

type Ring = [number, number][];

/** Corners as typed: "lon, lat" a line, an empty line begins another area; a line that cannot be read is left out. */
export function ringsOf(text: string): Ring[] {
  const rings: Ring[] = [[]];
  for (const line of text.split("\n")) {
    const [lon = Number.NaN, lat = Number.NaN] = line.replace("，", ",").split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    if (line.trim() === "") rings.push([]);
    else if (Number.isFinite(lon) && Number.isFinite(lat)) rings.at(-1)?.push([lon, lat]);
  }
  return rings.filter((ring) => ring.length > 0);
}

function shown(ring: Ring, id: number): GeoJSON.Feature {
  const closed = [...ring, ...ring.slice(0, 1)];
  const geometry: GeoJSON.Geometry = ring.length > 2 ? { type: "Polygon", coordinates: [closed] } : { type: "LineString", coordinates: closed };
  return { type: "Feature", id, geometry, properties: {} };
}

/** An area drawn by clicking its corners; the text field beside the map is the truth, and works without a map. */
export function setUpAreas(): void {
  for (const map of document.querySelectorAll<WrMap>("wr-map[data-draws]")) {
    const field = document.getElementById(map.dataset["draws"] ?? "") as HTMLTextAreaElement | null;
    if (!field) continue;
    const draw = (): void => map.setLayer("coverage", { type: "FeatureCollection", features: ringsOf(field.value).map(shown) });
    const write = (text: string): void => {
      field.value = text;
      draw();
    };
    map.addEventListener("wr:place", (event) => {
      const { lon, lat } = (event as CustomEvent<{ lon: number; lat: number }>).detail;
      const before = field.value === "" || field.value.endsWith("\n") ? field.value : `${field.value}\n`;
      write(`${before}${lon.toFixed(6)}, ${lat.toFixed(6)}`);
    });
    document.querySelector(`[data-draw-undo="${field.id}"]`)?.addEventListener("click", () => write(field.value.trimEnd().split("\n").slice(0, -1).join("\n")));
    field.addEventListener("input", draw);
    draw();
  }
}
