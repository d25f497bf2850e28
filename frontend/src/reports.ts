// The text of a work report: printed charts in the page's colours, and the editor in which numbers stay whole.
import "../styles/reports.css";
import { editWords, type Words } from "./reports/words.ts";

const form = document.querySelector<HTMLFormElement>("form[data-wr-report]");

function numbersOf(id: string): Record<string, string> {
  return JSON.parse(document.getElementById(id)?.textContent ?? "{}") as Record<string, string>;
}

/** A paragraph goes up or down with the block it stands in; the order on the screen is the order that is sent. */
function move(block: HTMLElement, up: boolean): void {
  const other = up ? block.previousElementSibling : block.nextElementSibling;
  if (!other) return;
  if (up) other.before(block);
  else other.after(block);
  block.querySelector<HTMLElement>("[contenteditable=true], textarea:not([hidden])")?.focus();
}

function setUp(editor: HTMLFormElement): void {
  const numbers = numbersOf("report-numbers");
  const fields: Words[] = [...editor.querySelectorAll<HTMLTextAreaElement>("textarea[data-wr-words]:not([readonly])")].map((area) => editWords(area, numbers));
  editor.addEventListener("submit", () => fields.forEach((field) => field.write()));
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      editor.requestSubmit();
    }
    const block = (event.target as HTMLElement).closest<HTMLElement>(".r-block");
    if (block && event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      move(block, event.key === "ArrowUp");
    }
  });
  let changed = false;
  editor.addEventListener("input", () => (changed = true));
  editor.addEventListener("submit", () => (changed = false));
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}

if (form) setUp(form);
