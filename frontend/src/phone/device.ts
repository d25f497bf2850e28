/** The key this phone was given when it was enrolled; scanned once as `#device=…`, then kept on the phone alone. */
const KEPT_AS = "watchroom.device";

export function deviceKey(): string {
  const scanned = new URLSearchParams(location.hash.slice(1)).get("device");
  if (scanned) {
    localStorage.setItem(KEPT_AS, scanned);
    // Neither history nor a screenshot of the address shall hold it.
    history.replaceState(null, "", location.pathname + location.search);
  }
  return localStorage.getItem(KEPT_AS) ?? "";
}
