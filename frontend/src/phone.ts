// The officer's phone pages load this beside page.js. Behaviour hangs on data attributes: see frontend/README.md.
import { freshId } from "./ids.ts";
import { t } from "./language.ts";
import { ActQueue, type Choice, type Files, type Kept } from "./phone/acts.ts";
import { keepBeat, setUpOrder } from "./phone/beat.ts";
import { showChoices } from "./phone/choices.ts";
import { deviceKey } from "./phone/device.ts";
import { Drafts } from "./phone/drafts.ts";
import { pressing, reload, setUpFollow } from "./phone/follow.ts";
import { HeldInMemory, KeptActs, ofOthers } from "./phone/kept.ts";
import { askKey, whoHere, wipeHere } from "./phone/key.ts";
import type { Holder } from "./phone/vault.ts";
import { setUpMaps } from "./phone/maps.ts";
import { here, PositionReport, type PositionState } from "./phone/position.ts";
import { send } from "./phone/send.ts";
import { setUpVoice } from "./phone/voice.ts";
import { keepAwake } from "./phone/wake.ts";
import { now } from "./server-time.ts";
import { toast } from "./toast.ts";

const RETRY_EVERY = 15_000;
const SAID_ONE_BY_ONE = 3;

function show(what: string, text: string): void {
  for (const place of document.querySelectorAll(`[data-phone="${what}"]`)) place.textContent = text;
}

let waiting = 0;

function showKept(acts: [number, Kept][], queue: ActQueue): void {
  const free = acts.filter(([, act]) => act.state === "waiting");
  waiting = free.length;
  show("queue", waiting === 0 ? "" : t(`${waiting} 项待送`, `${waiting} to send`));
  for (const [, act] of free) pressed(act);
  const place = document.getElementById("phone-choices");
  if (place) showChoices(place, acts, (key, choice) => void choose(queue, key, choice));
}

/** What the person has to decide stands in its own place, if the page has one: then once is enough to say so. */
function sayAsked(text: string): void {
  const place = document.getElementById("phone-choices");
  if (!place || place.hidden) toast({ text, tone: place ? "info" : "late" });
}

async function choose(queue: ActQueue, key: number, choice: Choice): Promise<void> {
  await pressing(() => alone(() => queue.choose(key, choice)));
  await drain(await phone);
  if (choice === "drop") refresh();
}

function refresh(): void {
  reload(waiting);
}

interface Phone {
  queue: ActQueue;
  drafts: Drafts | null;
}

const phone: Promise<Phone> = document.querySelector("[data-phone-cut-off]") ? new Promise(() => undefined) : setUp();

async function setUp(): Promise<Phone> {
  const held = await signedIn();
  if (!held) toast({ text: notKept(), tone: "late" });
  const queue: ActQueue = new ActQueue(held ? new KeptActs(held) : new HeldInMemory(), (act, files) => send(held?.owner ?? "", act, files), {
    kept: (acts) => showKept(acts, queue),
    done: (act, { text }) => {
      // After days away a hundred arrive: the count above says so, not a hundred sentences over the page.
      if (waiting <= SAID_ONE_BY_ONE) toast({ text: text ?? t(`${act.label}：已送达。`, `${act.label}: received.`), tone: "good" });
      document.dispatchEvent(new CustomEvent("wr:act", { detail: { act } }));
    },
    asked: (act, { kind, text }) => {
      sayAsked(kind === "conflict" ? t(`${act.label}需要您决定：${text}`, `${act.label} needs your decision: ${text}`) : t(`${act.label}没有被接受：${text}`, `${act.label} was not accepted: ${text}`));
      document.dispatchEvent(new CustomEvent("wr:refused", { detail: { act, text } }));
    },
    drained: refresh,
    signedOut: () => toast({ text: t("登录已过期。待送事项保存在本机，重新登录后自动送出。", "You have been signed out. What waits is kept on this phone and goes out when you sign in again."), tone: "late" }),
    wipe: () => void wipeHere(),
  });
  if (held && (await ofOthers(held)) > 0) toast({ text: t("本机还有其他人待送的内容，须由其本人登录后送出。", "Somebody else's acts wait on this phone too: they go out when that person signs in.") });
  await queue.look();
  return { queue, drafts: held ? new Drafts(held) : null };
}

