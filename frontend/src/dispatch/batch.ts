/** Collects ids for a moment and hands them over together: a burst of events is one request. */
export class Batch {
  readonly #wait: number;
  readonly #work: (ids: string[]) => Promise<void>;
  #ids = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;

  constructor(wait: number, work: (ids: string[]) => Promise<void>) {
    this.#wait = wait;
    this.#work = work;
  }

  add(...ids: string[]): void {
    for (const id of ids) this.#ids.add(id);
    this.#timer ??= setTimeout(() => void this.#run(), this.#wait);
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    if (this.#running || this.#ids.size === 0) return;
    const ids = [...this.#ids];
    this.#ids.clear();
    this.#running = true;
    try {
      await this.#work(ids);
    } catch {
      // The network is away: these are asked for again when it is back, together with what comes meanwhile.
      setTimeout(() => this.add(...ids), 3000);
    } finally {
      this.#running = false;
      if (this.#ids.size > 0) this.add();
    }
  }
}
