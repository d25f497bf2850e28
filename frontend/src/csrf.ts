let renewed = "";

/** A page that lay on the phone for days has an old token; the server gives a new one with the key. */
export function renewCsrf(token: string): void {
  renewed = token;
}

/** The token base.html carries in a hidden form, so that it works with an HttpOnly cookie too. */
export function csrfToken(): string {
  return renewed || (document.querySelector<HTMLInputElement>("#wr-csrf input[name=csrfmiddlewaretoken]")?.value ?? "");
}