/** Why what is pressed here lives only as long as the page. */
function notKept(): string {
  if (!("subtle" in crypto)) return t("此地址不是安全连接（https），没有网络时不能保存操作", "This address is not secure (https): acts cannot be kept without a network");
  return t("没有取到本机密钥：送出之前不要关闭本页，联网后请刷新", "This phone has no key yet: do not close this page before everything is sent, and reload it when there is a network");
}

/**
 * Who works here. A page of theirs goes on at once with the key that lies here, for the network may be there in name
 * only; any other page waits for the server's word.
 */
async function signedIn(): Promise<Holder | null> {
  const before = await whoHere();
  const owner = document.querySelector<HTMLElement>("[data-phone-owner]")?.dataset["phoneOwner"];
  const asked = askKey();
  if (before && before.owner === owner) {
    void asked.then(async (standing) => standing === "ready" && (await whoHere())?.owner !== owner && location.reload());
    return before;
  }
  await asked;
  return whoHere();
}

/** Two tabs must not send the same act at once, or in another order. */
async function alone(work: () => Promise<void>): Promise<void> {
  if ("locks" in navigator) await navigator.locks.request("wr-phone-acts", work);
  else await work();
}

function drain({ queue }: Phone): Promise<void> {
  return alone(() => queue.drain());
}

async function act(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  if (await pressing(() => note(form, submitter))) await drain(await phone);
}

/** Keeps what was pressed and shows the page after it; false where there was nothing to keep. */
async function note(form: HTMLFormElement, submitter: HTMLElement | null): Promise<boolean> {
  const data = new FormData(form, submitter);
  const occurredAt = new Date(now()).toISOString();
  const soft = form.dataset["phoneHere"] === "soft";
  if (form.dataset["phoneHere"] !== undefined) await addPosition(data, submitter, soft);
  const label = form.dataset["phoneAct"] || submitter?.textContent?.trim() || t("操作", "Act");
  const files = filesOf(data);
  if (!files) return false;
  const fields = [...data.entries()].filter((pair): pair is [string, string] => pair[0] !== "csrfmiddlewaretoken" && typeof pair[1] === "string");
  const button = form.querySelector<HTMLButtonElement>("button[type=submit], button:not([type])");
  if (button) button.disabled = true;
  const { queue, drafts } = await phone;
  try {
    await queue.keep({ id: freshId(), url: form.action, matter: form.dataset["phoneMatter"] ?? "", form: form.id, occurredAt, label, fields }, files);
  } catch (error) {
    toast({ text: t("手机存储空间不足，没有记下。请删除其他内容后再试。", "The phone's storage is full: nothing was noted. Make room and try again."), tone: "late" });
    throw error;
  } finally {
    if (button) button.disabled = false;
  }
  await drafts?.clear(form);
  if (!navigator.onLine) toast({ text: t(`${label}：已记下，恢复网络后自动送出。`, `${label}: noted; it goes out when the network is back.`) });
  form.reset();
  advance(form);
  return true;
}

/** The files of a form; null, and a sentence, where one is larger than the server takes. */
function filesOf(data: FormData): Files | null {
  const largest = Number(document.querySelector<HTMLElement>("[data-phone-largest]")?.dataset["phoneLargest"] ?? Infinity);
  const files = [...data.entries()].filter((pair): pair is [string, File] => pair[1] instanceof File && pair[1].size > 0);
  const large = files.find(([, file]) => file.size > largest);
  if (!large) return files;
  toast({ text: t(`“${large[1].name}”超过 ${largest >> 20} MB，请拍小一些`, `“${large[1].name}” is larger than ${largest >> 20} MB: make it smaller`), tone: "late" });
  return null;
}

