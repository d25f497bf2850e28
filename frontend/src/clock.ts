import { read, type Reading } from "./deadline.ts";
import { t } from "./language.ts";
import { now } from "./server-time.ts";

export function span(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const days = Math.floor(whole / 86400);
  const hours = Math.floor((whole % 86400) / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const two = (value: number): string => String(value).padStart(2, "0");
  if (days > 0) return t(`${days} 天 ${hours} 小时`, `${days} d ${hours} h`);
  if (hours > 0) return `${hours}:${two(minutes)}:${two(whole % 60)}`;
  return `${minutes}:${two(whole % 60)}`;
}

function words(reading: Reading, ended: boolean): [string, string] {
  if (ended && reading.phase === "late") return [t("超时完成", "done late"), ""];
  switch (reading.phase) {
    case "late": return [t("超时", "late"), span(reading.seconds)];
    case "soon": return [t("仅剩", "only"), span(reading.seconds)];
    case "running": return [t("剩", "left"), span(reading.seconds)];
    case "done": return [t("用时", "took"), span(reading.seconds)];
    case "elapsed": return [t("已过", "since"), span(reading.seconds)];
  }
}

/** One tick for all clocks of the page. */
const running = new Set<WrClock>();
setInterval(() => {
  if (!document.hidden) for (const clock of running) clock.draw();
}, 1000);
document.addEventListener("visibilitychange", () => {
  for (const clock of running) clock.draw();
});

/** `<wr-clock due started ended label soon>`: counts down, says in words and colour when time gets short or is over. */
export class WrClock extends HTMLElement {
  static observedAttributes = ["due", "started", "ended", "label", "soon"];
  #word = document.createElement("span");
  #time = document.createElement("span");
  #bar = document.createElement("span");
  #fill = document.createElement("span");
  #shown = "";

  connectedCallback(): void {
    this.#word.className = "clock-word";
    this.#time.className = "clock-time";
    this.#bar.className = "clock-bar";
    this.#fill.className = "clock-fill";
    this.#bar.append(this.#fill);
    this.setAttribute("role", "timer");
    this.replaceChildren(this.#bar, this.#word, this.#time);
    this.draw();
    running.add(this);
  }

  disconnectedCallback(): void {
    running.delete(this);
  }

  attributeChangedCallback(): void {
    if (this.isConnected && this.#time.isConnected) this.draw();
  }

  #at(name: string): number | null {
    const value = Date.parse(this.getAttribute(name) ?? "");
    return Number.isNaN(value) ? null : value;
  }

  draw(): void {
    const soon = this.getAttribute("soon");
    const ended = this.#at("ended");
    const reading = read(now(), this.#at("due"), this.#at("started"), ended, soon === null ? null : Number(soon));
    const [word, time] = words(reading, ended !== null);
    const before = this.dataset["phase"];
    if (`${word} ${time}` === this.#shown && before === reading.phase) return;
    this.#shown = `${word} ${time}`;
    this.#word.textContent = word;
    this.#time.textContent = time;
    this.#bar.hidden = reading.left === null;
    this.#fill.style.transform = `scaleX(${reading.left ?? 0})`;
    this.setAttribute("aria-label", [this.getAttribute("label"), word, time].filter(Boolean).join(" "));
    this.dataset["phase"] = reading.phase;
    if (before && before !== reading.phase) this.dispatchEvent(new CustomEvent("wr:clock", { bubbles: true, detail: reading.phase }));
  }
}

if (!customElements.get("wr-clock")) customElements.define("wr-clock", WrClock);
