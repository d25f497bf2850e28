"""Who reads, in which language, how a refusal is said, and what the browser may load."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import sessions
from watchroom.kernel.access import Actor, NotFound, actor_of

from . import errors, outside_map
from .language import language

Next = Callable[[HttpRequest], HttpResponse]

DUTY_PAGES = {"password": "password", "second-factor": "second-factor"}
FREE_OF_DUTY = ("/sign-out/", "/preferences/", "/me/", "/healthz", "/readyz", "/static/")
DUTY = Text(
    "请先设置本人密码或双因素认证，再使用系统",
    "Set your own password or second factor first, then use the system",
)


NUL = "\x00"


class Headers:
    """What the browser may load, from where, and with which sensors."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.headers = {
            "Content-Security-Policy": policy(),
            "Permissions-Policy": "geolocation=(self), microphone=(self), camera=(self), usb=()",
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        return response


def policy() -> str:
    """The content security policy: our own files only, no inline script or style."""
    live = urlsplit(settings.WATCHROOM_LIVE)  # another origin where `live` runs on its own
    connect = f"{live.scheme}://{live.netloc}" if live.netloc else ""
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": f"'self' data: blob: {outside_map.origins()}".strip(),
        "font-src": "'self'",
        "media-src": "'self' blob:",
        "worker-src": "'self' blob:",
        "manifest-src": "'self'",
        "connect-src": " ".join(filter(None, ["'self'", connect, outside_map.origins()])),
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class Reader:
    """Sets `request.actor` (None when signed out) and `request.lang`; says refusals."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = self._actor(request)  # type: ignore[attr-defined]
        request.lang = language(request)  # type: ignore[attr-defined]
        response = self._duty(request) or self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        """What PostgreSQL cannot keep as text is malformed, whichever field it came in.

        The machine interface reads its bodies itself, and says the same there (`api.Parser`).
        """
        machine = request.path.startswith("/api/")
        forms = (request.GET,) if machine else (request.GET, request.POST)
        texts = (text for form in forms for key, texts in form.lists() for text in (key, *texts))
        return (
            errors.bad(request)
            if NUL in request.path or any(NUL in text for text in texts)
            else None
        )

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refusal):
            return errors.refused(request, error)
        if isinstance(error, NotFound):
            return errors.not_found(request)
        return None

    def _actor(self, request: HttpRequest) -> Actor | None:
        if not request.user.is_authenticated:
            return None
        if sessions.ended(request.session):
            request.session.flush()
            request.user = AnonymousUser()
            return None
        sessions.touch(request.session)
        return actor_of(request.user)

    def _duty(self, request: HttpRequest) -> HttpResponse | None:
        if request.actor is None or request.path.startswith(FREE_OF_DUTY):  # type: ignore[attr-defined]
            return None
        duties = request.session.get(sessions.DUTIES, [])
        if not duties:
            return None
        if errors.for_machine(request) or request.headers.get("HX-Request"):
            return errors.answer(request, 403, "duty", DUTY)
        return HttpResponseRedirect(reverse(DUTY_PAGES[duties[0]]))
