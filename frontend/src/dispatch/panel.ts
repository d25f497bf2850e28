import htmx from "htmx.org";
import { freshId } from "../ids.ts";
import { swapParts } from "./parts.ts";

/** The assessment of one incident: beside the map on the board, or a page of its own. */
export class Panel {
  readonly #place: HTMLElement;
  #opened = 0;
  #refreshed = 0;

  constructor(place: HTMLElement) {
    this.#place = place;
    place.addEventListener("change", () => this.#chosen());
    this.#chosen();
  }

  get root(): HTMLElement | null {
    return this.#place.querySelector<HTMLElement>("[data-panel]");
  }

  get incident(): string {
    return this.root?.dataset["incident"] ?? "";
  }

  /** Opens another incident; an answer that comes after the next one was asked for is dropped. */
  async open(url: string): Promise<void> {
    const opened = ++this.#opened;
    const html = await this.#fetch(url);
    if (html === null || opened !== this.#opened) return;
    this.#place.innerHTML = html;
    this.#place.scrollTop = 0;
    htmx.process(this.#place);
    this.#chosen();
    this.#place.dispatchEvent(new CustomEvent("dispatch:opened", { bubbles: true }));
  }

  /** Brings the open incident up to date; what is typed, ticked or unfolded stays. */
  async refresh(): Promise<void> {
    const url = this.root?.dataset["url"];
    const refreshed = ++this.#refreshed;
    const html = url ? await this.#fetch(url) : null;
    const { root } = this;
    if (html === null || refreshed !== this.#refreshed || !root || root.dataset["url"] !== url) return;
    swapParts(root, html, (element) => htmx.process(element));
    const version = root.querySelector<HTMLElement>("[data-version]")?.dataset["version"] ?? "";
    for (const field of root.querySelectorAll<HTMLInputElement>("input[data-seen]")) field.value = version;
    this.#chosen();
  }

  async #fetch(url: string): Promise<string | null> {
    const response = await fetch(url, { headers: { "HX-Request": "true", "HX-Current-URL": location.href, Accept: "text/html" } });
    return response.ok ? response.text() : null;
  }

  #chosen(): void {
    const ticked = [...this.#place.querySelectorAll<HTMLInputElement>("input[name=units]:checked")];
    const button = this.#place.querySelector<HTMLButtonElement>("[data-send-selected]");
    if (!button) return;
    button.disabled = ticked.length === 0;
    const names = ticked.map((box) => box.closest<HTMLElement>("[data-code]")?.dataset["code"] ?? "");
    const place = button.querySelector("[data-chosen]");
    if (place) place.textContent = names.join(" ");
  }
}

/** After an act: its dialog closes and its form is ready for another; what failed stays as it was typed. */
export function followActs(): void {
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, successful } = (event as CustomEvent<{ elt: HTMLElement; successful: boolean }>).detail;
    if (!(elt instanceof HTMLFormElement) || elt.dataset["step"] === undefined || !successful) return;
    const dialog = elt.closest("dialog");
    const said = elt.querySelector<HTMLElement>(".form-said");
    const line = document.getElementById("act-said");
    if (said && line) line.replaceChildren(...said.childNodes);
    elt.reset();
    for (const field of elt.querySelectorAll<HTMLInputElement>("input[data-fresh]")) field.value = freshId();
    dialog?.close();
  });
  // The command line says its own results: an older one above the list would mislead.
  document.addEventListener("wr:command", () => document.getElementById("act-said")?.replaceChildren());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.ctrlKey || event.isComposing) return;
    const here = event.target as Element | null;
    const form = here?.closest<HTMLFormElement>("form[data-step], form[data-intake]") ?? here?.closest("dialog")?.querySelector<HTMLFormElement>("form[data-step]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
  });
}
