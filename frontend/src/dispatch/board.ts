import htmx from "htmx.org";
import { isTyping } from "../keys.ts";
import type { WrMap } from "../map/wr-map.ts";
import { Batch } from "./batch.ts";
import { Panel } from "./panel.ts";
import { Queue } from "./queue.ts";

interface Entry {
  kind?: string;
  event?: string;
  matter?: number;
  parent?: number | null;
}

const UNITS_AT_MOST_EVERY = 2000;
const FIGURES_EVERY = 15_000;
const FIGURES_AT_MOST_EVERY = 3000;
const RANKING_EVERY = 20_000;

/** The incident an entry is about. */
export function incidentOf({ kind, matter, parent }: Entry): string | null {
  if (kind === "dispatch.incident" && matter) return String(matter);
  return kind === "dispatch.assignment" && parent ? String(parent) : null;
}

/** Runs at once, then at most once in `every` ms, and once more if asked meanwhile. */
function seldom(every: number, work: () => void): () => void {
  let last = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    if (timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      last = Date.now();
      work();
    }, Math.max(0, last + every - Date.now()));
  };
}

/** Everything that follows the stream: rows, the open incident, the units on the map. */
export function setUpScreen(): void {
  const place = document.getElementById("panel");
  if (!place) return;
  const map = document.querySelector<WrMap>("wr-map");
  const panel = new Panel(place);
  const units = seldom(UNITS_AT_MOST_EVERY, () => void map?.refresh("units"));
  const ranking = seldom(3000, () => void panel.refresh());
  const board = document.querySelector<HTMLElement>("[data-board]");
  const queue = board ? setUpBoard(board, panel, map) : null;
  const figures = seldom(FIGURES_AT_MOST_EVERY, () => board && refreshFigures(board, map));
  if (!queue) pin(map, panel.root);
  const batch = new Batch(150, async (ids) => {
    if (queue) await queue.refresh(ids);
    if (ids.includes(panel.incident)) await panel.refresh();
    if (!queue && ids.includes(panel.incident)) void map?.refresh("routes");
  });
  document.addEventListener("wr:entry", (event) => {
    const entry = (event as CustomEvent<Entry>).detail;
    const id = incidentOf(entry);
    if (id !== null) batch.add(id);
    const road = entry.event?.startsWith("dispatch.road.");
    const unit = entry.event?.startsWith("dispatch.unit.") || entry.kind === "dispatch.assignment";
    if (road) void map?.refresh("closures");
    if (unit) units();
    if (road || unit) ranking();
    if (unit) figures();
  });
  document.addEventListener("dispatch:changed", (event) => batch.add(...((event as CustomEvent<{ ids?: number[] }>).detail.ids ?? []).map(String)));
  const everything = (): void => {
    if (queue) void queue.refresh(null);
    void panel.refresh();
    units();
  };
  // The stream tells what was missed; what is drawn is asked for anew as well, for it costs one request.
  document.addEventListener("wr:resumed", everything);
  document.addEventListener("wr:reset", everything);
  setInterval(() => document.hidden || void panel.refresh(), RANKING_EVERY);
}

function setUpBoard(board: HTMLElement, panel: Panel, map: WrMap | null): Queue {
  const table = board.querySelector<HTMLElement>("#queue") as HTMLElement;
  const empty = board.querySelector<HTMLElement>("[data-empty]");
  const queue: Queue = new Queue(table, board.dataset["rows"] ?? "", () => {
    if (empty) empty.hidden = queue.rows().length > 0;
    map?.setLayer("incidents", queue.features());
    mark(queue, panel.incident);
  });
  map?.setLayer("incidents", queue.features());
  mark(queue, panel.incident);
  const open = async (row: HTMLElement): Promise<void> => {
    mark(queue, row.dataset["id"] ?? "");
    history.replaceState(null, "", `?incident=${row.dataset["id"]}`);
    if (row.dataset["lon"]) map?.show(Number(row.dataset["lon"]), Number(row.dataset["lat"]));
    await panel.open(row.dataset["href"] ?? "");
    showRoutes(map, panel);
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  table.addEventListener("focusin", (event) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>("tr[data-id]");
    clearTimeout(timer);
    if (row && row.dataset["id"] !== panel.incident) timer = setTimeout(() => void open(row), 120);
  });
  // A click chooses; the number opens the page. The shell's own "click a row to open it" is for plain lists.
  table.addEventListener("click", (event) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>("tr[data-id]");
    if (!row || (event.target as HTMLElement).closest("a, button")) return;
    event.stopPropagation();
    row.focus({ preventScroll: true });
    if (row.dataset["id"] !== panel.incident) void open(row);
  });
  map?.addEventListener("wr:select", (event) => {
    const { layer, id } = (event as CustomEvent<{ layer: string; id: string }>).detail;
    const row = layer === "incidents" ? queue.row(id) : undefined;
    if (row && row.dataset["id"] !== panel.incident) void open(row);
  });
  setInterval(() => refreshFigures(board, map), FIGURES_EVERY);
  setUpCoverage(board, map);
  document.addEventListener("dispatch:changed", () => showRoutes(map, panel));
  return queue;
}

/** The incident of a page of its own, on that page's map. */
export function pin(map: WrMap | null, place: HTMLElement | null): void {
  const { lon, lat, number = "", priority = "2" } = place?.dataset ?? {};
  if (!map || lon === undefined || lat === undefined) return;
  const geometry = { type: "Point" as const, coordinates: [Number(lon), Number(lat)] };
  map.setLayer("incidents", { type: "FeatureCollection", features: [{ type: "Feature", id: 0, geometry, properties: { id: 0, number: number.slice(-4), priority: Number(priority) } }] });
}

function mark(queue: Queue, id: string): void {
  for (const row of queue.rows()) {
    if (row.dataset["id"] === id) row.setAttribute("aria-selected", "true");
    else row.removeAttribute("aria-selected");
  }
}

function showRoutes(map: WrMap | null, panel: Panel): void {
  const address = panel.root?.dataset["routes"];
  if (!map || !address) return;
  map.dataset["routes"] = address;
  void map.refresh("routes");
}

/** Who is free and what that covers; the area too, where it is shown. Asked when a unit comes or leaves. */
function refreshFigures(board: HTMLElement, map: WrMap | null): void {
  const address = board.dataset["figures"];
  if (!address || document.hidden) return;
  void htmx.ajax("get", address, { target: "#board-figures", swap: "outerHTML" });
  if (map?.dataset["coverage"]) void map.refresh("coverage");
}

function setUpCoverage(board: HTMLElement, map: WrMap | null): void {
  const button = board.querySelector<HTMLElement>("[data-coverage]");
  button?.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    if (!map) return;
    if (on) {
      map.dataset["coverage"] = button.dataset["coverage"] ?? "";
      void map.refresh("coverage");
    } else {
      delete map.dataset["coverage"];
      map.setLayer("coverage", { type: "FeatureCollection", features: [] });
    }
  });
}

/** Space ticks the unit under the cursor; the panel's list is walked with the arrow keys. */
export function setUpRankedKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const box = (event.target as HTMLElement).closest<HTMLElement>(".r-row")?.parentElement;
    if (!box || (isTyping(event.target) && !(event.target as HTMLInputElement).matches("[type=checkbox]"))) return;
    const boxes = [...box.querySelectorAll<HTMLInputElement>("input[name=units]:not(:disabled)")];
    const at = boxes.findIndex((one) => one.closest(".r-row")?.contains(event.target as Node));
    boxes[Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), 0), boxes.length - 1)]?.focus();
    event.preventDefault();
  });
}
