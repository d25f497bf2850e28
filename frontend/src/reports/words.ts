import { t } from "../language.ts";

const TOKEN = /⟦n(\d{1,4})⟧/;

export interface Words {
  /** Writes what is on the screen into the field that is sent. */
  write: () => void;
}

/** A number as one thing: the caret goes past it, Delete takes it out, cut and paste move it; nobody types in it. */
function chip(number: string, said: string): HTMLElement {
  const one = document.createElement("span");
  one.className = "r-number";
  one.contentEditable = "false";
  one.dataset["n"] = number;
  one.textContent = said;
  one.title = t("数字锁定在来源上", "This number is locked to its source");
  return one;
}

function filled(text: string, numbers: Record<string, string>): Node[] {
  return text.split(TOKEN).map((part, place) => (place % 2 ? chip(part, numbers[part] ?? "?") : document.createTextNode(part)));
}

function textOf(node: Node): string {
  if (node instanceof HTMLElement && node.dataset["n"]) return `⟦n${node.dataset["n"]}⟧`;
  if (node.nodeType === Node.TEXT_NODE) return node.textContent ?? "";
  const inside = [...node.childNodes].map(textOf).join("");
  return node instanceof HTMLBRElement || node instanceof HTMLDivElement ? ` ${inside}` : inside;
}

/** What was selected, with tokens in the place of numbers: the clipboard keeps them whole. */
function selected(): string {
  const range = document.getSelection()?.rangeCount ? document.getSelection()?.getRangeAt(0) : null;
  return range ? textOf(range.cloneContents()) : "";
}

/** Puts an editable paragraph in the place of a text area, which stays in the form and is what is sent. */
export function editWords(area: HTMLTextAreaElement, numbers: Record<string, string>): Words {
  const screen = document.createElement("div");
  screen.className = "r-words";
  screen.contentEditable = "true";
  screen.setAttribute("role", "textbox");
  screen.setAttribute("aria-multiline", "true");
  screen.setAttribute("aria-label", area.labels?.[0]?.textContent ?? "");
  screen.append(...filled(area.value, numbers));
  area.hidden = true;
  area.after(screen);
  const write = (): void => {
    area.value = textOf(screen).replace(/\s+/g, " ").trim();
  };
  screen.addEventListener("input", write);
  screen.addEventListener("beforeinput", (event) => {
    if (event.inputType === "insertParagraph") event.preventDefault();
  });
  for (const kind of ["copy", "cut"] as const)
    screen.addEventListener(kind, (event) => {
      event.clipboardData?.setData("text/plain", selected());
      event.preventDefault();
      if (kind === "cut") document.getSelection()?.deleteFromDocument();
      write();
    });
  screen.addEventListener("paste", (event) => {
    event.preventDefault();
    insert(filled(event.clipboardData?.getData("text/plain").replace(/\s+/g, " ") ?? "", numbers));
    write();
  });
  return { write };
}

function insert(nodes: Node[]): void {
  const selection = document.getSelection();
  const range = selection?.rangeCount ? selection.getRangeAt(0) : null;
  if (!selection || !range) return;
  range.deleteContents();
  const piece = document.createDocumentFragment();
  piece.append(...nodes);
  range.insertNode(piece);
  selection.collapseToEnd();
}
