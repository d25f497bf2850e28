/** Keeps the screen on while on duty, where the phone allows it. Each return to the page needs a new lock. */
let wanted = false;
let lock: WakeLockSentinel | null = null;

async function hold(): Promise<void> {
  if (!wanted || document.hidden || !("wakeLock" in navigator)) return;
  try {
    lock = await navigator.wakeLock.request("screen");
  } catch {
    // Refused when the battery is low: the screen then sleeps as the phone decides, nothing else changes.
  }
}

document.addEventListener("visibilitychange", () => void hold());

export function keepAwake(on: boolean): void {
  wanted = on;
  if (on) void hold();
  else void lock?.release();
}
