import { showDialog } from "./dialogs.ts";
import { t } from "./language.ts";

/** Keys belong to elements: `data-key="a"` presses it, `data-key="g d"` after g then d; inputs get the focus. */
const WAIT_FOR_SECOND_KEY = 1200;

interface Hint {
  keys: string;
  label: string;
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "range"].includes(target.type);
}

/** Only what the person can reach: the top dialog while one is open, nothing hidden or disabled. */
function reachable(): HTMLElement[] {
  const dialogs = document.querySelectorAll<HTMLElement>("dialog[open]");
  const scope: ParentNode = dialogs[dialogs.length - 1] ?? document;
  return [...scope.querySelectorAll<HTMLElement>("[data-key]")].filter(
    (element) => !element.closest("[hidden], :disabled, dialog:not([open])"),
  );
}

function press(element: HTMLElement): void {
  if (isTyping(element)) element.focus();
  else element.click();
  if (element.tagName === "SUMMARY") element.parentElement?.querySelector<HTMLElement>("a, button")?.focus();
}

function labelOf(element: HTMLElement): string {
  const named = element.dataset["keyLabel"] ?? element.getAttribute("aria-label");
  if (named) return named;
  const copy = element.cloneNode(true) as HTMLElement;
  for (const extra of copy.querySelectorAll("kbd, .count")) extra.remove();
  return copy.textContent?.trim() ?? "";
}

export function hints(): Hint[] {
  const fixed: Hint[] = [{ keys: "?", label: t("显示本页快捷键", "Show the keys of this page") }];
  if (document.querySelector("wr-command")) fixed.push({ keys: "/", label: t("输入命令", "Type a command") });
  if (document.querySelector("tr[data-href]"))
    fixed.push({ keys: "j / k", label: t("下一行 / 上一行", "Next / previous row") }, { keys: "o", label: t("打开所在行", "Open the row") });
  const seen = new Set<string>();
  const own = reachable().map((element) => ({ keys: element.dataset["key"] ?? "", label: labelOf(element) }));
  return [...fixed, ...own.filter(({ keys }) => !seen.has(keys) && seen.add(keys))];
}

export function showKeymap(): void {
  const list = document.createElement("div");
  list.className = "keymap";
  for (const { keys, label } of hints()) {
    const row = document.createElement("div");
    for (const key of keys.split(" ")) {
      const cap = document.createElement(key === "/" && keys.length > 1 ? "span" : "kbd");
      cap.textContent = key;
      row.append(cap);
    }
    row.append(label);
    list.append(row);
  }
  showDialog(t("键盘快捷键", "Keyboard shortcuts"), list).classList.add("wide");
}

function moveRow(step: number): boolean {
  const rows = [...document.querySelectorAll<HTMLTableRowElement>("tr[data-href]")];
  if (rows.length === 0) return false;
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(Math.max(now + step, 0), rows.length - 1)];
  if (next) {
    next.tabIndex = -1;
    next.focus();
  }
  return true;
}

function openRow(row: HTMLElement | null | undefined): boolean {
  const href = row?.dataset["href"];
  if (!href) return false;
  location.assign(href);
  return true;
}

function builtIn(key: string): boolean {
  if (key === "?") showKeymap();
  else if (key === "/") {
    const line = document.querySelector<HTMLInputElement>("wr-command input, input[data-wr-slash]");
    line?.focus();
    return line !== null;
  } else if (key === "j") return moveRow(1);
  else if (key === "k") return moveRow(-1);
  else if (key === "o" || key === "Enter") return openRow((document.activeElement as HTMLElement | null)?.closest<HTMLElement>("tr[data-href]"));
  else return false;
  return true;
}

export function setUpKeys(): void {
  let first = "";
  let firstAt = 0;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    // Enter and space on a button or link are that button's own.
    if (event.key === "Enter" && (event.target as Element).closest("a, button, summary")) return;
    const pair = event.timeStamp - firstAt < WAIT_FOR_SECOND_KEY ? `${first} ${event.key}` : "";
    const elements = reachable();
    const hit = elements.find((one) => one.dataset["key"] === pair) ?? elements.find((one) => one.dataset["key"] === event.key);
    first = event.key;
    firstAt = event.timeStamp;
    if (hit) press(hit);
    else if (!builtIn(event.key)) return;
    event.preventDefault();
    first = "";
  });
  document.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    if (target.closest("[data-wr-keymap]")) showKeymap();
    if (!target.closest("a, button, input, label, select, summary") && !getSelection()?.toString()) openRow(target.closest<HTMLElement>("tr[data-href]"));
  });
}
