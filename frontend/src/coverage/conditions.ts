type Point = [number, number];
const AREAS = ["reach_area", "keep_out"];

/** Conditions of a plan: rows of the form, drawn on the map as they are typed and filled by clicks on it. */
export function drawConditions(form: HTMLFormElement, changed: () => void): { add(lon: number, lat: number): void; features(): Drawn } {
  const rows = form.querySelector<HTMLElement>("[data-rows]");
  const template = form.querySelector<HTMLTemplateElement>("template");
  const all = (): HTMLElement[] => [...form.querySelectorAll<HTMLElement>("[data-condition]")];
  const drawing = (): HTMLElement | null => form.querySelector<HTMLElement>("[data-drawing]");

  const draw = (row: HTMLElement | null): void => {
    for (const one of all()) {
      one.toggleAttribute("data-drawing", one === row);
      one.querySelector("[data-draw]")?.setAttribute("aria-pressed", String(one === row));
    }
    if (row && field(row, "kind").value === "") field(row, "kind").value = "reach";
  };
  form.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    const row = target.closest<HTMLElement>("[data-condition]");
    if (target.closest("[data-add]")) {
      rows?.append(template?.content.cloneNode(true) ?? "");
      field(all().at(-1) as HTMLElement, "kind").focus();
    } else if (row && target.closest("[data-draw]")) draw(row === drawing() ? null : row);
    else if (row && target.closest("[data-undo]")) write(row, read(row).slice(0, -1));
    else if (row && target.closest("[data-remove]")) {
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      (next?.querySelector<HTMLElement>("select") ?? form.querySelector<HTMLElement>("[data-add]"))?.focus();
      changed();
    }
  });
  const write = (row: HTMLElement, points: Point[]): void => {
    field(row, "place").value = points.map(([lon, lat]) => `${lon.toFixed(6)},${lat.toFixed(6)}`).join(" ");
    changed();
  };
  form.addEventListener("change", (event) => {
    if ((event.target as HTMLElement).closest("[data-condition]")) changed();
  });
  return {
    add(lon, lat) {
      const row = drawing();
      if (row) write(row, AREAS.includes(field(row, "kind").value) ? [...read(row), [lon, lat]] : [[lon, lat]]);
    },
    features() {
      const drawn: Drawn = { posts: [], zones: [] };
      all().forEach((row, index) => drawn[AREAS.includes(field(row, "kind").value) ? "zones" : "posts"].push(...feature(row, `n${index}`)));
      return drawn;
    },
  };
}

export interface Drawn {
  posts: GeoJSON.Feature[];
  zones: GeoJSON.Feature[];
}

function field(row: HTMLElement, name: string): HTMLInputElement {
  return row.querySelector(`[name=cond_${name}]`) as HTMLInputElement;
}

/** The coordinates of a row; none where somebody typed a name: the server finds those. */
function read(row: HTMLElement): Point[] {
  const pairs = field(row, "place").value.trim().split(/\s+/).map((pair) => pair.split(",").map(Number));
  return pairs.every((pair) => pair.length === 2 && pair.every(Number.isFinite)) ? (pairs as Point[]) : [];
}

function feature(row: HTMLElement, id: string): GeoJSON.Feature[] {
  const points = read(row);
  const kind = field(row, "kind").value;
  const first = points[0];
  if (!first || kind === "") return [];
  const properties = { id, name: field(row, "name").value, standing: kind === "keep_out" ? "off" : kind === "stand" ? "leaving" : "manned" };
  const geometry: GeoJSON.Geometry = !AREAS.includes(kind) || points.length === 1 ? { type: "Point", coordinates: first }
    : points.length === 2 ? { type: "LineString", coordinates: points }
    : { type: "Polygon", coordinates: [[...points, first]] };
  return [{ type: "Feature", id, geometry, properties }];
}
