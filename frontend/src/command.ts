import { csrfToken } from "./csrf.ts";
import { t } from "./language.ts";
import { learnFrom } from "./server-time.ts";

export interface Completion {
  text: string;
  help?: string;
}

interface Result {
  ok?: boolean;
  text?: string;
  href?: string;
}

const REMEMBERED = 50;
const STORE = "wr-command";

/**
 * `<wr-command action="/api/command" complete="/api/command/complete" placeholder="…">`.
 * action: POST form field `line` → JSON {ok, text, href?}; the sentence is shown, href is opened.
 * complete: GET ?q=… → JSON {completions: [{text, help}]}; Tab takes one.
 */
export class WrCommand extends HTMLElement {
  #input = document.createElement("input");
  #result = document.createElement("span");
  #box = document.createElement("div");
  #offers: Completion[] = [];
  #picked = -1;
  #asked = 0;
  #history: string[] = [];
  #place = 0;

  connectedCallback(): void {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", t("命令行", "Command line"));
    const form = document.createElement("form");
    const prompt = document.createElement("span");
    prompt.className = "prompt";
    prompt.textContent = "›";
    prompt.setAttribute("aria-hidden", "true");
    const key = document.createElement("kbd");
    key.textContent = "/";
    this.#setUpInput();
    this.#result.className = "command-result";
    this.#result.setAttribute("role", "status");
    this.#box.className = "completions";
    this.#box.id = "wr-completions";
    this.#box.setAttribute("role", "listbox");
    this.#box.setAttribute("aria-label", t("可选命令", "Suggestions"));
    this.#box.hidden = true;
    form.append(prompt, this.#input, this.#result, key);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#run();
    });
    this.replaceChildren(this.#box, form);
    this.#history = this.#remembered();
    this.#place = this.#history.length;
  }

  #setUpInput(): void {
    const input = this.#input;
    input.autocomplete = "off";
    input.spellcheck = false;
    input.placeholder = this.getAttribute("placeholder") ?? "";
    input.setAttribute("aria-label", t("命令", "Command"));
    if (this.hasAttribute("complete")) {
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-expanded", "false");
      input.setAttribute("aria-controls", "wr-completions");
      input.setAttribute("aria-autocomplete", "list");
      input.addEventListener("input", () => void this.#complete());
    }
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("blur", () => setTimeout(() => document.activeElement === input || this.#offer([]), 150));
  }

  #remembered(): string[] {
    const parsed: unknown = JSON.parse(sessionStorage.getItem(STORE) ?? "[]");
    return Array.isArray(parsed) ? parsed.filter((line) => typeof line === "string") : [];
  }

  #remember(line: string): void {
    this.#history = [...this.#history.filter((one) => one !== line), line].slice(-REMEMBERED);
    this.#place = this.#history.length;
    sessionStorage.setItem(STORE, JSON.stringify(this.#history));
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const open = !this.#box.hidden;
    if (event.key === "Escape") {
      if (open) this.#offer([]);
      else this.#input.blur();
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const step = event.key === "ArrowUp" ? -1 : 1;
      if (open) this.#pick(this.#picked < 0 && step < 0 ? -1 : this.#picked + step);
      else this.#recall(step);
    } else if (event.key === "Tab" && open && !event.shiftKey) this.#take(Math.max(this.#picked, 0));
    else if (event.key === "Enter" && open && this.#picked >= 0) this.#take(this.#picked);
    else return;
    event.preventDefault();
  }

  #recall(step: number): void {
    this.#place = Math.min(Math.max(this.#place + step, 0), this.#history.length);
    this.#input.value = this.#history[this.#place] ?? "";
  }

  async #complete(): Promise<void> {
    const asked = ++this.#asked;
    this.#picked = -1;
    const query = this.#input.value;
    if (!query.trim()) return this.#offer([]);
    const url = new URL(this.getAttribute("complete") ?? "", document.baseURI);
    url.searchParams.set("q", query);
    try {
      const response = await fetch(url);
      const { completions } = (await response.json()) as { completions: Completion[] };
      if (asked === this.#asked) this.#offer(completions);
    } catch {
      // Suggestions are a help: without them the line can still be typed and sent, and sending reports the trouble.
      if (asked === this.#asked) this.#offer([]);
    }
  }

  /** What was picked stays picked where it is still offered: an answer may come between two presses of a key. */
  #offer(completions: Completion[]): void {
    const picked = this.#offers[this.#picked]?.text;
    this.#offers = completions;
    this.#picked = -1;
    this.#box.hidden = completions.length === 0;
    this.#input.setAttribute("aria-expanded", String(completions.length > 0));
    this.#input.removeAttribute("aria-activedescendant");
    this.#box.replaceChildren(...completions.map((one, index) => this.#option(one, index)));
    const still = completions.findIndex(({ text }) => text === picked);
    if (still >= 0) this.#pick(still);
  }

  #option({ text, help }: Completion, index: number): HTMLElement {
    const option = document.createElement("div");
    option.className = "completion";
    option.id = `wr-completion-${index}`;
    option.setAttribute("role", "option");
    const words = document.createElement("span");
    words.className = "mono";
    words.textContent = text;
    const note = document.createElement("span");
    note.className = "muted";
    note.textContent = help ?? "";
    option.append(words, note);
    option.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.#take(index);
    });
    return option;
  }

  #pick(index: number): void {
    const count = this.#offers.length;
    this.#picked = (index + count) % count;
    [...this.#box.children].forEach((child, at) => child.setAttribute("aria-selected", String(at === this.#picked)));
    this.#input.setAttribute("aria-activedescendant", `wr-completion-${this.#picked}`);
    this.#box.children[this.#picked]?.scrollIntoView({ block: "nearest" });
  }

  #take(index: number): void {
    const offer = this.#offers[index];
    if (!offer) return;
    this.#input.value = `${offer.text} `;
    this.#offer([]);
    void this.#complete();
  }

  async #run(): Promise<void> {
    const line = this.#input.value.trim();
    if (!line) return;
    this.#asked += 1;
    this.#offer([]);
    this.#say(t("正在执行…", "Working…"), true);
    try {
      const response = await fetch(this.getAttribute("action") ?? "", {
        method: "POST",
        headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
        body: new URLSearchParams({ line }),
      });
      learnFrom(response);
      const result = (await response.json()) as Result;
      const ok = response.ok && result.ok !== false;
      this.#say(result.text ?? (ok ? t("已办。", "Done.") : t(`没有办成（${response.status}）。`, `That did not work (${response.status}).`)), ok);
      if (!ok) return;
      this.#remember(line);
      // Whoever has begun the next line meanwhile keeps it.
      if (this.#input.value.trim() === line) this.#input.value = "";
      this.dispatchEvent(new CustomEvent("wr:command", { bubbles: true, detail: { line, ...result } }));
      if (result.href) location.assign(result.href);
    } catch {
      this.#say(t("没有送出：网络不通或服务器没有应答。命令还在，可再按回车。", "Not sent: no connection, or no answer from the server. The line is kept; press Enter to try again."), false);
    }
  }

  #say(text: string, ok: boolean): void {
    this.#result.textContent = text;
    this.#result.title = text;
    this.#result.classList.toggle("is-error", !ok);
  }
}

if (!customElements.get("wr-command")) customElements.define("wr-command", WrCommand);
