import { AttributionControl, Map as MapLibre, NavigationControl, ScaleControl, addProtocol, setWorkerUrl } from "maplibre-gl";
import type { GeoJSONSource, LngLatBoundsLike, SourceSpecification, StyleSpecification } from "maplibre-gl";
import { PMTiles, Protocol } from "pmtiles";
import { inChinese, t } from "../language.ts";
import { learnFrom } from "../server-time.ts";
import { doorsLayers, doorsSource, pressedDoor } from "./doors.ts";
import { fromGcj02, shiftFeature, toGcj02, type LonLat } from "./gcj02.ts";
import { MapList } from "./list.ts";
import { NAMES, Overlays, SELECTABLE, overlayLayers, type OverlayName, type Position, type Silence } from "./overlays.ts";
import { baseLayers, outsideLayers, outsideSource, type Outside } from "./style.ts";
import { PIXEL_RATIO, draw } from "./symbols.ts";

// The worker is a file of ours beside this one: no blob: worker, so the content security policy stays at 'self'.
setWorkerUrl(new URL("./map-worker.js", import.meta.url).href);
const protocol = new Protocol({ metadata: true });
addProtocol("pmtiles", protocol.tile);

const DRAW_EVERY = 500;
const RELOAD_AT_MOST_EVERY = 5000;

/**
 * `<wr-map tiles="/map/city.pmtiles" center="lon,lat" zoom="12" pick data-units="/…geojson" data-incidents=…
 *          data-posts=… data-coverage=… data-closures=… data-routes=… stale-after="120" outside='{"type":"raster",…}'>`
 * `data-doors="/community/tiles/{z}/{x}/{y}.mvt"`, with `data-door-page` and `data-beat-page`, draws beats and households in squares.
 * Everything outside this element is WGS-84. Moves units on `wr:positions`, hollows silent ones on `wr:silence`, reloads its lists on `wr:resumed`.
 * Sends `wr:select` {layer, id, properties, lon, lat} and, with `pick`, `wr:place` {lon, lat}.
 */
export class WrMap extends HTMLElement {
  #map: MapLibre | null = null;
  #overlays = new Overlays();
  #list: MapList | null = null;
  #outside: Outside | null = null;
  /** The layers our own tiles have; empty without tiles. */
  #city = new Set<string>();
  #dirty = new Set<OverlayName>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #reloadedAt = 0;
  #ticks = 0;