/** Where the phone is at the press. Without an answer the act goes as it is: the server says what it needs. */
async function addPosition(data: FormData, submitter: HTMLElement | null, soft: boolean): Promise<void> {
  if (submitter instanceof HTMLButtonElement) submitter.disabled = true;
  if (!soft) toast({ text: t("正在定位…", "Finding your position…") });
  const found = await here(soft);
  if (submitter instanceof HTMLButtonElement) submitter.disabled = false;
  if (!found) return;
  data.set("lon", String(found.coords.longitude));
  data.set("lat", String(found.coords.latitude));
  data.set("accuracy", String(found.coords.accuracy));
}

/** The page after a press, network or not: a step that moves the matter is gone, the one after it is there. */
function advance(form: HTMLFormElement): void {
  const next = document.getElementById(form.dataset["phoneNext"] ?? "");
  if (next && !form.hidden) {
    next.hidden = false;
    const fold = next.closest("details");
    if (fold) {
      fold.hidden = false;
      fold.open = true;
    }
    next.querySelector<HTMLElement>("button")?.focus();
  }
  if (next || (form.dataset["phoneMatter"] !== undefined && form.dataset["phoneStays"] === undefined)) form.hidden = true;
  if (form.hidden || form.dataset["phoneStays"] !== undefined) form.closest("details")?.removeAttribute("open");
}

/** What waits was pressed before this page was loaded: it must not be offered again. */
function pressed({ form: id }: Kept): void {
  const form = document.getElementById(id);
  if (form instanceof HTMLFormElement && !form.hidden && form.dataset["phoneStays"] === undefined) advance(form);
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
  if (navigator.onLine) void phone.then(drain);
}

async function keepShell(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const address = document.querySelector<HTMLElement>("[data-phone-sw]")?.dataset["phoneSw"];
  if (!address) return;
  const [controlled, before] = [Boolean(navigator.serviceWorker.controller), await whoHere()];
  await navigator.serviceWorker.register(address, { scope: "/phone/" });
  const { active } = await navigator.serviceWorker.ready;
  const urls = performance.getEntriesByType("resource").map(({ name }) => name);
  // What passed the worker, with a key there, lies there already.
  const shown = controlled && before ? [] : [location.href, ...[...document.querySelectorAll<HTMLElement>("[data-phone-beat] wr-map")].flatMap((map) => Object.values(map.dataset))];
  // Only with the key there is something to seal the page with.
  await phone;
  active?.postMessage({ keep: urls.filter((url) => url.startsWith(location.origin) && new URL(url).pathname.startsWith("/static/")), pages: shown.filter((url): url is string => Boolean(url)).map((url) => new URL(url, location.href).href) });
  await keepBeat();
}

/** What was being written when the page went away is there again, but never over what somebody has begun meanwhile. */
async function setUpDrafts(): Promise<void> {
  const begun = new Set<HTMLFormElement>();
  document.addEventListener("input", ({ target }) => {
    const form = (target as HTMLInputElement).form;
    if (!form?.id || form.dataset["phoneAct"] === undefined) return;
    begun.add(form);
    void phone.then(({ drafts }) => drafts?.write(form));
  });
  const { drafts } = await phone;
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-phone-act][id]")) await drafts?.restore(form, () => !begun.has(form));
}

if (document.querySelector("[data-phone-cut-off]")) void wipeHere(false);

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.dataset["phoneAct"] === undefined || event.defaultPrevented) return;
  event.preventDefault();
  void act(form, event.submitter);
});
window.addEventListener("online", followNetwork);
window.addEventListener("offline", followNetwork);
document.addEventListener("visibilitychange", () => document.hidden || void phone.then(drain));
setInterval(() => void phone.then(drain), RETRY_EVERY);
new MutationObserver(followDuty).observe(document.body, { subtree: true, childList: true, attributeFilter: ["data-phone-duty"] });
followDuty();
followNetwork();
setUpVoice(document);
setUpOrder();
setUpFollow(() => waiting);
void setUpMaps();
void setUpDrafts();
void keepShell();
