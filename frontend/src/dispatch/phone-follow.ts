import type { WrMap } from "../map/wr-map.ts";
import { pin } from "./board.ts";

/** The phone's page follows the stream: a new call shows at once, but never over what somebody is writing. */
const WAIT = 400;

function busy(): boolean {
  const typed = [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("main textarea, main input:not([type=hidden])")];
  const waiting = document.querySelector('[data-phone="queue"]')?.textContent;
  return Boolean(waiting) || typed.some((field) => field.value !== field.defaultValue);
}

export function setUpPhoneFollow(): void {
  if (!document.querySelector("[data-phone-follow]")) return;
  const map = document.querySelector<WrMap>("wr-map");
  pin(map, document.querySelector<HTMLElement>("[data-assignment]"));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => (busy() || document.hidden ? undefined : location.reload()), WAIT);
  };
  document.addEventListener("wr:entry:dispatch", (told) => {
    const { event = "" } = (told as CustomEvent<{ event?: string }>).detail;
    if (event.startsWith("dispatch.road.")) void map?.refresh("closures");
    else look();
  });
  document.addEventListener("wr:resumed", look);
}
