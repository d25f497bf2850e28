/** The reader's text. The server set the language of the page; scripts follow it. */
export function inChinese(): boolean {
  return document.documentElement.lang.startsWith("zh");
}

export function t(zh: string, en: string): string {
  return inChinese() ? zh : en;
}

/** Switches by the cookie Django's locale middleware reads, then loads the page again. */
export function setUpLanguage(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-wr-lang]");
    if (!button) return;
    setCookie("django_language", button.dataset["wrLang"] ?? "");
    location.reload();
  });
}

export function setCookie(name: string, value: string): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}
