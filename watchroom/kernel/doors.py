"""Doors of pages: who is let in to a view. The view gets its actor as second argument."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from . import access
from .access import Actor

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase]
Plain = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

SIGN_IN = Text("请先登录", "Sign in first")


def signed_in(view: View[P]) -> Plain[P]:
    """Lets in whoever is signed in: `def view(request, actor, …)`."""

    @wraps(view)
    def door(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, actor_of_request(request), *args, **kwargs)

    return door


def needs(permission: str) -> Callable[[View[P]], Plain[P]]:
    """Lets in whoever holds the permission anywhere; what they see inside is filtered as ever."""

    def put(view: View[P]) -> Plain[P]:
        @wraps(view)
        def door(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor = actor_of_request(request)
            access.require(actor, permission)
            return view(request, actor, *args, **kwargs)

        setattr(door, "permission", permission)  # noqa: B010 - the access tests read it
        return door

    return put


def actor_of_request(request: HttpRequest) -> Actor:
    """The actor of a request; Refusal "signed-out" where there is none."""
    actor: Any = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        raise Refusal(SIGN_IN, code="signed-out")
    return actor


def address_of(request: HttpRequest) -> str:
    """The network address a request came from; headers count only behind proxies of ours."""
    hops: int = settings.WATCHROOM_PROXIES
    said = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if hops and len(said) >= hops and said[-hops]:
        return said[-hops]
    return str(request.META.get("REMOTE_ADDR", ""))
