import { csrfToken } from "../csrf.ts";

export interface Fix {
  lat: number;
  lon: number;
  accuracy: number;
  speed: number | null;
  heading: number | null;
  at: string;
}

export type PositionState = "off" | "waiting" | "on" | "denied" | "unavailable";

/** A phone out of coverage keeps this many fixes; older ones no longer help anybody find the unit. */
const KEPT = 120;

/** Reports where the officer is while on duty, and only then. */
export class PositionReport {
  readonly #url: string;
  readonly #every: number;
  readonly #say: (state: PositionState) => void;
  #watch: number | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #waiting: Fix[] = [];
  #sending = false;

  constructor(url: string, everySeconds: number, say: (state: PositionState) => void) {
    this.#url = url;
    this.#every = everySeconds * 1000;
    this.#say = say;
  }

  start(): void {
    if (this.#watch !== null) return;
    if (!("geolocation" in navigator)) return this.#say("unavailable");
    this.#say("waiting");
    this.#watch = navigator.geolocation.watchPosition(
      ({ coords, timestamp }) => this.#take({ lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy, speed: coords.speed, heading: coords.heading, at: new Date(timestamp).toISOString() }),
      (error) => this.#say(error.code === error.PERMISSION_DENIED ? "denied" : "unavailable"),
      { enableHighAccuracy: true, maximumAge: 2000, timeout: 30_000 },
    );
    this.#timer = setInterval(() => void this.#flush(), this.#every);
  }

  stop(): void {
    if (this.#watch !== null) navigator.geolocation.clearWatch(this.#watch);
    clearInterval(this.#timer);
    this.#watch = null;
    // Off duty means off duty: fixes not yet sent are not sent any more.
    this.#waiting = [];
    this.#say("off");
  }

  #take(fix: Fix): void {
    const first = this.#waiting.length === 0;
    this.#waiting = [...this.#waiting, fix].slice(-KEPT);
    this.#say("on");
    if (first) void this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#sending || this.#waiting.length === 0 || this.#watch === null) return;
    this.#sending = true;
    const sent = this.#waiting;
    try {
      const response = await fetch(this.#url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify({ positions: sent }),
      });
      if (response.ok) this.#waiting = this.#waiting.filter((fix) => !sent.includes(fix));
    } catch {
      // No network: the fixes wait, and the network line of the page already says so.
    } finally {
      this.#sending = false;
    }
  }
}
