import { t } from "./language.ts";

export interface Toast {
  text: string;
  tone?: "info" | "good" | "late";
}

/** Says a sentence at the corner. What went wrong stays until it is closed; the rest leaves by itself. */
export function toast({ text, tone = "info" }: Toast): void {
  const box = document.createElement("div");
  box.className = `toast toast-${tone}`;
  const words = document.createElement("div");
  words.textContent = text;
  const close = document.createElement("button");
  close.className = "btn btn-quiet btn-sm toast-close";
  close.type = "button";
  close.textContent = "✕";
  close.setAttribute("aria-label", t("关闭", "Close"));
  close.addEventListener("click", () => box.remove());
  box.append(words, close);
  document.querySelector(".toasts")?.append(box);
  if (tone !== "late") setTimeout(() => box.remove(), 6000);
}

/** Pages ask for one by an event; the server by the header HX-Trigger: {"wr:toast": {"text": "…"}}. */
export function setUpToasts(): void {
  document.addEventListener("wr:toast", (event) => toast((event as CustomEvent<Toast>).detail));
}
