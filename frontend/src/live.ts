import { inChinese, t } from "./language.ts";
import { LiveClient, type LiveState, type StreamEvent } from "./live-client.ts";
import { learnFrom } from "./server-time.ts";

/**
 * `<wr-live src="/live/stream" last="<event id>" shared>`: the stream as DOM events that bubble from this element.
 *   wr:entry, and wr:entry:<domain> for hx-trigger   detail = the entry
 *   wr:positions                                     detail = {units: […]}
 *   wr:<any other event name>                        detail = its data
 *   wr:lost                                          the connection broke
 *   wr:resumed                                       after a lost connection came back and caught up
 * `shared`: the tabs of one browser use one connection (browsers allow six to a host over HTTP/1.1). A page whose
 * content must follow without a gap gives `last` instead and keeps its own.
 */
export class WrLive extends HTMLElement {
  #client: LiveClient | null = null;
  #state: LiveState = "connecting";
  #lostAt = 0;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #label = document.createElement("span");
  #channel: BroadcastChannel | null = null;
  #release: (() => void) | null = null;

  connectedCallback(): void {
    this.setAttribute("role", "status");
    this.replaceChildren(this.#label);
    this.#client = new LiveClient(new URL(this.getAttribute("src") ?? "", document.baseURI).href, {
      last: this.getAttribute("last") ?? "",
      onEvent: (event) => this.#deliver(event),
      onState: (state) => this.#change(state),
      onResponse: learnFrom,
    });
    if (this.hasAttribute("shared") && "locks" in navigator && "BroadcastChannel" in window) this.#share(this.#client);
    else void this.#client.run();
    window.addEventListener("online", this.#hurry);
  }

  disconnectedCallback(): void {
    window.removeEventListener("online", this.#hurry);
    clearInterval(this.#ticker);
    this.#client?.stop();
    this.#channel?.close();
    this.#release?.();
  }

  get state(): LiveState {
    return this.#state;
  }

  #hurry = (): void => this.#client?.hurry();

  /** The tab that holds the lock connects; the others listen to it, and one of them takes over when it closes. */
  #share(client: LiveClient): void {
    const name = `wr-live ${this.getAttribute("src") ?? ""}`;
    const channel = new BroadcastChannel(name);
    this.#channel = channel;
    channel.addEventListener("message", ({ data }: MessageEvent<{ event?: StreamEvent; state?: LiveState; hello?: true }>) => {
      if (data.hello) {
        if (this.#release) channel.postMessage({ state: this.#state });
      } else if (data.state) this.#change(data.state);
      else if (data.event) client.accept(data.event);
    });
    channel.postMessage({ hello: true });
    void navigator.locks.request(name, () => {
      if (!this.isConnected) return;
      const held = new Promise<void>((resolve) => (this.#release = resolve));
      void client.run();
      return held;
    });
  }

  #deliver(event: StreamEvent): void {
    if (this.#release) this.#channel?.postMessage({ event });
    const detail: unknown = parse(event);
    this.#send(`wr:${event.name}`, detail);
    const domain = event.name === "entry" && (detail as { domain?: unknown } | null)?.domain;
    if (typeof domain === "string") this.#send(`wr:entry:${domain}`, detail);
  }

  #send(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }

  #change(state: LiveState): void {
    const before = this.#state;
    this.#state = state;
    if (this.#release) this.#channel?.postMessage({ state });
    if (state === "lost" && before !== "lost") {
      this.#lostAt = Date.now();
      this.#send("wr:lost", null);
    }
    clearInterval(this.#ticker);
    if (state === "lost") this.#ticker = setInterval(() => this.#draw(), 1000);
    this.#draw();
    if (state === "open" && before === "lost") this.#send("wr:resumed", null);
  }

  #draw(): void {
    this.dataset["state"] = this.#state;
    const seconds = Math.floor((Date.now() - this.#lostAt) / 1000);
    const words: Record<LiveState, string> = {
      connecting: t("正在连接", "connecting"),
      open: t("实时", "live"),
      lost: inChinese() ? `连接中断 ${seconds} 秒` : `offline ${seconds} s`,
      ended: t("未连接", "not connected"),
    };
    this.#label.textContent = words[this.#state];
    // The count changes each second; a screen reader is told once.
    this.setAttribute("aria-live", this.#state === "lost" && seconds > 0 ? "off" : "polite");
  }
}

function parse(event: StreamEvent): unknown {
  try {
    return JSON.parse(event.data);
  } catch {
    console.error(`The live stream sent an event that is not JSON (id ${event.id}).`);
    return null;
  }
}

if (!customElements.get("wr-live")) customElements.define("wr-live", WrLive);
