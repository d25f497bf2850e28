import type { ExpressionSpecification, LayerSpecification, SourceSpecification } from "maplibre-gl";
import { token } from "../theme.ts";

/**
 * The base map as a style, its colours taken from the page's tokens. No `glyphs`: every character, Latin and Chinese,
 * is drawn from the fonts of the desk itself, so nothing is fetched. A weight is named in the first family.
 */
export const FAMILIES = ["-apple-system", "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "sans-serif"];
export const REGULAR = ["Desk Regular", ...FAMILIES];
export const BOLD = ["Desk Bold", ...FAMILIES];

/** Widths in pixels at zooms 8, 12, 16 and 19. */
const WIDTHS: Record<string, [number, number, number, number]> = {
  motorway: [1.4, 3.2, 12, 34], trunk: [1.2, 3, 11, 32], primary: [0.9, 2.4, 10, 28], secondary: [0.5, 1.8, 8, 24],
  tertiary: [0.3, 1.3, 7, 20], minor: [0.2, 0.7, 5, 16], path: [0.1, 0.3, 1.4, 4],
};
const MAJOR = ["motorway", "trunk", "primary", "secondary"];

export function localName(zh: boolean): ExpressionSpecification {
  return zh ? ["coalesce", ["get", "name"], ["get", "name_en"], ""] : ["coalesce", ["get", "name_en"], ["get", "name"], ""];
}

function kindOfRoad(): ExpressionSpecification {
  return [
    "match", ["get", "class"],
    ["motorway", "trunk", "primary", "secondary", "tertiary"], ["get", "class"],
    ["path", "footway", "cycleway", "track", "steps"], "path",
    "minor",
  ];
}

function width(extra: number): ExpressionSpecification {
  const at = (index: 0 | 1 | 2 | 3): ExpressionSpecification => [
    "match", kindOfRoad(),
    ...Object.entries(WIDTHS).flatMap(([kind, widths]) => [kind, widths[index] + extra * (index === 0 ? 0.4 : 1)]),
    1,
  ] as unknown as ExpressionSpecification;
  return ["interpolate", ["exponential", 1.4], ["zoom"], 8, at(0), 12, at(1), 16, at(2), 19, at(3)];
}

function roadColour(): ExpressionSpecification {
  return [
    "match", kindOfRoad(),
    ["motorway", "trunk"], token("--map-road-trunk"),
    ["primary", "secondary"], token("--map-road-major"),
    "tertiary", token("--map-road"),
    "path", token("--map-road-case"),
    token("--map-road-minor"),
  ];
}

const ROAD_ORDER: ExpressionSpecification = [
  "match", ["get", "class"],
  "motorway", 9, "trunk", 8, "primary", 7, "secondary", 6, "tertiary", 5, ["path", "footway", "cycleway", "track", "steps"], 1, 3,
];

const city = (layer: string): { source: string; "source-layer": string } => ({ source: "city", "source-layer": layer });

function ground(): LayerSpecification[] {
  return [
    { id: "built", type: "fill", ...city("built"), paint: { "fill-color": token("--map-built"), "fill-opacity": 0.7 } },
    { id: "green", type: "fill", ...city("green"), paint: { "fill-color": token("--map-green") } },
    { id: "water", type: "fill", ...city("water"), paint: { "fill-color": token("--map-water") } },
    { id: "waterway", type: "line", ...city("waterway"), paint: { "line-color": token("--map-water"), "line-width": ["interpolate", ["exponential", 1.4], ["zoom"], 8, 0.8, 16, ["match", ["get", "class"], ["river", "canal"], 8, 2.5]] } },
    { id: "building", type: "fill", ...city("building"), minzoom: 14, paint: { "fill-color": token("--map-building"), "fill-opacity": ["interpolate", ["linear"], ["zoom"], 14, 0, 15, 1] } },
  ];
}

function roads(): LayerSpecification[] {
  const layout = { "line-cap": "round", "line-join": "round", "line-sort-key": ROAD_ORDER } as const;
  return [
    { id: "rail", type: "line", ...city("rail"), paint: { "line-color": token("--map-rail"), "line-width": ["interpolate", ["linear"], ["zoom"], 10, 0.6, 16, 2.4], "line-dasharray": [6, 3] } },
    { id: "road-case", type: "line", ...city("road"), minzoom: 10, filter: ["!=", kindOfRoad(), "path"], layout, paint: { "line-color": token("--map-road-case"), "line-width": width(1.6) } },
    { id: "road", type: "line", ...city("road"), layout, paint: { "line-color": roadColour(), "line-width": width(0), "line-opacity": ["case", ["==", ["get", "tunnel"], true], 0.5, 1] } },
  ];
}

function areas(): LayerSpecification[] {
  const line = (layer: string, widths: [number, number], dash: number[], minzoom: number): LayerSpecification => ({
    id: layer, type: "line", ...city(layer), minzoom,
    paint: { "line-color": token("--map-beat"), "line-width": ["interpolate", ["linear"], ["zoom"], 9, widths[0], 16, widths[1]], "line-dasharray": dash, "line-opacity": ["interpolate", ["linear"], ["zoom"], minzoom, 0.35, minzoom + 3, 0.8] },
  });
  return [line("beat", [0.4, 1.4], [3, 2], 11), line("agency", [1, 2.4], [5, 2], 7)];
}

function labels(zh: boolean): LayerSpecification[] {
  const paint = { "text-color": token("--map-label"), "text-halo-color": token("--map-halo"), "text-halo-width": 1.4, "text-halo-blur": 0.4 };
  const water = { ...paint, "text-color": token("--map-water-ink") };
  const name = localName(zh);
  const along = { "text-field": name, "text-font": REGULAR, "symbol-placement": "line", "text-max-angle": 35, "text-padding": 4 } as const;
  return [
    { id: "waterway-name", type: "symbol", ...city("waterway"), minzoom: 11, layout: { ...along, "text-size": 12, "text-letter-spacing": 0.15 }, paint: water },
    { id: "water-name", type: "symbol", ...city("water"), minzoom: 11, layout: { "text-field": name, "text-font": REGULAR, "text-size": 12 }, paint: water },
    { id: "road-name", type: "symbol", ...city("road"), minzoom: 11, filter: ["match", ["get", "class"], MAJOR, true, false], layout: { ...along, "text-size": ["interpolate", ["linear"], ["zoom"], 11, 11, 17, 14], "symbol-spacing": 320 }, paint },
    { id: "street-name", type: "symbol", ...city("road"), minzoom: 14.5, filter: ["match", ["get", "class"], MAJOR, false, true], layout: { ...along, "text-size": ["interpolate", ["linear"], ["zoom"], 14, 11, 18, 13], "symbol-spacing": 240 }, paint },
    { id: "beat-name", type: "symbol", ...city("beat"), minzoom: 13, layout: { "text-field": name, "text-font": REGULAR, "text-size": 11, "text-padding": 20 }, paint: { ...paint, "text-color": token("--map-beat") } },
    {
      id: "place-name", type: "symbol", ...city("place"),
      layout: {
        "text-field": name, "text-font": BOLD, "text-padding": 6, "text-max-width": 8,
        "text-size": ["interpolate", ["linear"], ["zoom"], 6, ["match", ["get", "class"], "city", 15, 11], 14, ["match", ["get", "class"], "city", 22, ["district", "town", "suburb"], 17, 13]],
        "symbol-sort-key": ["match", ["get", "class"], "city", 0, ["district", "town"], 1, "suburb", 2, 3],
      },
      paint,
    },
  ];
}

/** Layers under the data, of what the tiles have (`present`); with nothing present only the empty land. */
export function baseLayers(zh: boolean, present: ReadonlySet<string>): LayerSpecification[] {
  const land: LayerSpecification = { id: "land", type: "background", paint: { "background-color": token("--map-land") } };
  const drawn = [...ground(), ...roads(), ...areas(), ...labels(zh)];
  return [land, ...drawn.filter((layer) => "source-layer" in layer && present.has(layer["source-layer"] ?? ""))];
}

export interface Outside {
  type: "raster" | "vector";
  tiles: string[];
  /** The tiles are in GCJ-02: what is drawn over them is shifted, and clicks are shifted back. */
  gcj02?: boolean;
  tileSize?: number;
  minzoom?: number;
  maxzoom?: number;
  attribution?: string;
  /** Style layers of a vector source; their `source` is "outside". */
  layers?: LayerSpecification[];
}

export function outsideSource(outside: Outside): SourceSpecification {
  const { type, tiles, tileSize = 256, minzoom = 0, maxzoom = 18, attribution = "" } = outside;
  return type === "raster" ? { type, tiles, tileSize, minzoom, maxzoom, attribution } : { type, tiles, minzoom, maxzoom, attribution };
}

export function outsideLayers(outside: Outside): LayerSpecification[] {
  return outside.type === "raster" ? [{ id: "outside", type: "raster", source: "outside" }] : (outside.layers ?? []);
}
