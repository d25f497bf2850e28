/** The queue of the board: rows come and go as the server says, in the server's order. */
export class Queue {
  readonly #table: HTMLElement;
  readonly #rowsAt: string;
  readonly #changed: () => void;
  #last: Promise<void> = Promise.resolve();

  constructor(table: HTMLElement, rowsAt: string, changed: () => void) {
    this.#table = table;
    this.#rowsAt = rowsAt;
    this.#changed = changed;
  }

  rows(): HTMLTableRowElement[] {
    return [...this.#table.querySelectorAll<HTMLTableRowElement>("tr[data-id]")];
  }

  row(id: string): HTMLTableRowElement | undefined {
    return this.rows().find((row) => row.dataset["id"] === id);
  }

  /** One after the other: an older answer must not take away what a newer one brought. */
  refresh(ids: readonly string[] | null): Promise<void> {
    this.#last = this.#last.catch(() => undefined).then(() => this.#ask(ids));
    return this.#last;
  }

  /** Asks for these rows, or for all; a row that was asked for and does not come has ended. */
  async #ask(ids: readonly string[] | null): Promise<void> {
    const query = ids === null ? "" : `?ids=${ids.join(",")}`;
    const response = await fetch(`${this.#rowsAt}${query}`, { headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(String(response.status));
    const sent = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = new Map([...sent.querySelectorAll<HTMLTableRowElement>("tr[data-id]")].map((row) => [row.dataset["id"] ?? "", row]));
    const asked = ids ?? this.rows().map((row) => row.dataset["id"] ?? "");
    for (const id of asked) if (!fresh.has(id)) this.#drop(id);
    for (const [id, row] of fresh) this.#put(id, document.adoptNode(row));
    this.#count();
    this.#changed();
  }

  #drop(id: string): void {
    this.row(id)?.remove();
  }

  #put(id: string, row: HTMLTableRowElement): void {
    const old = this.row(id);
    const focused = old !== undefined && old.contains(document.activeElement);
    if (old?.getAttribute("aria-selected") === "true") row.setAttribute("aria-selected", "true");
    const body = this.#table.querySelector<HTMLElement>(`tbody[data-group="${row.dataset["group"]}"]`);
    if (!body) return;
    const rank = row.dataset["rank"] ?? "";
    const next = [...body.querySelectorAll<HTMLTableRowElement>("tr[data-id]")].find((other) => other !== old && (other.dataset["rank"] ?? "") > rank);
    old?.remove();
    body.insertBefore(row, next ?? null);
    row.classList.toggle("is-new", old === undefined);
    if (focused) row.focus({ preventScroll: true });
  }

  #count(): void {
    for (const body of this.#table.querySelectorAll("tbody[data-group]")) {
      const count = body.querySelector("[data-count]");
      if (count) count.textContent = String(body.querySelectorAll("tr[data-id]").length);
    }
  }

  /** What the map draws: the same rows, so that list and map never tell different stories. */
  features(): GeoJSON.FeatureCollection {
    const placed = this.rows().filter((row) => row.dataset["lon"] !== undefined);
    return {
      type: "FeatureCollection",
      features: placed.map(({ dataset }) => ({
        type: "Feature",
        id: Number(dataset["id"]),
        geometry: { type: "Point", coordinates: [Number(dataset["lon"]), Number(dataset["lat"])] },
        properties: {
          id: Number(dataset["id"]), number: dataset["short"], title: dataset["title"], priority: Number(dataset["priority"]),
          state_text: dataset["state"], ...(dataset["due"] ? { due: dataset["due"], started: dataset["started"] } : {}),
        },
      })),
    };
  }
}
