/** The token base.html carries in a hidden form, so that it works with an HttpOnly cookie too. */
export function csrfToken(): string {
  return document.querySelector<HTMLInputElement>("#wr-csrf input[name=csrfmiddlewaretoken]")?.value ?? "";
}
