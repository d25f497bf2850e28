import type { LayerSpecification } from "maplibre-gl";
import { span } from "../clock.ts";
import { read } from "../deadline.ts";
import { t } from "../language.ts";
import { now } from "../server-time.ts";
import { token, tone } from "../theme.ts";
import { BOLD, REGULAR } from "./style.ts";

/** The data layers, from the bottom up. `select` ones answer to clicks and appear in the list. */
export const NAMES = ["areas", "coverage", "zones", "speeds", "closures", "routes", "posts", "units", "incidents"] as const;
export type OverlayName = (typeof NAMES)[number];
export const SELECTABLE: readonly OverlayName[] = ["incidents", "units", "posts"];

export interface Position {
  id: string | number;
  lon: number;
  lat: number;
  at?: string;
  status?: string;
}

/** A post or zone in the colour of how it stands. */
function standingColour(): never {
  const solid = token("--line-strong");
  const tints = ["match", ["get", "tint"], 1, token("--good-solid"), 2, token("--accent-solid"), 3, token("--busy-solid"), 4, token("--soon-solid"), solid];
  return ["case", ["has", "tint"], tints, standings()] as never;
}

function standings(): never {
  const solid = token("--line-strong");
  return ["match", ["get", "standing"], "manned", token("--good-solid"), "late", token("--late-solid"), ["short", "due"], token("--soon-solid"), "leaving", token("--busy-solid"), solid] as never;
}

export interface Silence {
  all: boolean;
  silent: (string | number)[];
  heard: (string | number)[];
}

