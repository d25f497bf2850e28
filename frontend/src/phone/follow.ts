const WAIT = 400;

/** Whether somebody is writing, recording or has chosen a file. What was written before that is a draft and survives. */
export function busy(): boolean {
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
    timer = setTimeout(() => (busy() || waiting() > 0 || document.hidden || !navigator.onLine ? undefined : location.reload()), WAIT);
  };
  document.addEventListener("wr:entry", (told) => {
    const { event = "" } = (told as CustomEvent<{ event?: string }>).detail ?? {};
    if (!event.includes(".road.")) look();
  });
  document.addEventListener("wr:resumed", look);
}
