import type { LayerSpecification, Map as MapLibre, PointLike, SourceSpecification } from "maplibre-gl";
import { token } from "../theme.ts";
import { BOLD, REGULAR } from "./style.ts";

/** Beats and their doors come a square at a time, only what the reader may see: never all at once. */
export const DEEPEST = 17;
const LAYERS = ["door", "beat-centre", "beat-area"];

export function doorsSource(address: string, shifted: boolean): SourceSpecification {
  // Not `new URL`: it would write the braces otherwise. The worker needs a whole address.
  return { type: "vector", tiles: [`${location.origin}${address}${shifted ? "?shifted=1" : ""}`], maxzoom: DEEPEST };
}

/** How a door stands: the one that waits is hollow, the one that is due has a ring. Never colour alone. */
function filled(): never {
  return ["match", ["get", "standing"], "due", token("--soon-solid"), "open", token("--surface"), "manned", token("--good-solid"), token("--line-strong")] as never;
}

function edged(): never {
  return ["match", ["get", "standing"], "open", token("--ink-2"), "due", token("--ink"), token("--surface")] as never;
}

export function doorsLayers(): LayerSpecification[] {
  const text = { "text-color": token("--ink"), "text-halo-color": token("--map-halo"), "text-halo-width": 1.6 };
  const of = (layer: string): { source: string; "source-layer": string } => ({ source: "doors", "source-layer": layer });
  const dot = { "circle-color": filled(), "circle-stroke-color": edged(), "circle-stroke-width": 1.5 };
  const line = ["match", ["get", "standing"], "due", token("--soon-solid"), "manned", token("--good-solid"), token("--ink-2")] as never;
  return [
    { id: "beat-centre", type: "circle", ...of("centres"), paint: { ...dot, "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, 2.5, 11, 6] } },
    { id: "beat-area", type: "fill", ...of("outlines"), paint: { "fill-color": line, "fill-opacity": 0.12 } },
    { id: "beat-edge", type: "line", ...of("outlines"), paint: { "line-color": line, "line-width": 1.5 } },
    { id: "beat-title", type: "symbol", ...of("outlines"), minzoom: 12, layout: { "text-field": ["get", "name"], "text-font": BOLD, "text-size": 12 }, paint: text },
    { id: "door", type: "circle", ...of("doors"), paint: { ...dot, "circle-radius": ["case", [">", ["get", "n"], 1], 10, 6] } },
    { id: "door-number", type: "symbol", ...of("doors"), filter: [">", ["get", "n"], 1], layout: { "text-field": ["to-string", ["get", "n"]], "text-font": REGULAR, "text-size": 11, "text-allow-overlap": true }, paint: text },
  ];
}

/** What was pressed: the page of one door or beat; several doors at once come nearer first. */
export function pressedDoor(map: MapLibre, at: PointLike, pages: DOMStringMap): string | null {
  const [hit] = map.queryRenderedFeatures(at, { layers: LAYERS.filter((name) => map.getLayer(name)) });
  if (!hit) return null;
  const { id, code, n } = hit.properties as { id?: number; code?: string; n?: number };
  if (id !== undefined) return pages["doorPage"]?.replace("{id}", String(id)) ?? null;
  if (code !== undefined) return pages["beatPage"]?.replace("{code}", encodeURIComponent(code)) ?? null;
  if (n !== undefined) map.easeTo({ center: map.unproject(at), zoom: map.getZoom() + 2, duration: 200 });
  return null;
}
