import { setCookie } from "./language.ts";

export type Tone = "light" | "dark";

const system = window.matchMedia("(prefers-color-scheme: dark)");

/** What the reader sees now, whether chosen or the system's. */
export function tone(): Tone {
  const chosen = document.documentElement.dataset["theme"];
  if (chosen === "light" || chosen === "dark") return chosen;
  return system.matches ? "dark" : "light";
}

/** A colour (or any token) of the current theme: the style sheet stays the only place that knows colours. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function announce(): void {
  document.documentElement.dataset["tone"] = tone();
  document.dispatchEvent(new CustomEvent("wr:theme", { detail: tone() }));
}

function choose(theme: string): void {
  document.documentElement.dataset["theme"] = theme;
  setCookie("wr_theme", theme);
  for (const button of document.querySelectorAll<HTMLElement>("[data-wr-theme]"))
    button.setAttribute("aria-pressed", String(button.dataset["wrTheme"] === theme));
  announce();
}

export function setUpTheme(): void {
  announce();
  system.addEventListener("change", announce);
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-wr-theme]");
    if (button) choose(button.dataset["wrTheme"] ?? "auto");
  });
}
