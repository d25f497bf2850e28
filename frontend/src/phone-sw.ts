/// <reference lib="webworker" />
// The phone's service worker: pages from the network while there is one, from the last visit when there is none.
// Pages show other people's affairs: they lie here sealed with the key of whoever is signed in (vault.ts).
import { holder, seal, unseal } from "./phone/vault.ts";
import { forget, PAGES, wipe } from "./phone/wipe.ts";
export {};
declare const self: ServiceWorkerGlobalScope;

const STATIC = "wr-static-1";
const TILES = "wr-tiles-1";
const PAGES_KEPT = 30;
const TILES_KEPT = 1500;
const PATIENCE = 4000;
const WIPED = "/phone/wiped/";
const NEVER_KEPT = new Set(["/phone/key/", "/phone/sw.js"]);
const KEPT = "X-Watchroom-Kept";

self.addEventListener("install", () => void self.skipWaiting());

self.addEventListener("activate", (event) => {
  const mine = new Set([STATIC, PAGES, TILES]);
  const old = caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith("wr-") && !mine.has(name)).map((name) => caches.delete(name))));
  event.waitUntil(old.then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  const { keep, pages } = event.data as { keep?: string[]; pages?: string[] };
  if (keep) event.waitUntil(caches.open(STATIC).then((cache) => Promise.allSettled(keep.map((url) => cache.add(url)))));
  if (pages) event.waitUntil(Promise.allSettled(pages.map(async (page) => keepPage(page, await fetch(page, { headers: { Accept: "text/html, application/geo+json" } })))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST" && url.pathname.includes("sign-out")) event.waitUntil(forget());
  if (request.method !== "GET") return;
  if (url.pathname.startsWith("/static/")) event.respondWith(fromStatic(request));
  else if (url.pathname.endsWith(".pmtiles") && request.headers.has("Range")) event.respondWith(tile(request));
  else if (url.href.startsWith(self.registration.scope) && !NEVER_KEPT.has(url.pathname)) event.respondWith(fromNetworkOrMemory(event));
});

/** What is kept is shown at once and renewed for the next time. */
async function fromStatic(request: Request): Promise<Response> {
  const cache = await caches.open(STATIC);
  const kept = await cache.match(request);
  const fresh = fetch(request).then(async (response) => {
    if (response.ok) await cache.put(request, response.clone());
    return response;
  });
  if (!kept) return fresh;
  fresh.catch(() => undefined);
  return kept;
}

/** A range of the map's file. A cache takes no partial answers: they are kept whole, under their range. */
async function tile(request: Request): Promise<Response> {
  const cache = await caches.open(TILES);
  const name = `${request.url}?range=${encodeURIComponent(request.headers.get("Range") ?? "")}`;
  try {
    const response = await fetch(request);
    if (response.status === 206) await keepTile(cache, name, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(name);
    if (!kept) throw error;
    return new Response(await kept.arrayBuffer(), { status: 206, headers: kept.headers });
  }
}

async function keepTile(cache: Cache, name: string, response: Response): Promise<void> {
  await cache.put(name, new Response(await response.arrayBuffer(), { status: 200, headers: response.headers }));
  const all = await cache.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - TILES_KEPT)).map((old) => cache.delete(old)));
}

interface Head {
  url: string;
  headers: [string, string][];
}

const text = { encode: new TextEncoder(), decode: new TextDecoder() };

/** Head, a zero byte, body: sealed as one. */
async function keepPage(address: string, response: Response): Promise<void> {
  const held = await holder();
  // A redirected answer is the sign-in page under another name.
  if (!held || !response.ok || response.redirected) return;
  const head = text.encode.encode(JSON.stringify({ url: address, headers: [...response.headers] } satisfies Head));
  const body = new Uint8Array(await response.arrayBuffer());
  const plain = new Uint8Array(head.length + 1 + body.length);
  plain.set(head);
  plain.set(body, head.length + 1);
  const { iv, data } = await seal(held, "page", plain);
  const cache = await caches.open(PAGES);
  await cache.put(name(address), new Response(new Blob([iv, data])));
  const all = await cache.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - PAGES_KEPT)).map((old) => cache.delete(old)));
}

async function keptPage(address: string): Promise<Response | null> {
  const [held, kept] = [await holder(), await (await caches.open(PAGES)).match(name(address))];
  if (!held || !kept) return null;
  const bytes = await kept.arrayBuffer();
  try {
    const plain = new Uint8Array(await unseal(held, "page", { iv: new Uint8Array(bytes.slice(0, 12)), data: bytes.slice(12) }));
    const end = plain.indexOf(0);
    const { headers } = JSON.parse(text.decode.decode(plain.subarray(0, end))) as Head;
    return new Response(plain.subarray(end + 1), { headers: [...headers, [KEPT, "1"]] });
  } catch {
    return null; // another person's
  }
}

function name(address: string): string {
  return address.split("#")[0] ?? address;
}

async function fromNetwork(request: Request): Promise<Response> {
  const response = await fetch(request);
  if (response.status === 410) await wipe(WIPED);
  else await keepPage(request.url, response.clone());
  return response;
}

async function fromNetworkOrMemory(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const kept = (await keptPage(request.url)) ?? (request.mode === "navigate" ? await keptPage(self.registration.scope) : null);
  try {
    const fresh = fromNetwork(request);
    if (!kept) return await fresh;
    // A network that is there in name only must not keep an officer waiting; what comes late is kept for the next time.
    event.waitUntil(fresh.catch(() => undefined));
    const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE));
    return (await Promise.race([fresh, late])) ?? kept;
  } catch (error) {
    if (kept) return kept;
    if (request.mode === "navigate") return nothingKept();
    throw error;
  }
}

function nothingKept(): Response {
  const page = "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><title>值守</title><p>没有网络，本机也没有保存的页面。请在有网络时登录一次。</p><p lang=en>There is no network, and no page is kept on this phone. Sign in once while there is one.</p>";
  return new Response(page, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}
