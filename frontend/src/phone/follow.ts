const WAIT = 400;
const AGAIN_AFTER = 60_000;
const LOADED_FOR = "watchroom.loaded-for";

let pressed = 0;
let leaving = false;

/** What was pressed is on the phone before the page may load itself again: also a load that has begun waits for it. */
export async function pressing<T>(work: () => Promise<T>): Promise<T> {
  pressed += 1;
  if (leaving) window.stop();
  leaving = false;
  try {
    return await work();
  } finally {
    pressed -= 1;
  }
}

/** The page as the server sees it now, unless somebody is in the middle of something. */
export function reload(waiting: number): void {
  if (!navigator.onLine || waiting > 0 || busy()) return;
  leaving = true;
  location.reload();
}

/** Up to where in the stream this page shows everything. */
function shown(): string {
  return document.querySelector("wr-live[last]")?.getAttribute("last") ?? "";
}

/** A network too slow for a new page brings the kept one again, with the same news behind it: then not at once again. */
function pause(): number {
  const [from, at] = JSON.parse(sessionStorage.getItem(LOADED_FOR) ?? "[]") as [string?, number?];
  return from && from === shown() ? Math.max(WAIT, (at ?? 0) + AGAIN_AFTER - Date.now()) : WAIT;
}

/** Whether somebody is writing, recording or has chosen a file, or what was pressed is not noted yet. */
function busy(): boolean {
  if (pressed > 0) return true;
  const files = [...document.querySelectorAll<HTMLInputElement>("main input[type=file]")];
  const writing = document.activeElement?.matches("main textarea, main input, main select") ?? false;
  return writing || document.querySelector("[data-phone-record].btn-danger") !== null || files.some((field) => Boolean(field.files?.length));
}

/** The page follows the stream: a new call shows at once, but never over what somebody is writing. */
export function setUpFollow(waiting: () => number): void {
  if (!document.querySelector("[data-phone-follow]")) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (document.hidden) return;
      reload(waiting());
      if (leaving) sessionStorage.setItem(LOADED_FOR, JSON.stringify([shown(), Date.now()]));
    }, pause());
  };
  document.addEventListener("wr:entry", (told) => {
    const { event = "" } = (told as CustomEvent<{ event?: string }>).detail ?? {};
    if (!event.includes(".road.")) look();
  });
  document.addEventListener("wr:resumed", look);
  document.addEventListener("wr:reset", look);
}
