/** A desk's own clock may be wrong; deadlines follow the server's. Answers carry its time in the Date header. */
const KEPT_AS = "watchroom.offset";
const storage = "localStorage" in globalThis ? globalThis.localStorage : null;
// A phone without a network goes on by what it knew last.
let offset = Number(storage?.getItem(KEPT_AS) ?? 0) || 0;

export function now(): number {
  return Date.now() + offset;
}

export function learnFrom(response: Response): void {
  const stamp = Date.parse(response.headers.get("Date") ?? "");
  // What the service worker had kept tells an old time.
  if (Number.isNaN(stamp) || response.headers.has("X-Watchroom-Kept")) return;
  // The header has whole seconds: half a second is its expected remainder, and small differences are noise.
  const difference = stamp + 500 - Date.now();
  const found = Math.abs(difference) > 2000 ? difference : 0;
  if (found !== offset) storage?.setItem(KEPT_AS, String(found));
  offset = found;
}
