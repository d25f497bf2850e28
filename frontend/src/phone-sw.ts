/// <reference lib="webworker" />
// The phone's service worker: pages from the network while there is one, from the last visit when there is none.
export {};
declare const self: ServiceWorkerGlobalScope;

const STATIC = "wr-static-1";
const PAGES = "wr-pages-1";
const PAGES_KEPT = 30;
const PATIENCE = 4000;

self.addEventListener("install", () => void self.skipWaiting());

self.addEventListener("activate", (event) => {
  const mine = new Set([STATIC, PAGES]);
  const old = caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith("wr-") && !mine.has(name)).map((name) => caches.delete(name))));
  event.waitUntil(old.then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  const { keep, page, forget } = event.data as { keep?: string[]; page?: string; forget?: boolean };
  // Signing out takes the pages with it: they show other people's affairs.
  if (forget) event.waitUntil(caches.delete(PAGES));
  if (keep) event.waitUntil(caches.open(STATIC).then((cache) => Promise.allSettled(keep.map((url) => cache.add(url)))));
  if (page) event.waitUntil(fetch(page).then((response) => keepPage(page, response)).catch(() => undefined));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(fromStatic(event.request));
  else if (event.request.mode === "navigate") event.respondWith(fromNetworkOrMemory(event.request));
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

async function keepPage(address: string, response: Response): Promise<void> {
  // A redirected answer is the sign-in page under another name.
  if (!response.ok || response.redirected) return;
  const cache = await caches.open(PAGES);
  await cache.put(address, response);
  const all = await cache.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - PAGES_KEPT)).map((old) => cache.delete(old)));
}

async function fromNetworkOrMemory(request: Request): Promise<Response> {
  const cache = await caches.open(PAGES);
  const kept = (await cache.match(request)) ?? (await cache.match(self.registration.scope));
  try {
    // A network that is there in name only must not keep an officer waiting, if there is something to show.
    const response = await fetch(request, kept ? { signal: AbortSignal.timeout(PATIENCE) } : {});
    await keepPage(request.url, response.clone());
    return response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
