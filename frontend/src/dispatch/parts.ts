import { isAsked } from "../dialogs.ts";

/** Swaps parts of a screen for fresh ones without taking anything away from the person at it. */

let composing: EventTarget | null = null;
document.addEventListener("compositionstart", ({ target }) => (composing = target));
document.addEventListener("compositionend", () => (composing = null));

type Kept = Map<string, string>;

const control = (element: Element): element is HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement => element.matches("input[data-keep], textarea[data-keep], select[data-keep]");

/** What was typed, ticked and opened in a part, by `data-keep` and `data-keep-open`. */
function keep(part: Element): Kept {
  const kept: Kept = new Map();
  for (const element of part.querySelectorAll("[data-keep]"))
    if (control(element)) kept.set(element.dataset["keep"] ?? "", element instanceof HTMLInputElement && element.type === "checkbox" ? String(element.checked) : element.value);
  for (const details of part.querySelectorAll<HTMLDetailsElement>("details[open]")) kept.set(`open ${openKey(details)}`, "1");
  return kept;
}

function openKey(details: HTMLDetailsElement): string {
  return details.dataset["keepOpen"] ?? details.querySelector<HTMLElement>("[data-keep]")?.dataset["keep"] ?? details.className;
}

function giveBack(part: Element, kept: Kept): void {
  for (const element of part.querySelectorAll("[data-keep]")) {
    const value = kept.get((element as HTMLElement).dataset["keep"] ?? "");
    if (value === undefined || !control(element)) continue;
    if (element instanceof HTMLInputElement && element.type === "checkbox") element.checked = value === "true" && !element.disabled;
    else element.value = value;
  }
  for (const details of part.querySelectorAll("details")) if (kept.has(`open ${openKey(details)}`)) details.open = true;
}

/** A way to find the focused element again in the fresh part: its place among all that can have the focus. */
function focusPlace(part: Element): (fresh: Element) => void {
  const within = "a[href], button, input, select, textarea, summary";
  const active = document.activeElement;
  if (!active || !part.contains(active)) return () => undefined;
  if (active === part) return (fresh) => (fresh as HTMLElement).focus({ preventScroll: true });
  const at = [...part.querySelectorAll(within)].indexOf(active);
  const field = active instanceof HTMLInputElement && active.type === "text" ? active.selectionStart : null;
  return (fresh) => {
    const element = fresh.querySelectorAll<HTMLElement>(within)[at];
    element?.focus({ preventScroll: true });
    if (field !== null && element instanceof HTMLInputElement) element.setSelectionRange(field, field);
  };
}

/** Somebody is in the middle of a word there, or answers a question about it: it is swapped the next time. */
function inUse(part: Element): boolean {
  return isAsked(part) || (composing instanceof Node && part.contains(composing));
}

/** Replaces every `[data-part]` of `root` by the one of the same id in `html`; the rest of the page stays. */
export function swapParts(root: Element, html: string, process: (element: Element) => void): void {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of root.querySelectorAll("[data-part]")) {
    const next = fresh.getElementById(part.id);
    if (!next || inUse(part) || next.outerHTML === part.getAttribute("data-html")) continue;
    const kept = keep(part);
    const focus = focusPlace(part);
    const adopted = document.adoptNode(next);
    part.replaceWith(adopted);
    giveBack(adopted, kept);
    focus(adopted);
    process(adopted);
  }
}
