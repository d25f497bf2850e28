import { inChinese, t } from "../language.ts";
import type { Choice, Kept } from "./acts.ts";

type Choose = (key: number, choice: Choice) => void;

/** What the server did not take is never lost and never dropped by itself: it stands here until the person has chosen. */
export function showChoices(place: HTMLElement, acts: [number, Kept][], choose: Choose): void {
  const asked = acts.filter(([, act]) => act.state !== "waiting" || act.text !== undefined);
  const shown = JSON.stringify(asked);
  if (place.dataset["shown"] === shown) return;
  place.dataset["shown"] = shown;
  place.hidden = asked.length === 0;
  place.replaceChildren(...(asked.length === 0 ? [] : [heading(asked.length), ...asked.map(([key, act]) => one(key, act, choose))]));
}

function heading(count: number): HTMLElement {
  return element("h2", t(`${count} 项需要您决定`, `${count} to decide`));
}

function one(key: number, act: Kept, choose: Choose): HTMLElement {
  const box = element("article", "", "note note-soon phone-choice");
  const body = document.createElement("div");
  body.append(element("div", `${act.label} · ${clock(act.occurredAt)}`, "note-title"), element("p", act.text ?? ""));
  if (act.now) body.append(element("p", t(`现在：${act.now.standing}（${act.now.number}）`, `Now: ${act.now.standing} (${act.now.number})`)));
  const written = act.fields.filter(([name, value]) => value && !HIDDEN.has(name)).map(([, value]) => value);
  if (written.length > 0) body.append(element("blockquote", written.join(" · ")));
  body.append(buttons(key, act, choose));
  box.append(body);
  return box;
}

const HIDDEN = new Set(["version", "lon", "lat", "accuracy", "as_note", "unit", "which", "secret"]);

function buttons(key: number, act: Kept, choose: Choose): HTMLElement {
  const row = element("div", "", "phone-choice-buttons");
  const add = (label: string, choice: Choice, kind = "", question = ""): void => {
    const button = element("button", label, `btn btn-block ${kind}`) as HTMLButtonElement;
    button.type = "button";
    button.dataset["choice"] = choice;
    button.addEventListener("click", () => (question === "" || confirm(question)) && choose(key, choice));
    row.append(button);
  };
  if (act.state === "conflict") {
    if (act.now?.open) add(t("仍然办理", "Do it anyway"), "again", "btn-primary");
    if (act.now?.notable) add(t("作为备注保存", "Keep it as a note"), "note");
  } else add(t("再试一次", "Try again"), "again");
  add(t("不要了", "Throw it away"), "drop", "btn-quiet", t("内容将从本机删除，不会送出。确定？", "It is deleted from this phone and never sent. Sure?"));
  return row;
}

function clock(moment: string): string {
  return new Intl.DateTimeFormat(inChinese() ? "zh-CN" : "en-GB", { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" }).format(new Date(moment));
}

function element(name: string, text: string, kind = ""): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}
