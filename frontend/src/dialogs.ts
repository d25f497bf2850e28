import { t } from "./language.ts";

export function button(label: string, className: string, onClick: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = className;
  element.textContent = label;
  element.addEventListener("click", onClick);
  return element;
}

/** A dialog made here, shown at once and gone when closed. */
export function showDialog(title: string, body: Node, foot: Node[] = []): HTMLDialogElement {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", title);
  const head = document.createElement("div");
  head.className = "dialog-head";
  const heading = document.createElement("h2");
  heading.textContent = title;
  const end = document.createElement("div");
  end.className = "end";
  const close = button("✕", "btn btn-quiet btn-icon btn-sm", () => dialog.close());
  close.setAttribute("aria-label", t("关闭", "Close"));
  end.append(close);
  head.append(heading, end);
  const content = document.createElement("div");
  content.className = "dialog-body";
  content.append(body);
  dialog.append(head, content);
  if (foot.length > 0) {
    const row = document.createElement("div");
    row.className = "dialog-foot";
    row.append(...foot);
    dialog.append(row);
  }
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Whether a question about something in here is open: what it is about must still be there for the answer. */
export function isAsked(place: Element): boolean {
  return place.querySelector("[data-asked]") !== null;
}

/** `about`: what the answer will act on. */
export function ask(question: string, about: Element): Promise<boolean> {
  about.toggleAttribute("data-asked", true);
  return new Promise((resolve) => {
    let answer = false;
    const text = document.createElement("p");
    text.textContent = question;
    const yes = button(t("确定", "Confirm"), "btn btn-primary", () => {
      answer = true;
      dialog.close();
    });
    const no = button(t("取消", "Cancel"), "btn", () => dialog.close());
    const dialog = showDialog(t("请确认", "Please confirm"), text, [no, yes]);
    dialog.addEventListener("close", () => {
      about.removeAttribute("data-asked");
      resolve(answer);
    });
    yes.focus();
  });
}

function openNamed(event: Event): void {
  const opener = (event.target as Element).closest<HTMLElement>("[data-wr-dialog]");
  const dialog = opener && document.getElementById(opener.dataset["wrDialog"] ?? "");
  if (!(dialog instanceof HTMLDialogElement)) return;
  event.preventDefault();
  dialog.showModal();
}

async function confirmFirst(event: SubmitEvent): Promise<void> {
  const form = event.target as HTMLFormElement;
  const question = form.dataset["wrConfirm"];
  if (!question || form.dataset["wrConfirmed"]) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const submitter = event.submitter;
  if (!(await ask(question, form))) return;
  form.dataset["wrConfirmed"] = "1";
  form.requestSubmit(submitter);
  delete form.dataset["wrConfirmed"];
}

/** Dialogs by name, a question before dangerous forms, menus that close when one looks away. */
export function setUpDialogs(): void {
  document.addEventListener("click", openNamed);
  document.addEventListener("submit", (event) => void confirmFirst(event), true);
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]"))
      if (!menu.contains(event.target as Node)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}
