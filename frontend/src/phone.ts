// The officer's phone pages load this beside page.js. Behaviour hangs on data attributes: see frontend/README.md.
import { createStore, del, entries, set } from "idb-keyval";
import { csrfToken } from "./csrf.ts";
import { freshId } from "./ids.ts";
import { t } from "./language.ts";
import { ActQueue, judge, type Act, type Outcome, type Store } from "./phone/acts.ts";
import { deviceKey } from "./phone/device.ts";
import { here, PositionReport, type PositionState } from "./phone/position.ts";
import { keepAwake } from "./phone/wake.ts";
import { learnFrom, now } from "./server-time.ts";
import { toast } from "./toast.ts";

const RETRY_EVERY = 15_000;

const database = createStore("wr-phone", "acts");
const store: Store = {
  all: () => entries<number, Act>(database),
  put: (key, act) => set(key, act, database),
  drop: (key) => del(key, database),
};

async function send(act: Act): Promise<Outcome> {
  const body = new FormData();
  for (const [name, value] of act.fields) body.append(name, value);
  body.set("act_id", act.id);
  body.set("occurred_at", act.occurredAt);
  body.set("csrfmiddlewaretoken", csrfToken());
  try {
    const response = await fetch(act.url, { method: "POST", body, headers: { Accept: "application/json", "Idempotency-Key": act.id, "X-CSRFToken": csrfToken() }, redirect: "manual" });
    learnFrom(response);
    const json = response.headers.get("Content-Type")?.includes("json") ? ((await response.json()) as { ok?: boolean; text?: string; href?: string }) : null;
    // A redirect is the sign-in page.
    return judge(response.type === "opaqueredirect" ? 401 : response.status, json);
  } catch {
    return { kind: "later", signedOut: false };
  }
}

function show(what: string, text: string): void {
  for (const place of document.querySelectorAll(`[data-phone="${what}"]`)) place.textContent = text;
}

const queue = new ActQueue(store, (act) => send(act), {
  waiting: (count) => show("queue", count === 0 ? "" : t(`${count} 项待送`, `${count} to send`)),
  done: (act, outcome) => {
    toast({ text: outcome.text ?? t(`${act.label}：已送达。`, `${act.label}: received.`), tone: "good" });
    document.dispatchEvent(new CustomEvent("wr:act", { detail: { act, outcome } }));
    if (outcome.href) location.assign(outcome.href);
  },
  refused: (act, text) => {
    toast({ text: t(`${act.label}没有被接受：${text}`, `${act.label} was not accepted: ${text}`), tone: "late" });
    document.dispatchEvent(new CustomEvent("wr:refused", { detail: { act, text } }));
  },
  signedOut: () => toast({ text: t("登录已过期。待送事项保存在本机，重新登录后自动送出。", "You have been signed out. What waits is kept on this phone and goes out when you sign in again."), tone: "late" }),
});

/** Two tabs must not send the same act at once, or in another order. */
async function drain(): Promise<void> {
  if ("locks" in navigator) await navigator.locks.request("wr-phone-acts", () => queue.drain());
  else await queue.drain();
}

async function act(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const data = new FormData(form, submitter);
  const occurredAt = new Date(now()).toISOString();
  if (form.dataset["phoneHere"] !== undefined) await addPosition(data, submitter);
  const label = form.dataset["phoneAct"] || submitter?.textContent?.trim() || t("操作", "Act");
  const fields = [...data.entries()].filter(([name, value]) => name !== "csrfmiddlewaretoken" && !(value instanceof File && value.size === 0));
  const button = form.querySelector<HTMLButtonElement>("button[type=submit], button:not([type])");
  if (button) button.disabled = true;
  const kept = queue.add({ id: freshId(), url: form.action, occurredAt, label, fields });
  if (!navigator.onLine) toast({ text: t(`${label}：已记下，恢复网络后自动送出。`, `${label}: noted; it goes out when the network is back.`) });
  advance(form);
  await kept;
  if (button) button.disabled = false;
}

/** Where the phone is at the press. Without an answer the act goes as it is: the server says what it needs. */
async function addPosition(data: FormData, submitter: HTMLElement | null): Promise<void> {
  if (submitter instanceof HTMLButtonElement) submitter.disabled = true;
  toast({ text: t("正在定位…", "Finding your position…") });
  const found = await here();
  if (submitter instanceof HTMLButtonElement) submitter.disabled = false;
  if (!found) return;
  data.set("lon", String(found.coords.longitude));
  data.set("lat", String(found.coords.latitude));
  data.set("accuracy", String(found.coords.accuracy));
}

/** The next step can be done without waiting for the network: `data-phone-next="id"` shows it in place of this one. */
function advance(form: HTMLFormElement): void {
  const next = document.getElementById(form.dataset["phoneNext"] ?? "");
  if (!next) return;
  form.hidden = true;
  next.hidden = false;
  next.querySelector<HTMLElement>("button")?.focus();
}

const POSITIONS: Record<PositionState, [string, string]> = {
  off: ["未上报位置", "position not reported"],
  waiting: ["正在定位", "finding position"],
  on: ["位置上报中", "reporting position"],
  denied: ["没有定位权限，请在系统设置里允许", "location is not allowed: allow it in the phone's settings"],
  unavailable: ["暂时无法定位", "position unavailable"],
  unenrolled: ["本机未登记定位，请值班领导登记", "this phone is not enrolled: ask your duty leader"],
  refused: ["位置未被接收：本机登记在别的警力或已停用", "position refused: this phone is enrolled for another unit, or no longer"],
};

let report: PositionReport | null = null;

/** Follows `data-phone-duty`, also when the server swaps the element. */
function followDuty(): void {
  const element = document.querySelector<HTMLElement>("[data-phone-duty]");
  const url = element?.dataset["phonePositions"];
  const on = element?.dataset["phoneDuty"] === "on" && url !== undefined;
  keepAwake(on);
  if (on && !report) {
    report = new PositionReport(url, Number(element?.dataset["phoneEvery"] ?? 5), (state) => show("position", t(...POSITIONS[state])), deviceKey());
    report.start();
  } else if (!on && report) {
    report.stop();
    report = null;
  }
}

function followNetwork(): void {
  show("network", navigator.onLine ? t("网络正常", "online") : t("无网络，可继续操作", "no network; you can go on"));
  if (navigator.onLine) void drain();
}

async function keepShell(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const address = document.querySelector<HTMLElement>("[data-phone-sw]")?.dataset["phoneSw"];
  if (!address) return;
  await navigator.serviceWorker.register(address, { scope: document.querySelector<HTMLElement>("[data-phone-scope]")?.dataset["phoneScope"] ?? "/phone/" });
  const { active } = await navigator.serviceWorker.ready;
  const urls = performance.getEntriesByType("resource").map(({ name }) => name);
  active?.postMessage({ keep: urls.filter((url) => url.startsWith(location.origin) && new URL(url).pathname.startsWith("/static/")), page: location.href });
}

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.action.includes("sign-out")) navigator.serviceWorker?.controller?.postMessage({ forget: true });
  if (form.dataset["phoneAct"] === undefined || event.defaultPrevented) return;
  event.preventDefault();
  void act(form, event.submitter);
});
window.addEventListener("online", followNetwork);
window.addEventListener("offline", followNetwork);
document.addEventListener("visibilitychange", () => document.hidden || void drain());
setInterval(() => void drain(), RETRY_EVERY);
new MutationObserver(followDuty).observe(document.body, { subtree: true, childList: true, attributeFilter: ["data-phone-duty"] });
followDuty();
followNetwork();
void keepShell();
