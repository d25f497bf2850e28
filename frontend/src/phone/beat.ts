import { PMTiles } from "pmtiles";
import { here } from "./position.ts";

const ZOOMS = [10, 11, 12, 13, 14, 15];
const MOST = 600;
const AGAIN_AFTER = 24 * 3600_000;
const KEPT_AS = "watchroom.beat";

type Tile = [number, number, number];

/** The tiles of a box (west, south, east, north) from far to near, no more than a phone should keep. */
export function tilesOf([west, south, east, north]: [number, number, number, number]): Tile[] {
  const found: Tile[] = [];
  for (const zoom of ZOOMS) {
    const [left, top] = [column(west, zoom), row(north, zoom)];
    const [right, bottom] = [column(east, zoom), row(south, zoom)];
    if (found.length + (right - left + 1) * (bottom - top + 1) > MOST) return found;
    for (let x = left; x <= right; x++) for (let y = top; y <= bottom; y++) found.push([zoom, x, y]);
  }
  return found;
}

const column = (lon: number, zoom: number): number => Math.floor(((lon + 180) / 360) * 2 ** zoom);

function row(lat: number, zoom: number): number {
  const angle = (lat * Math.PI) / 180;
  return Math.floor(((1 - Math.asinh(Math.tan(angle)) / Math.PI) / 2) * 2 ** zoom);
}

/** Once a day, while there is a network, the tiles of the beat pass through the service worker, which keeps them. */
export async function keepBeat(): Promise<void> {
  const place = document.querySelector<HTMLElement>("[data-phone-beat]");
  const address = place?.querySelector("wr-map")?.getAttribute("tiles");
  const box = place?.dataset["phoneBeat"]?.split(",").map(Number);
  if (!address || box?.length !== 4 || !navigator.onLine || !navigator.serviceWorker?.controller) return;
  const mark = JSON.parse(localStorage.getItem(KEPT_AS) ?? "[]") as [string?, number?];
  if (mark[0] === String(box) && Date.now() - (mark[1] ?? 0) < AGAIN_AFTER) return;
  const archive = new PMTiles(new URL(address, document.baseURI).href);
  try {
    const { minZoom, maxZoom } = await archive.getHeader();
    for (const [zoom, x, y] of tilesOf(box as [number, number, number, number])) if (zoom >= minZoom && zoom <= maxZoom) await archive.getZxy(zoom, x, y);
    localStorage.setItem(KEPT_AS, JSON.stringify([String(box), Date.now()]));
  } catch {
    // No tiles, or the network went away: the next visit tries again.
  }
}

/** By time as the server ordered them, or the nearest first from where the phone is. */
export function setUpOrder(): void {
  const list = document.getElementById("phone-cards");
  const buttons = [...document.querySelectorAll<HTMLButtonElement>("[data-phone-order]")];
  if (!list || buttons.length === 0) return;
  const byTime = [...list.children];
  for (const button of buttons)
    button.addEventListener("click", () => {
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      if (button.dataset["phoneOrder"] === "time") list.replaceChildren(...byTime);
      else void nearestFirst(list, byTime);
    });
}

async function nearestFirst(list: HTMLElement, cards: Element[]): Promise<void> {
  const fix = await here();
  if (!fix) return;
  const { longitude, latitude } = fix.coords;
  const away = (card: Element): number => {
    const { lon, lat } = (card as HTMLElement).dataset;
    return lon === undefined || lat === undefined ? Infinity : Math.hypot((Number(lon) - longitude) * Math.cos((latitude * Math.PI) / 180), Number(lat) - latitude);
  };
  const order = new Map(cards.map((card) => [card, away(card)]));
  list.replaceChildren(...[...cards].sort((a, b) => (order.get(a) === order.get(b) ? 0 : (order.get(a) ?? 0) - (order.get(b) ?? 0))));
}
