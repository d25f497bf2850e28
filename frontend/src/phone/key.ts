import { renewCsrf } from "../csrf.ts";
import { learnFrom } from "../server-time.ts";
import { deviceKey } from "./device.ts";
import { hold, holder, type Holder } from "./vault.ts";
import { wipe } from "./wipe.ts";

export type Standing = "ready" | "signed out" | "no network" | "wiped";

/** A network that is there in name only must not keep the officer from working. */
const PATIENCE = 10_000;

const address = (name: "phoneKey" | "phoneWiped", usual: string): string => document.querySelector<HTMLElement>("[data-phone-key]")?.dataset[name] ?? usual;

/** Asks the server for this person's key, and for a fresh token against forged requests. */
export async function askKey(): Promise<Standing> {
  let response: Response;
  try {
    response = await fetch(address("phoneKey", "/phone/key/"), { headers: { Accept: "application/json", "X-Watchroom-Device": deviceKey() }, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    return "no network";
  }
  learnFrom(response);
  if (response.status === 410) {
    await wipeHere();
    return "wiped";
  }
  if (!response.ok) return response.status === 401 || response.status === 403 || response.type === "opaqueredirect" ? "signed out" : "no network";
  const said = (await response.json()) as { owner: string; key: string; csrf: string };
  renewCsrf(said.csrf);
  if ("subtle" in crypto) await hold(said.owner, Uint8Array.from(atob(said.key), (letter) => letter.charCodeAt(0)));
  return "ready";
}

export async function wipeHere(leave = true): Promise<void> {
  await wipe(address("phoneWiped", "/phone/wiped/"));
  if (leave) location.replace("/sign-in/");
}

/** Who works here, also without a network; null where nobody has signed in since the last sign-out. */
export async function whoHere(): Promise<Holder | null> {
  return "subtle" in crypto ? holder() : null;
}
