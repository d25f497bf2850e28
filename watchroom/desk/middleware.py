"""Who reads, in which language, and how a refusal is said."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

LANGUAGES = ("zh", "en")


class Reader:
    """Sets `request.lang` from the person's choice, the cookie, or the browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.lang = language(request)  # type: ignore[attr-defined]
        return self.get_response(request)


def language(request: HttpRequest) -> str:
    """The reader's language: signed-in choice, else cookie, else browser, else Chinese."""
    if request.user.is_authenticated:
        return request.user.language
    chosen = request.COOKIES.get("lang")
    if chosen in LANGUAGES:
        return chosen
    accepted = request.headers.get("Accept-Language", "").lower()
    return "en" if accepted.startswith("en") else "zh"
