// The screens of posts: board, a post's place, a plan's editor. Loaded beside page.js; brings the map with it.
import "../styles/coverage.css";
import "./board.ts";
import { drawConditions } from "./coverage/conditions.ts";
import { drawOutline } from "./coverage/outline.ts";
import type { WrMap } from "./map/wr-map.ts";

const LAYERS_EVERY = 3000;
const FOLLOWING = ["posts", "zones", "coverage", "units"] as const;
const map = document.querySelector<WrMap>("wr-map");

/** A row under the cursor or the finger is shown on the map; a post clicked on the map comes to hand in the list. */
function followRows(): void {
  document.addEventListener("focusin", (event) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>("tr[data-post]");
    if (row?.dataset["lon"]) map?.show(Number(row.dataset["lon"]), Number(row.dataset["lat"]));
  });
  map?.addEventListener("wr:select", (event) => {
    const { layer, id } = (event as CustomEvent<{ layer: string; id: string }>).detail;
    if (layer !== "posts") return;
    const choice = document.querySelector<HTMLSelectElement>("form[data-line] select[name=post]");
    if (choice && [...choice.options].some(({ value }) => value === id)) {
      choice.value = id;
      choice.focus();
      return;
    }
    const row = document.querySelector<HTMLElement>(`tr[data-post="${CSS.escape(id)}"]`);
    row?.scrollIntoView({ block: "center" });
    row?.focus({ preventScroll: true });
  });
}

/** The layers follow the stream as the list does, a little slower: one domain's entries, or all of them. */
function followStream(): void {
  const follow = map?.dataset["follow"];
  if (!map || follow === undefined) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener(follow ? `wr:entry:${follow}` : "wr:entry", () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      for (const layer of FOLLOWING) void map.refresh(layer);
    }, LAYERS_EVERY);
  });
}

/** A planning run brings what it found as layers; conditions drawn in the form are shown with them. */
function showPlanning(): void {
  const sent = document.getElementById(map?.dataset["planner"] ?? "");
  const form = document.querySelector<HTMLFormElement>("form[data-conditions]");
  if (!map) return;
  const found = JSON.parse(sent?.textContent ?? "{}") as Partial<Record<"posts" | "zones", GeoJSON.FeatureCollection>>;
  const kept = { posts: found.posts?.features ?? [], zones: (found.zones?.features ?? []).filter(({ id }) => !form || !String(id).startsWith("c")) };
  const conditions = form ? drawConditions(form, () => draw()) : null;
  const draw = (): void => {
    const drawn = conditions?.features() ?? { posts: [], zones: [] };
    for (const layer of ["posts", "zones"] as const) map.setLayer(layer, { type: "FeatureCollection", features: [...kept[layer], ...drawn[layer]] });
  };
  map.addEventListener("wr:place", (event) => {
    const { lon, lat } = (event as CustomEvent<{ lon: number; lat: number }>).detail;
    conditions?.add(lon, lat);
  });
  draw();
}

/** A click on the map is the post's place, or the next corner of a zone. */
function pickPlace(form: HTMLFormElement): void {
  const field = (name: string): HTMLInputElement => form.elements.namedItem(name) as HTMLInputElement;
  const outline = drawOutline(form, map);
  map?.addEventListener("wr:place", (event) => {
    const { lon, lat } = (event as CustomEvent<{ lon: number; lat: number }>).detail;
    if (field("kind").value === "zone") return outline.add(lon, lat);
    field("lon").value = lon.toFixed(6);
    field("lat").value = lat.toFixed(6);
  });
}

followRows();
followStream();
if (map?.dataset["planner"] !== undefined) showPlanning();
// Another agency has other posts and people: its form is asked for.
const planning = document.querySelector<HTMLFormElement>("form[data-agency]");
planning?.querySelector("select[name=agency]")?.addEventListener("change", (event) => {
  location.assign(`${planning.getAttribute("action")}?agency=${(event.target as HTMLSelectElement).value}`);
});
const place = document.querySelector<HTMLFormElement>("form[data-place]");
if (place) pickPlace(place);
