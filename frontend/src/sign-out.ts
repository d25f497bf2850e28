import { forget } from "./phone/wipe.ts";

const PATIENCE = 2000;

/** Signing out, on whatever page, takes the phone's key and its pages along before the session goes. */
export function setUpSignOut(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.getAttribute("action")?.includes("sign-out") || event.defaultPrevented) return;
    event.preventDefault();
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    void Promise.race([forget().catch(() => undefined), late]).then(() => form.submit());
  });
}
