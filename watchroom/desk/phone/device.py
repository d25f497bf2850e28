"""Which phone it is: a cookie of its own that outlives sessions."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from watchroom.kernel import handsets
from watchroom.kernel.models import Handset

COOKIE = f"{settings.WATCHROOM_COOKIES}wr_handset"
YEARS = 2 * 365 * 24 * 3600
View = Callable[..., HttpResponseBase]


def of(request: HttpRequest) -> Handset | None:
    """The phone that asks; None for one that was never here."""
    return handsets.known(request.COOKIES.get(COOKIE, ""))


def introduced(request: HttpRequest) -> tuple[Handset, str]:
    """The phone that asks, and the secret to give it where it is new ("" where it is not)."""
    found = of(request)
    if found is not None:
        return found, ""
    return handsets.introduce(request.headers.get("User-Agent", ""))


def remember(response: HttpResponse, secret: str) -> None:
    """Give a new phone what it is known by."""
    if secret:
        response.set_cookie(
            COOKIE,
            secret,
            max_age=YEARS,
            path="/",
            httponly=True,
            samesite="Lax",
            secure=bool(settings.SESSION_COOKIE_SECURE),
        )


def unless_cut_off(view: View) -> View:
    """A lost phone gets one answer to everything: wipe yourself."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = of(request)
        if found is not None and found.cut_off_at is not None:
            return wipe(request)
        return view(request, *args, **kwargs)

    return door


def wipe(request: HttpRequest) -> HttpResponse:
    """Said to the browser itself, to our service worker, and to whoever reads it."""
    lang = str(getattr(request, "lang", "zh"))
    if "text/html" in request.headers.get("Accept", ""):
        response = render(request, "desk/phone_cut_off.html", {"me": None, "menu": []}, status=410)
    else:
        body = {"state": "wipe", "text": handsets.GONE.say(lang)}
        response = JsonResponse(body, status=410)
    response["Clear-Site-Data"] = '"cache", "storage"'
    response["Cache-Control"] = "no-store"
    return response
