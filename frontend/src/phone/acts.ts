/**
 * Acts done on the phone, kept until the server has them: in order, each with one id for all its attempts, so that an
 * answer lost on the way cannot make the act happen twice. What happened keeps its own time (`occurred_at`).
 */
export interface Act {
  id: string;
  url: string;
  /** Acts on the same matter wait for each other; "" for what is new. */
  matter: string;
  /** Where it was pressed, so that the page can show it as pressed after it is loaded again. */
  form: string;
  occurredAt: string;
  label: string;
  fields: [string, string][];
}

/** How the matter stands, told with a conflict: what the person can still choose. */
export interface Standing {
  number: string;
  standing: string;
  version: number;
  open: boolean;
  notable: boolean;
  href: string;
}

export interface Kept extends Act {
  /** conflict and refused wait for the person, not for the network. */
  state: "waiting" | "conflict" | "refused";
  text?: string;
  now?: Standing;
}

export type Outcome =
  /** The server has it. */
  | { kind: "done"; text?: string }
  /** The server understood and says no: it will not be accepted as it is, the person must know. */
  | { kind: "refused"; text: string }
  /** Somebody else was faster: the person chooses. */
  | { kind: "conflict"; text: string; now: Standing }
  /** Not now: no network, server down, signed out. It stays. `text`: only this act cannot go; others may. */
  | { kind: "later"; signedOut: boolean; text?: string }
  /** This phone was cut off. */
  | { kind: "wipe" };

export type Files = [string, File][];

export interface Store {
  all(): Promise<[number, Kept][]>;
  add(act: Kept, files: Files): Promise<void>;
  files(key: number): Promise<Files>;
  put(key: number, act: Kept): Promise<void>;
  drop(key: number): Promise<void>;
}

export type Send = (act: Act, files: Files) => Promise<Outcome>;

export interface Listener {
  /** Everything that lies on the phone, oldest first, whenever that changes. */
  kept(acts: [number, Kept][]): void;
  done(act: Act, outcome: Outcome & { kind: "done" }): void;
  asked(act: Act, outcome: Outcome & { kind: "refused" | "conflict" }): void;
  /** Nothing more can go now, and something was done. */
  drained(): void;
  signedOut(): void;
  wipe(): void;
}

export type Choice = "again" | "note" | "drop";

export class ActQueue {
  readonly #store: Store;
  readonly #send: Send;
  readonly #tell: Listener;
  #draining: Promise<void> | null = null;

  constructor(store: Store, send: Send, tell: Listener) {
    this.#store = store;
    this.#send = send;
    this.#tell = tell;
  }

  /** Keeps the act: when this resolves, a phone that dies has lost nothing. */
  async keep(act: Act, files: Files = []): Promise<void> {
    await this.#store.add({ ...act, state: "waiting" }, files);
    await this.look();
  }

  /** Tells what lies on the phone, network or not. */
  async look(): Promise<void> {
    this.#tell.kept(await this.#sorted());
  }

  /** Sends what waits, oldest first; what depends on something that cannot go now waits with it. */
  drain(): Promise<void> {
    this.#draining ??= this.#run().finally(() => (this.#draining = null));
    return this.#draining;
  }

  /** What the person chose for an act that was refused or overtaken. */
  async choose(key: number, choice: Choice): Promise<void> {
    const all = await this.#sorted();
    const act = all.find(([known]) => known === key)?.[1];
    if (!act) return;
    if (act.now) await this.#goOn(all, act, act.now.version);
    const fields = act.now ? on(act.now.version, act.fields) : act.fields;
    if (choice === "drop") await this.#store.drop(key);
    else await this.#store.put(key, { ...waiting(act), fields: choice === "note" ? [...fields, ["as_note", "1"]] : fields });
    await this.look();
  }

  /** The person has seen how the matter stands now: what they did after that act goes on from there. */
  async #goOn(all: [number, Kept][], { matter }: Kept, version: number): Promise<void> {
    for (const [key, act] of all) if (act.matter === matter && act.state === "waiting") await this.#store.put(key, { ...act, fields: on(version, act.fields) });
  }

  async #sorted(): Promise<[number, Kept][]> {
    return (await this.#store.all()).sort(([a], [b]) => a - b);
  }

  async #run(): Promise<void> {
    const blocked = new Set<string>();
    let done = 0;
    for (;;) {
      const all = await this.#sorted();
      this.#tell.kept(all);
      const next = firstFree(all, blocked);
      if (!next) break;
      const outcome = await this.#attempt(...next, blocked);
      if (outcome === "stop") break;
      if (outcome === "done") done += 1;
    }
    if (done > 0) this.#tell.drained();
  }

  async #attempt(key: number, act: Kept, blocked: Set<string>): Promise<"done" | "go on" | "stop"> {
    const outcome = await this.#send(act, await this.#store.files(key));
    switch (outcome.kind) {
      case "done":
        await this.#store.drop(key);
        this.#tell.done(act, outcome);
        return "done";
      case "refused":
      case "conflict":
        await this.#store.put(key, { ...act, state: outcome.kind, text: outcome.text, ...(outcome.kind === "conflict" ? { now: outcome.now } : {}) });
        this.#tell.asked(act, outcome);
        return "go on";
      case "wipe":
        this.#tell.wipe();
        return "stop";
      case "later":
        if (outcome.signedOut) this.#tell.signedOut();
        if (outcome.text === undefined) return "stop";
        blocked.add(line(act));
        await this.#store.put(key, { ...act, text: outcome.text });
        return "go on";
    }
  }
}

/** Acts in one line go one after the other. */
function line(act: Act): string {
  return act.matter || act.id;
}

function firstFree(all: [number, Kept][], blocked: ReadonlySet<string>): [number, Kept] | undefined {
  const held = new Set(blocked);
  for (const [key, act] of all) {
    if (act.state === "waiting" && !held.has(line(act))) return [key, act];
    // What came after an act that was overtaken may no longer be meant: it waits for the choice.
    if (act.state === "conflict") held.add(line(act));
  }
  return undefined;
}

function waiting({ text: _text, now: _now, ...act }: Kept): Kept {
  return { ...act, state: "waiting" };
}

function on(version: number, fields: [string, string][]): [string, string][] {
  return fields.map(([name, value]) => (name === "version" && Number(value) < version ? [name, String(version)] : [name, value]));
}

export interface Answer {
  state?: string;
  text?: string;
  number?: string;
  standing?: string;
  version?: number;
  open?: boolean;
  notable?: boolean;
  href?: string;
}

/** Answers that speak of this one act, not of the way to the server. */
const ALONE = new Set([400, 404, 405, 413, 414, 415, 500]);

/** What an answer means for the act. Only a JSON answer with a state is the application's own word; a proxy's page is not. */
export function judge(status: number, body: Answer | null): Outcome {
  const text = body?.text ?? String(status);
  if (body?.state === "done" && status >= 200 && status < 300) return { kind: "done", ...(body.text ? { text: body.text } : {}) };
  if (body?.state === "refused") return { kind: "refused", text };
  if (body?.state === "conflict") return { kind: "conflict", text, now: standing(body) };
  if (body?.state === "wipe") return { kind: "wipe" };
  return { kind: "later", signedOut: status === 401 || status === 403, ...(ALONE.has(status) ? { text } : {}) };
}

function standing(body: Answer): Standing {
  return { number: body.number ?? "", standing: body.standing ?? "", version: body.version ?? 0, open: body.open ?? false, notable: body.notable ?? false, href: body.href ?? "" };
}
