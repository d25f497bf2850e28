export interface Fix {
  lat: number;
  lon: number;
  accuracy: number;
  speed: number | null;
  heading: number | null;
  at: string;
}

export type PositionState = "off" | "waiting" | "on" | "denied" | "unavailable" | "unenrolled" | "refused";

/** A phone out of coverage keeps this many fixes; older ones no longer help anybody find the unit. */
const KEPT = 120;

const PATIENCE = 12_000;

const SOON = 3_000;

/** Where the phone is now, as exactly as it can tell within some seconds; null where it does not tell. `soft`: nobody waits for it. */
export function here(soft = false): Promise<GeolocationPosition | null> {
  if (!("geolocation" in navigator)) return Promise.resolve(null);
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(resolve, () => resolve(null), soft ? { timeout: SOON, maximumAge: 60_000 } : { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 10_000 });
  });
}

/** Reports where the officer is while on duty, and only then. */
export class PositionReport {
  readonly #url: string;
  readonly #key: string;
  readonly #every: number;
  readonly #say: (state: PositionState) => void;
  #watch: number | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #waiting: Fix[] = [];
  #sending = false;

  /** `key`: what this phone was given when it was enrolled; it goes as the id of the OsmAnd protocol. */
  constructor(url: string, everySeconds: number, say: (state: PositionState) => void, key: string) {
    this.#url = url;
    this.#key = key;
    this.#every = everySeconds * 1000;
    this.#say = say;
  }

  start(): void {
    if (this.#watch !== null) return;
    if (!this.#key) return this.#say("unenrolled");
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
      const response = await this.#newest(sent);
      if (response.status === 403) this.#say("refused");
      if (response.ok || response.status === 403) this.#waiting = this.#waiting.filter((fix) => !sent.includes(fix));
    } catch {
      // No network: the fixes wait, and the network line of the page already says so.
    } finally {
      this.#sending = false;
    }
  }

  /** Where the unit was matters less than where it is: only the newest fix goes, its speed in knots. */
  #newest(fixes: Fix[]): Promise<Response> {
    const fix = fixes[fixes.length - 1] as Fix;
    const fields: Record<string, string> = { id: this.#key, lat: String(fix.lat), lon: String(fix.lon), timestamp: String(Math.round(Date.parse(fix.at) / 1000)) };
    if (fix.speed !== null && Number.isFinite(fix.speed)) fields["speed"] = (fix.speed * 1.943844).toFixed(1);
    return fetch(this.#url, { method: "POST", body: new URLSearchParams(fields) });
  }
}
