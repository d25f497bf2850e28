import { empty, STORES } from "./database.ts";
import { drop } from "./vault.ts";

export const PAGES = "wr-pages-2";

/** At sign-out: the key and the pages go; what waits stays sealed until the same person is back. */
export async function forget(): Promise<void> {
  if ("caches" in globalThis) await caches.delete(PAGES);
  if ("indexedDB" in globalThis) await drop();
}

/** A lost phone: nothing stays. Then the server is told, so that the desk sees that it is done. */
export async function wipe(tell: string): Promise<void> {
  await empty(STORES);
  for (const name of await caches.keys()) if (name.startsWith("wr-")) await caches.delete(name);
  if ("localStorage" in globalThis) localStorage.clear();
  await fetch(tell, { method: "POST" });
}