/** What each layer draws with; `selected` is the id drawn with a ring. */
export function overlayLayers(): LayerSpecification[] {
  const text = { "text-color": token("--ink"), "text-halo-color": token("--map-halo"), "text-halo-width": 1.6 };
  const label = { "text-font": REGULAR, "text-size": 11, "text-offset": [0, 1.35] as [number, number], "text-anchor": "top", "text-optional": true } as const;
  const seconds = ["coalesce", ["get", "seconds"], ["*", 60, ["coalesce", ["get", "minutes"], 5]]] as const;
  const shade = ["step", seconds, token("--good-solid"), 61, token("--accent-solid"), 181, token("--busy-solid")] as never;
  const slowness = ["step", ["get", "factor"], token("--busy-solid"), 0.7, token("--soon-solid"), 0.9, token("--good-solid")] as never;
  const ring = (name: OverlayName, radius: number): LayerSpecification => ({
    id: `${name}-ring`, type: "circle", source: name, filter: ["==", ["get", "selected"], true],
    paint: { "circle-radius": radius, "circle-color": token("--accent-solid"), "circle-opacity": 0.22, "circle-stroke-color": token("--accent-solid"), "circle-stroke-width": 2 },
  });
  const dark = ["match", ["get", "shade"], 0, 0.2, 1, 0.34, 2, 0.48, 3, 0.64, 4, 0.8, 0.03] as never;
  return [
    { id: "areas", type: "fill", source: "areas", paint: { "fill-color": token("--accent-solid"), "fill-opacity": dark } },
    { id: "areas-edge", type: "line", source: "areas", paint: { "line-color": token("--line-strong"), "line-width": 0.6 } },
    { id: "areas-name", type: "symbol", source: "areas", minzoom: 10, layout: { ...label, "text-anchor": "center", "text-offset": [0, 0], "text-field": ["concat", ["get", "name"], "\n", ["get", "said"]] }, paint: text },
    { id: "coverage-area", type: "fill", source: "coverage", filter: ["in", ["geometry-type"], ["literal", ["Polygon", "MultiPolygon"]]], paint: { "fill-color": shade, "fill-opacity": 0.16 } },
    { id: "coverage-edge", type: "line", source: "coverage", paint: { "line-color": shade, "line-width": ["interpolate", ["linear"], ["zoom"], 10, 0.5, 16, 1.5], "line-opacity": 0.45 } },
    { id: "zones-area", type: "fill", source: "zones", paint: { "fill-color": standingColour(), "fill-opacity": 0.1 } },
    { id: "zones-edge", type: "line", source: "zones", paint: { "line-color": standingColour(), "line-width": 2 } },
    { id: "zones-name", type: "symbol", source: "zones", filter: ["has", "tint"], layout: { ...label, "text-anchor": "center", "text-offset": [0, 0], "text-font": BOLD, "text-field": ["coalesce", ["get", "name"], ""] }, paint: text },
    { id: "speeds", type: "line", source: "speeds", layout: { "line-cap": "round" }, paint: { "line-color": slowness, "line-width": ["interpolate", ["linear"], ["get", "factor"], 0.3, 6, 1, 1.5] } },
    { id: "speeds-slow", type: "line", source: "speeds", filter: ["<", ["get", "factor"], 0.7], paint: { "line-color": token("--surface"), "line-width": 1.5, "line-dasharray": [2, 2] } },
    { id: "closures-case", type: "line", source: "closures", layout: { "line-cap": "round" }, paint: { "line-color": token("--surface"), "line-width": 7 } },
    { id: "closures", type: "line", source: "closures", paint: { "line-color": token("--late-solid"), "line-width": 5, "line-dasharray": [1, 0.7] } },
    { id: "routes-case", type: "line", source: "routes", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": token("--surface"), "line-width": 8 } },
    { id: "routes", type: "line", source: "routes", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": token("--accent-solid"), "line-width": 4.5, "line-opacity": ["case", ["==", ["get", "alternative"], true], 0.45, 1] } },
    ring("posts", 13), ring("units", 16), ring("incidents", 19),
    { id: "posts", type: "symbol", source: "posts", minzoom: 10, layout: { ...label, "icon-image": ["get", "icon"], "icon-allow-overlap": true, "text-field": ["step", ["zoom"], "", 13, ["coalesce", ["get", "name"], ""]] }, paint: text },
    {
      id: "units", type: "symbol", source: "units",
      layout: { ...label, "icon-image": ["get", "icon"], "icon-allow-overlap": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.6, 13, 1], "text-field": ["step", ["zoom"], "", 12, ["coalesce", ["get", "label"], ["get", "name"], ""]], "symbol-sort-key": ["case", ["==", ["get", "selected"], true], 9, 1] },
      paint: { ...text, "icon-opacity": ["match", ["get", "status"], "off", 0.6, 1] },
    },
    {
      id: "incidents", type: "symbol", source: "incidents",
      layout: { ...label, "icon-image": ["get", "icon"], "icon-anchor": "bottom", "icon-allow-overlap": true, "text-font": BOLD, "text-offset": [0, 0.2], "text-field": ["step", ["zoom"], "", 11, ["coalesce", ["get", "caption"], ""]], "symbol-sort-key": ["-", 0, ["to-number", ["get", "priority"], 9]] },
      paint: { ...text, "text-color": ["match", ["get", "phase"], "late", token("--late"), "soon", token("--soon"), token("--ink")] },
    },
  ];
}

function clockOf(properties: Record<string, unknown>): { phase: string; words: string } {
  const time = (name: string): number | null => (typeof properties[name] === "string" ? Date.parse(properties[name]) : null);
  const due = time("due");
  if (due === null || time("ended") !== null) return { phase: "none", words: "" };
  const { phase, seconds } = read(now(), due, time("started"), null, null);
  return { phase, words: phase === "late" ? t(`超时 ${span(seconds)}`, `late ${span(seconds)}`) : span(seconds) };
}

/** The features of the screen, by layer and id, with what is drawn worked out from what was sent. */
export class Overlays {
  readonly #features = new Map<OverlayName, Map<string, GeoJSON.Feature>>(NAMES.map((name) => [name, new Map()]));
  selected = "";
  staleAfter = 120;
  /** Units the server has not heard of for too long, while it can tell us; else null, and age decides here. */
  #silent: Set<string> | null = null;

  set(name: OverlayName, collection: GeoJSON.FeatureCollection): void {
    const known = this.#features.get(name);
    const fresh = new Map<string, GeoJSON.Feature>();
    collection.features.forEach((feature, index) => {
      const id = String(feature.id ?? feature.properties?.["id"] ?? index);
      fresh.set(id, name === "units" ? newer(known?.get(id), feature) : feature);
    });
    this.#features.set(name, fresh);
  }

  /** Moves units already known; says which ids are not (the page then asks for the list again). */
  move(positions: Position[]): string[] {
    const units = this.#features.get("units");
    const unknown: string[] = [];
    for (const { id, lon, lat, at, status } of positions) {
      const feature = units?.get(String(id));
      if (!feature) {
        unknown.push(String(id));
        continue;
      }
      const sent: GeoJSON.Feature = { ...feature, geometry: { type: "Point", coordinates: [lon, lat] }, properties: { ...feature.properties, ...(at ? { at } : {}), ...(status ? { status } : {}) } };
      units?.set(String(id), newer(feature, sent));
    }
    return unknown;
  }

  get(name: OverlayName, id: string): GeoJSON.Feature | undefined {
    return this.#features.get(name)?.get(id);
  }

  all(name: OverlayName): [string, GeoJSON.Feature][] {
    return [...(this.#features.get(name) ?? [])];
  }

  /** What the live stream says of silent units; null when it is lost. */
  hush(told: Silence | null): void {
    if (told === null) this.#silent = null;
    else if (told.all) this.#silent = new Set(told.silent.map(String));
    else {
      for (const id of told.silent) this.#silent?.add(String(id));
      for (const id of told.heard) this.#silent?.delete(String(id));
    }
  }

  isStale(properties: GeoJSON.GeoJsonProperties, id = ""): boolean {
    if (this.#silent !== null) return this.#silent.has(id);
    const at = Date.parse(String(properties?.["at"] ?? ""));
    return Number.isNaN(at) || now() - at > this.staleAfter * 1000;
  }

  hasClocks(): boolean {
    return this.all("incidents").some(([, feature]) => feature.properties?.["due"]);
  }

  /** What MapLibre gets: every property the layers read is set here. */
  drawn(name: OverlayName, place: (feature: GeoJSON.Feature) => GeoJSON.Feature): GeoJSON.FeatureCollection {
    const features = this.all(name).map(([id, feature]) => {
      const properties: Record<string, unknown> = { ...feature.properties, key: id, selected: `${name}/${id}` === this.selected };
      if (name === "units") properties["icon"] = ["unit", properties["kind"] ?? "car", properties["status"] ?? "off", this.isStale(properties, id) ? "stale" : "fresh", tone()].join("|");
      if (name === "posts") properties["icon"] = ["post", properties["standing"] ?? "", tone()].join("|");
      if (name === "incidents") {
        const { phase, words } = clockOf(properties);
        properties["phase"] = phase;
        properties["icon"] = ["incident", properties["priority"] ?? 3, phase, tone()].join("|");
        properties["caption"] = [properties["number"] ?? "", words].filter(Boolean).join(" · ");
      }
      return place({ type: "Feature", geometry: feature.geometry, properties });
    });
    return { type: "FeatureCollection", features };
  }
}

/** A list fetched a moment ago must not throw a unit back to where it was before. */
function newer(known: GeoJSON.Feature | undefined, sent: GeoJSON.Feature): GeoJSON.Feature {
  const before = Date.parse(String(known?.properties?.["at"] ?? ""));
  const after = Date.parse(String(sent.properties?.["at"] ?? ""));
  if (!known || Number.isNaN(before) || Number.isNaN(after) || after >= before) return sent;
  return { ...sent, geometry: known.geometry, properties: { ...sent.properties, at: known.properties?.["at"] } };
}
