"""Which language and which theme a reader sees."""

from django.http import HttpRequest

LANGUAGE_COOKIE, THEME_COOKIE = "django_language", "wr_theme"
LANGUAGES = ("zh", "en")
THEMES = ("auto", "light", "dark")


def language(request: HttpRequest) -> str:
    """The choice made in this browser, else the person's own, else the browser's, else Chinese.

    A machine's language is what its Accept-Language says.
    """
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    if chosen:
        return "zh" if chosen.startswith("zh") else "en"
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return str(user.language)
    return accepted(request.headers.get("Accept-Language", ""))


def accepted(header: str) -> str:
    """The first of our languages that an Accept-Language header prefers."""
    wishes = sorted(_wishes(header), key=lambda wish: -wish[1])
    known = (tag for tag, weight in wishes if weight > 0 and tag in LANGUAGES)
    return next(known, "zh")


def _wishes(header: str) -> list[tuple[str, float]]:
    found = []
    for part in header.lower().split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            found.append((tag.split("-")[0], float(weight or 1)))
        except ValueError:
            continue
    return found


def theme(request: HttpRequest) -> str:
    """The theme chosen in this browser, else the person's own, else the system's."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    if chosen in THEMES:
        return chosen
    user = getattr(request, "user", None)
    return str(getattr(user, "theme", "auto") or "auto")
