/**
 * Acts done on the phone, kept until the server has them: in order, each with one id for all its attempts, so that an
 * answer lost on the way cannot make the act happen twice. What happened keeps its own time (`occurred_at`).
 */
export interface Act {
  id: string;
  url: string;
  occurredAt: string;
  label: string;
  fields: [string, FormDataEntryValue][];
}

export type Outcome =
  /** The server has it. */
  | { kind: "done"; text?: string; href?: string }
  /** The server understood and says no: it will never be accepted, the person must know. */
  | { kind: "refused"; text: string }
  /** Not now: no network, server down, signed out. It stays in the queue. */
  | { kind: "later"; signedOut: boolean };

export interface Store {
  all(): Promise<[number, Act][]>;
  put(key: number, act: Act): Promise<void>;
  drop(key: number): Promise<void>;
}

export type Send = (act: Act) => Promise<Outcome>;

export interface Listener {
  waiting(count: number): void;
  done(act: Act, outcome: Outcome & { kind: "done" }): void;
  refused(act: Act, text: string): void;
  signedOut(): void;
}

export class ActQueue {
  readonly #store: Store;
  readonly #send: Send;
  readonly #tell: Listener;
  #draining: Promise<void> | null = null;
  #lastKey = 0;

  constructor(store: Store, send: Send, tell: Listener) {
    this.#store = store;
    this.#send = send;
    this.#tell = tell;
  }

  /** Keeps the act first, then tries to send: a phone that dies in between has lost nothing. */
  async add(act: Act): Promise<void> {
    this.#lastKey = Math.max(Date.now(), this.#lastKey + 1);
    await this.#store.put(this.#lastKey, act);
    this.#tell.waiting((await this.#store.all()).length);
    await this.drain();
    // A run that was just ending may have missed this act.
    await this.drain();
  }

  /** Sends what waits, oldest first; stops at the first that cannot go now, for the next may depend on it. */
  drain(): Promise<void> {
    this.#draining ??= this.#run().finally(() => (this.#draining = null));
    return this.#draining;
  }

  async #run(): Promise<void> {
    for (;;) {
      const waiting = (await this.#store.all()).sort(([a], [b]) => a - b);
      this.#tell.waiting(waiting.length);
      const [first] = waiting;
      if (!first) return;
      const [key, act] = first;
      const outcome = await this.#send(act);
      if (outcome.kind === "later") {
        if (outcome.signedOut) this.#tell.signedOut();
        return;
      }
      await this.#store.drop(key);
      if (outcome.kind === "done") this.#tell.done(act, outcome);
      else this.#tell.refused(act, outcome.text);
    }
  }
}

/** What an answer means for the act. Only a JSON answer is the application's own word; a proxy's page is not. */
export function judge(status: number, body: { ok?: boolean; text?: string; href?: string } | null): Outcome {
  if (body && status >= 200 && status < 300 && body.ok !== false) return { kind: "done", ...(body.text ? { text: body.text } : {}), ...(body.href ? { href: body.href } : {}) };
  if (body && status !== 401 && status !== 429 && status < 500) return { kind: "refused", text: body.text ?? String(status) };
  return { kind: "later", signedOut: status === 401 || status === 403 };
}
