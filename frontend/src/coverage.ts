// The screens of posts: board, a post's place, a plan's editor. Loaded beside page.js; brings the map with it.
import "../styles/coverage.css";
import "./board.ts";
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

/** The planner's answer brings both plans as points; the map shows them, and where they are. */
function showPlans(): void {
  const points = document.getElementById(map?.dataset["planner"] ?? "");
  if (!map || !points) return;
  const plans = JSON.parse(points.textContent ?? "") as GeoJSON.FeatureCollection<GeoJSON.Point>;
  map.setLayer("posts", plans);
  const middle = (axis: 0 | 1): number => plans.features.reduce((sum, { geometry }) => sum + (geometry.coordinates[axis] ?? 0), 0) / plans.features.length;
  if (plans.features.length > 0) map.show(middle(0), middle(1), 11);
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
showPlans();
document.addEventListener("htmx:afterSwap", (event) => {
  if ((event.target as HTMLElement).id === "planner-plans") showPlans();
});
const place = document.querySelector<HTMLFormElement>("form[data-place]");
if (place) pickPlace(place);
