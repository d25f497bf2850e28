/** How a clock stands at a moment: pure arithmetic, no screen. */
export type Phase = "running" | "soon" | "late" | "done" | "elapsed";

export interface Reading {
  phase: Phase;
  seconds: number;
  /** Share of the time still left, 1 … 0; only where the start is known. */
  left: number | null;
}

const SOON_SHARE = 0.2;
const SOON_SECONDS = 60;

/** Times in milliseconds since the epoch; `soon` in seconds overrides the rule "last fifth, or last minute". */
export function read(at: number, due: number | null, started: number | null, ended: number | null, soon: number | null): Reading {
  if (ended !== null) return { phase: due !== null && ended > due ? "late" : "done", seconds: (ended - (started ?? ended)) / 1000, left: null };
  if (due === null) return { phase: "elapsed", seconds: (at - (started ?? at)) / 1000, left: null };
  const seconds = (due - at) / 1000;
  const total = started === null ? null : (due - started) / 1000;
  const left = total === null || total <= 0 ? null : Math.min(Math.max(seconds / total, 0), 1);
  if (seconds < 0) return { phase: "late", seconds: -seconds, left: 0 };
  const limit = soon ?? (total === null ? SOON_SECONDS : total * SOON_SHARE);
  return { phase: seconds <= limit ? "soon" : "running", seconds, left };
}