  connectedCallback(): void {
    const canvas = document.createElement("div");
    canvas.className = "map-canvas";
    this.#overlays.staleAfter = Number(this.getAttribute("stale-after") ?? 120);
    this.#list = new MapList(this.#overlays, (name, id) => this.select(name, id));
    this.replaceChildren(canvas, this.#list.panel, this.#list.toggle);
    this.#outside = this.#readOutside();
    document.addEventListener("wr:positions", this.#onPositions);
    document.addEventListener("wr:silence", this.#onSilence);
    document.addEventListener("wr:lost", this.#onLost);
    document.addEventListener("wr:resumed", this.#onResumed);
    document.addEventListener("wr:theme", this.#onTheme);
    this.#timer = setInterval(() => this.#tick(), DRAW_EVERY);
    void this.#open(canvas);
    for (const name of NAMES) void this.refresh(name);
  }

  disconnectedCallback(): void {
    document.removeEventListener("wr:positions", this.#onPositions);
    document.removeEventListener("wr:silence", this.#onSilence);
    document.removeEventListener("wr:lost", this.#onLost);
    document.removeEventListener("wr:resumed", this.#onResumed);
    document.removeEventListener("wr:theme", this.#onTheme);
    clearInterval(this.#timer);
    this.#map?.remove();
    this.#map = null;
  }

  /** A tile source set wrongly must not cost the desk its map: our own tiles are drawn and the mistake is reported. */
  #readOutside(): Outside | null {
    const text = this.getAttribute("outside");
    if (!text) return null;
    try {
      const outside = JSON.parse(text) as Outside;
      if (["raster", "vector"].includes(outside.type) && Array.isArray(outside.tiles)) return outside;
    } catch {
      // Said below, together with JSON that is none of a tile source.
    }
    console.error("wr-map: `outside` is not a tile source; give {type: raster or vector, tiles: […]}.");
    return null;
  }

  /** The MapLibre map, for what this element does not offer. */
  get map(): MapLibre | null {
    return this.#map;
  }

  setLayer(name: OverlayName, collection: GeoJSON.FeatureCollection): void {
    this.#overlays.set(name, collection);
    this.#dirty.add(name);
  }

  moveUnits(positions: Position[]): void {
    const unknown = this.#overlays.move(positions);
    this.#dirty.add("units");
    if (unknown.length > 0 && Date.now() - this.#reloadedAt > RELOAD_AT_MOST_EVERY) void this.refresh("units");
  }

  /** Asks the server for one layer again (its `data-…` address). */
  async refresh(name: OverlayName): Promise<void> {
    const address = this.dataset[name];
    if (!address) return;
    if (name === "units") this.#reloadedAt = Date.now();
    try {
      const response = await fetch(address, { headers: { Accept: "application/geo+json, application/json" } });
      learnFrom(response);
      if (!response.ok) throw new Error(String(response.status));
      this.setLayer(name, (await response.json()) as GeoJSON.FeatureCollection);
      delete this.dataset[`${name}Failed`];
    } catch {
      // What is drawn stays and ages visibly (units turn hollow); the attribute lets the page say more.
      this.dataset[`${name}Failed`] = "1";
    }
  }

  select(name: OverlayName, id: string): void {
    const feature = this.#overlays.get(name, id);
    if (!feature) return;
    this.#mark(`${name}/${id}`);
    const [lon, lat] = (feature.geometry.type === "Point" ? feature.geometry.coordinates : []) as Partial<LonLat>;
    if (lon !== undefined && lat !== undefined) this.show(lon, lat);
    this.dispatchEvent(new CustomEvent("wr:select", { bubbles: true, detail: { layer: name, id, properties: feature.properties, lon, lat } }));
  }

  show(lon: number, lat: number, zoom?: number): void {
    const center = this.#toScreen([lon, lat]);
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#map?.easeTo({ center, ...(zoom === undefined ? {} : { zoom }), duration: still ? 0 : 400 });
  }

  #mark(key: string): void {
    this.#overlays.selected = key;
    for (const name of SELECTABLE) this.#dirty.add(name);
    this.#list?.refresh();
  }

  #toScreen(point: LonLat): LonLat {
    return this.#outside?.gcj02 ? toGcj02(point) : point;
  }

  #fromScreen(point: LonLat): LonLat {
    return this.#outside?.gcj02 ? fromGcj02(point) : point;
  }

  #place = (feature: GeoJSON.Feature): GeoJSON.Feature => (this.#outside?.gcj02 ? shiftFeature(feature) : feature);

  async #open(container: HTMLElement): Promise<void> {
    const bounds = await this.#findTiles();
    if (!this.isConnected) return;
    const center = this.getAttribute("center")?.split(",").map(Number) as LonLat | undefined;
    const view = center ? { center: this.#toScreen(center), zoom: Number(this.getAttribute("zoom") ?? 12) } : bounds ? { bounds } : { center: [105, 35] as LonLat, zoom: 3 };
    try {
      this.#map = new MapLibre({
        container, style: this.#style(), ...view, maxZoom: 19, minZoom: 3, attributionControl: false, dragRotate: false,
        pitchWithRotate: false, fadeDuration: 0, locale: locale(),
      });
    } catch {
      this.#fail(t("这台电脑的浏览器不能画地图（没有 WebGL）。列表仍可使用。", "This browser cannot draw the map (no WebGL). The list still works."));
      return;
    }
    this.#setUp(this.#map);
  }

  #setUp(map: MapLibre): void {
    map.touchZoomRotate.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-right");
    map.addControl(new AttributionControl({ compact: true }), "bottom-right");
    map.setMissingStyleImageResolver((id) => {
      const image = draw(id);
      if (image && !map.hasImage(id)) map.addImage(id, image, { pixelRatio: PIXEL_RATIO });
    });
    // Not "idle": with running clocks on a slow machine the map is never idle.
    map.once("load", () => (this.dataset["ready"] = "1"));
    map.on("click", (event) => this.#click(map, event.point, [event.lngLat.lng, event.lngLat.lat]));
    for (const name of SELECTABLE) {
      map.on("mouseenter", name, () => (map.getCanvas().style.cursor = "pointer"));
      map.on("mouseleave", name, () => (map.getCanvas().style.cursor = ""));
    }
    // A new size comes with panels opening and closing; the map must follow.
    new ResizeObserver(() => map.resize()).observe(this);
  }

  #click(map: MapLibre, point: { x: number; y: number }, at: LonLat): void {
    const layers = SELECTABLE.filter((name) => map.getLayer(name));
    const [hit] = map.queryRenderedFeatures([point.x, point.y], { layers: [...layers] });
    const page = hit ? null : pressedDoor(map, [point.x, point.y], this.dataset);
    if (hit) this.select(hit.layer.id as OverlayName, String(hit.properties["key"]));
    else if (page) location.assign(page);
    else if (this.hasAttribute("pick")) {
      const [lon, lat] = this.#fromScreen(at);
      this.dispatchEvent(new CustomEvent("wr:place", { bubbles: true, detail: { lon, lat } }));
    }
  }

  /** Where our own tiles reach; null without them, and the map is then land and data only. */
  async #findTiles(): Promise<LngLatBoundsLike | null> {
    const address = this.getAttribute("tiles");
    if (!address || this.#outside) return null;
    const archive = new PMTiles(new URL(address, document.baseURI).href);
    try {
      const { minLon, minLat, maxLon, maxLat } = await archive.getHeader();
      protocol.add(archive);
      const { vector_layers: layers } = (await archive.getMetadata()) as { vector_layers: { id: string }[] };
      this.#city = new Set(layers.map(({ id }) => id));
      return [minLon, minLat, maxLon, maxLat];
    } catch {
      this.dataset["tilesFailed"] = "1";
      return null;
    }
  }

  #style(): StyleSpecification {
    const sources: Record<string, SourceSpecification> = {};
    if (this.#outside) sources["outside"] = outsideSource(this.#outside);
    else if (this.#city.size > 0) sources["city"] = { type: "vector", url: `pmtiles://${new URL(this.getAttribute("tiles") ?? "", document.baseURI).href}` };
    for (const name of NAMES) sources[name] = { type: "geojson", data: this.#overlays.drawn(name, this.#place) };
    const under = this.#outside ? [...baseLayers(inChinese(), new Set()), ...outsideLayers(this.#outside)] : baseLayers(inChinese(), this.#city);
    const doors = this.dataset["doors"];
    if (doors) sources["doors"] = doorsSource(doors, this.#outside?.gcj02 ?? false);
    return { version: 8, sources, layers: [...under, ...(doors ? doorsLayers() : []), ...overlayLayers()] };
  }

  #tick(): void {
    this.#ticks += 1;
    if (document.hidden || !this.#map?.isStyleLoaded()) return;
    if (this.#ticks % 2 === 0 && this.#overlays.hasClocks()) this.#dirty.add("incidents");
    // Units turn hollow by the passing of time alone.
    if (this.#ticks % 20 === 0) this.#dirty.add("units");
    for (const name of this.#dirty) this.#map.getSource<GeoJSONSource>(name)?.setData(this.#overlays.drawn(name, this.#place));
    if (this.#dirty.size > 0 && this.#ticks % 4 === 0) this.#list?.refresh();
    this.#dirty.clear();
  }

  #fail(text: string): void {
    const note = document.createElement("div");
    note.className = "map-fail";
    note.textContent = text;
    this.append(note);
  }

  #onPositions = (event: Event): void => this.moveUnits((event as CustomEvent<{ units?: Position[] }>).detail?.units ?? []);

  #onSilence = (event: Event): void => this.#hush((event as CustomEvent<Silence | null>).detail);

  #onLost = (): void => this.#hush(null);

  #hush(told: Silence | null): void {
    this.#overlays.hush(told);
    this.#dirty.add("units");
  }

  #onResumed = (): void => {
    for (const name of NAMES) void this.refresh(name);
  };

  #onTheme = (): void => {
    this.#map?.setStyle(this.#style(), { diff: true });
  };
}

function locale(): Record<string, string> {
  return {
    "Map.Title": t("地图", "Map"),
    "NavigationControl.ZoomIn": t("放大", "Zoom in"),
    "NavigationControl.ZoomOut": t("缩小", "Zoom out"),
    "AttributionControl.ToggleAttribution": t("数据来源", "Sources"),
    "ScaleControl.Meters": t("米", "m"),
    "ScaleControl.Kilometers": t("公里", "km"),
  };
}

if (!customElements.get("wr-map")) customElements.define("wr-map", WrMap);
