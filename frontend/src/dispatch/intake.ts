import type { WrMap } from "../map/wr-map.ts";
import { toast } from "../toast.ts";
import { t } from "../language.ts";
import { swapParts } from "./parts.ts";

const WAIT = 180;
const DRAFT = "wr-intake";
const KEPT = ["words", "place", "caller", "caller_name", "class_code", "class_label", "lon", "lat", "place_label", "channel", "priority"];

/** The intake form: advice beside what is typed, taken by a digit; nothing typed is ever changed or lost. */
class Intake {
  readonly #form: HTMLFormElement;
  readonly #map: WrMap | null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  /** The list whose suggestions are on their way, and the digit pressed meanwhile. */
  #coming = "";
  #digit = "";

  constructor(form: HTMLFormElement) {
    this.#form = form;
    this.#map = document.querySelector<WrMap>("wr-map");
    form.addEventListener("input", () => this.#soon());
    form.addEventListener("keydown", (event) => this.#key(event));
    form.addEventListener("click", (event) => this.#click(event));
    form.addEventListener("htmx:beforeRequest", () => this.#save());
    form.addEventListener("htmx:afterRequest", (event) => {
      if ((event as CustomEvent<{ successful: boolean }>).detail.successful) sessionStorage.removeItem(DRAFT);
      else this.#field("same_as").value = "";
    });
    this.#map?.addEventListener("wr:place", (event) => {
      const { lon, lat } = (event as CustomEvent<{ lon: number; lat: number }>).detail;
      this.#place(t("地图上选的点", "picked on the map"), lon, lat);
    });
    this.#restore();
    this.#soon(0);
    form.querySelector<HTMLElement>("[name=words]")?.focus();
  }

  #field(name: string): HTMLInputElement {
    return this.#form.elements.namedItem(name) as HTMLInputElement;
  }

  #soon(wait = WAIT): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#advise(), wait);
    this.#save();
  }

  async #advise(): Promise<void> {
    const asked = ++this.#asked;
    const query = new URLSearchParams();
    for (const name of ["words", "place", "caller", "class_code", "class_words", "lon", "lat", "channel"]) query.set(name, this.#field(name).value);
    const center = this.#map?.map?.getCenter();
    if (center) {
      query.set("look_lon", String(center.lng));
      query.set("look_lat", String(center.lat));
    }
    try {
      const response = await fetch(`${this.#form.dataset["advice"]}?${query}`, { headers: { Accept: "text/html", "HX-Request": "true" } });
      if (!response.ok) throw new Error(String(response.status));
      const html = await response.text();
      if (asked === this.#asked) swapParts(document.body, html, () => undefined);
      this.#form.dataset["advised"] = String(asked);
    } catch {
      // The call can be taken without advice; the line of the page says that the network is away.
      if (asked === this.#asked) this.#form.dataset["advised"] = "failed";
    }
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing || event.altKey || event.metaKey) return;
    const target = event.target as HTMLElement;
    if (event.key === "F2") {
      const link = document.querySelector<HTMLElement>("[data-same-as]");
      if (link) this.#link(link);
      return event.preventDefault();
    }
    if (event.ctrlKey) return;
    const list = target.closest<HTMLElement>("[data-choices]");
    if (this.#coming !== "" && /^[1-9]$/.test(event.key)) {
      this.#digit = event.key;
      return event.preventDefault();
    }
    if (list && /^[1-9]$/.test(event.key)) {
      list.querySelectorAll<HTMLElement>("button[data-choice]")[Number(event.key) - 1]?.click();
      return event.preventDefault();
    }
    if (list && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const choices = [...list.querySelectorAll<HTMLElement>("button[data-choice]")];
      const at = choices.indexOf(target);
      choices[Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), 0), choices.length - 1)]?.focus();
      return event.preventDefault();
    }
    if (event.key === "Enter" && !event.shiftKey && target.dataset["then"]) {
      event.preventDefault();
      void this.#toChoices(target.dataset["then"]);
    }
  }

  /**
   * Enter in a field: its suggestions come to hand, up to date with the last letter. The focus leaves the field at
   * once, so that a digit pressed by a quick hand chooses when they are there and never lands in what was typed.
   */
  async #toChoices(id: string): Promise<void> {
    clearTimeout(this.#timer);
    const list = (): HTMLElement | null => document.getElementById(id);
    this.#coming = id;
    this.#digit = "";
    list()?.focus();
    await this.#advise();
    if (this.#coming !== id) return;
    this.#coming = "";
    const choices = list()?.querySelectorAll<HTMLElement>("button[data-choice]") ?? [];
    const first = choices[0];
    const wanted = this.#digit ? choices[Number(this.#digit) - 1] : undefined;
    if (wanted) wanted.click();
    else if (first) first.focus();
    else document.getElementById(list()?.dataset["next"] ?? "")?.focus();
  }

  #click(event: Event): void {
    const target = event.target as HTMLElement;
    const choice = target.closest<HTMLElement>("button[data-choice]");
    const link = target.closest<HTMLElement>("[data-same-as]");
    if (link) this.#link(link);
    if (target.closest("[data-unplace]")) this.#place("", null, null);
    if (!choice) return;
    const { code, label, lon, lat } = choice.dataset;
    if (code !== undefined) {
      this.#field("class_code").value = code;
      this.#field("class_label").value = label ?? code;
      this.#field("class_words").value = "";
    } else this.#place(label ?? "", Number(lon), Number(lat));
    document.getElementById(choice.closest<HTMLElement>("[data-choices]")?.dataset["next"] ?? "")?.focus();
    this.#soon(0);
  }

  /** What was typed as the place stays; the position stands beside it. */
  #place(label: string, lon: number | null, lat: number | null): void {
    this.#field("lon").value = lon === null ? "" : lon.toFixed(6);
    this.#field("lat").value = lat === null ? "" : lat.toFixed(6);
    this.#field("place_label").value = label;
    if (lon !== null && lat !== null) {
      this.#map?.show(lon, lat, 15);
      this.#map?.setLayer("incidents", { type: "FeatureCollection", features: [{ type: "Feature", id: 0, geometry: { type: "Point", coordinates: [lon, lat] }, properties: { id: 0, number: t("新警情", "new"), priority: 2, title: label } }] });
    }
    this.#soon(0);
  }

  #link(button: HTMLElement): void {
    this.#field("same_as").value = button.dataset["sameAs"] ?? "";
    if (!this.#field("words").value.trim()) return toast({ text: t("先写下来电人说了什么", "Write down what the caller said first"), tone: "late" });
    this.#form.requestSubmit();
  }

  #save(): void {
    sessionStorage.setItem(DRAFT, JSON.stringify(Object.fromEntries(KEPT.map((name) => [name, this.#field(name).value]))));
  }

  /** A page reloaded by accident has lost nothing; a form the server sent back with values keeps those. */
  #restore(): void {
    const kept = sessionStorage.getItem(DRAFT);
    if (!kept || this.#field("words").value) return;
    const values = JSON.parse(kept) as Record<string, string>;
    for (const name of KEPT) if (values[name]) this.#field(name).value = values[name];
  }
}

export function setUpIntake(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-intake]");
  if (form) new Intake(form);
}
