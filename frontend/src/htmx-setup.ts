import htmx from "htmx.org";
import { csrfToken } from "./csrf.ts";
import { ask, isAsked } from "./dialogs.ts";
import { t } from "./language.ts";
import { learnFrom } from "./server-time.ts";
import { toast } from "./toast.ts";

interface Detail {
  elt?: Element;
  target?: Element;
  shouldSwap?: boolean;
  headers?: Record<string, string>;
  verb?: string;
  question?: string | null;
  issueRequest?: (skip: boolean) => void;
  xhr?: XMLHttpRequest;
}

const detail = (event: Event): Detail => (event as CustomEvent<Detail>).detail;

/** What to say when a request failed: the server's own sentence where it sent one. */
function failure(xhr: XMLHttpRequest | undefined): string {
  const type = xhr?.getResponseHeader("Content-Type") ?? "";
  const body = xhr?.responseText.trim() ?? "";
  if (type.startsWith("text/plain") && body && body.length < 400) return body;
  if (xhr?.status === 403) return t("没有权限做这件事，或页面已过期。请刷新后再试。", "You may not do this, or the page is out of date. Reload it and try again.");
  if (xhr?.status === 404) return t("找不到这条记录，它可能已移走。", "This record cannot be found; it may have moved.");
  return t(`没有办成（${xhr?.status ?? 0}）。请再试一次；仍然不行请报告值班管理员。`, `That did not work (${xhr?.status ?? 0}). Try again; if it persists, tell the administrator on duty.`);
}

export function setUpHtmx(): void {
  document.addEventListener("htmx:configRequest", (event) => {
    const { headers, verb } = detail(event);
    if (headers && verb !== "get") headers["X-CSRFToken"] = csrfToken();
  });
  document.addEventListener("htmx:confirm", (event) => {
    const { elt, question, issueRequest } = detail(event);
    if (!question || !elt) return;
    event.preventDefault();
    void ask(question, elt).then((yes) => yes && issueRequest?.(true));
  });
  // A list that follows the stream waits for the answer, or the answer would go nowhere.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const swap = detail(event);
    if (swap.target && isAsked(swap.target)) swap.shouldSwap = false;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const stamp = detail(event).xhr?.getResponseHeader("Date");
    if (stamp) learnFrom(new Response(null, { headers: { Date: stamp } }));
  });
  document.addEventListener("htmx:responseError", (event) => {
    const xhr = detail(event).xhr;
    if (xhr?.status !== 422 && xhr?.status !== 409) toast({ text: failure(xhr), tone: "late" });
  });
  document.addEventListener("htmx:sendError", () => toast({ text: t("网络不通，没有送出。", "No connection: nothing was sent."), tone: "late" }));
  // A dialog sent by the server opens as soon as it is in the page.
  document.addEventListener("htmx:load", (event) => {
    const root = event.target as HTMLElement;
    const dialog = root.matches("dialog[data-wr-open]") ? root : root.querySelector("dialog[data-wr-open]");
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
  });
  // The server's sentence for a lost race (409) or a form with errors (422) belongs into the page.
  htmx.config.responseHandling = [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "409", swap: true, error: true },
    { code: "422", swap: true, error: true },
    { code: "...", swap: false, error: true },
  ];
}
