/**
 * The live stream as a client keeps it: resumed from the last event seen, never an event twice, silence noticed.
 * Reads `text/event-stream` with fetch rather than EventSource, because EventSource gives up for good on a 502,
 * cannot see a 401, and does not notice a connection that died without a word.
 */
export interface StreamEvent {
  id: string;
  name: string;
  data: string;
}

export type LiveState = "connecting" | "open" | "lost" | "ended";

export interface LiveOptions {
  /** Id of the last event the page already shows; the server sends what came after it. */
  last?: string;
  /** The server sends something (a comment is enough) more often than this. */
  silenceMs?: number;
  backoffMs?: readonly number[];
  onEvent: (event: StreamEvent) => void;
  onState: (state: LiveState) => void;
  onResponse?: (response: Response) => void;
}

const BACKOFF = [500, 1000, 2000, 4000, 8000, 15000] as const;
const SILENCE = 45_000;

/** Ids are `<transaction>-<entry>`, both whole numbers; later is greater. Negative, zero or positive, like a sort. */
export function compareIds(a: string, b: string): number {
  const [ax = 0n, an = 0n] = a.split("-").map(BigInt);
  const [bx = 0n, bn = 0n] = b.split("-").map(BigInt);
  if (ax !== bx) return ax < bx ? -1 : 1;
  return an === bn ? 0 : an < bn ? -1 : 1;
}

/** Cuts a text stream into events, whatever the pieces it arrives in. */
export class StreamParser {
  #rest = "";
  #id = "";
  #name = "";
  #data: string[] = [];
  readonly #emit: (event: StreamEvent) => void;

  constructor(emit: (event: StreamEvent) => void) {
    this.#emit = emit;
  }

  push(text: string): void {
    this.#rest += text;
    // A lone CR at the very end may be the first half of CRLF: wait for the next piece.
    const usable = this.#rest.endsWith("\r") ? this.#rest.slice(0, -1) : this.#rest;
    const lines = usable.split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? "") + this.#rest.slice(usable.length);
    for (const line of lines) this.#line(line);
  }

  #line(line: string): void {
    if (line === "") this.#finish();
    if (line === "" || line.startsWith(":")) return;
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#name = value;
    else if (field === "id") this.#id = value;
  }

  #finish(): void {
    if (this.#data.length > 0) this.#emit({ id: this.#id, name: this.#name || "entry", data: this.#data.join("\n") });
    this.#id = "";
    this.#name = "";
    this.#data = [];
  }
}

export class LiveClient {
  readonly #url: string;
  readonly #options: LiveOptions;
  #last: string;
  #failures = 0;
  #stopped = false;
  #abort: AbortController | null = null;
  #wake: (() => void) | null = null;

  constructor(url: string, options: LiveOptions) {
    this.#url = url;
    this.#options = options;
    this.#last = options.last ?? "";
  }

  get last(): string {
    return this.#last;
  }

  async run(): Promise<void> {
    this.#options.onState("connecting");
    while (!this.#stopped) {
      const goOn = await this.#connect();
      if (this.#stopped || !goOn) break;
      this.#options.onState("lost");
      await this.#pause();
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#abort?.abort();
    this.#wake?.();
  }

  /** The network is back: do not wait out the pause. */
  hurry(): void {
    this.#wake?.();
  }

  /** Takes an event once, whoever brought it: events without an id (positions) are always new. */
  accept(event: StreamEvent): boolean {
    if (event.id !== "") {
      if (this.#last !== "" && compareIds(event.id, this.#last) <= 0) return false;
      this.#last = event.id;
    }
    this.#options.onEvent(event);
    return true;
  }

  #pause(): Promise<void> {
    const steps = this.#options.backoffMs ?? BACKOFF;
    const step = steps[Math.min(this.#failures, steps.length - 1)] ?? 1000;
    this.#failures += 1;
    // Two hundred screens must not all come back in the same instant.
    const wait = step * (0.5 + Math.random());
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** One connection, until it breaks. False when there is no point in coming back (signed out, nothing more). */
  async #connect(): Promise<boolean> {
    const abort = new AbortController();
    this.#abort = abort;
    const silence = this.#options.silenceMs ?? SILENCE;
    let timer = setTimeout(() => abort.abort(), silence);
    try {
      const headers: Record<string, string> = { Accept: "text/event-stream" };
      if (this.#last !== "") headers["Last-Event-ID"] = this.#last;
      const response = await fetch(this.#url, { headers, signal: abort.signal, cache: "no-store", redirect: "error" });
      this.#options.onResponse?.(response);
      if ([204, 401, 403].includes(response.status)) {
        this.#options.onState("ended");
        return false;
      }
      if (!response.ok || !response.body) return true;
      this.#options.onState("open");
      const parser = new StreamParser((event) => this.accept(event));
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return true;
        clearTimeout(timer);
        timer = setTimeout(() => abort.abort(), silence);
        parser.push(decoder.decode(value, { stream: true }));
        this.#failures = 0;
      }
    } catch {
      // Refused, reset, silent or stopped: all of them mean "not connected", and the caller says so on the screen.
      return true;
    } finally {
      clearTimeout(timer);
    }
  }
}
