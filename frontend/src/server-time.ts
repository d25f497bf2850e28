/** A desk's own clock may be wrong; deadlines follow the server's. Answers carry its time in the Date header. */
let offset = 0;

export function now(): number {
  return Date.now() + offset;
}

export function learnFrom(response: Response): void {
  const stamp = Date.parse(response.headers.get("Date") ?? "");
  if (Number.isNaN(stamp)) return;
  // The header has whole seconds: half a second is its expected remainder, and small differences are noise.
  const difference = stamp + 500 - Date.now();
  offset = Math.abs(difference) > 2000 ? difference : 0;
}
