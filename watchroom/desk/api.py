"""The interface for machines: /api/v1/. A domain's `api.router` is mounted under its key.

`request.auth` (also `request.actor`) is the Actor. Errors are `{"error": {"code", "sentence"}}`.
There is no page of API documentation here: /api/v1/openapi.json is read by any tool.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ninja.parser
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.security import APIKeyCookie, HttpBearer

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import personal, tokens
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import SIGN_IN, address_of
from watchroom.kernel.registry import registry

from . import api_limits, errors, matters_api, webhooks_api
from .api_sentences import field_errors
from .language import accepted

DESCRIPTION = (
    "Machines send `Authorization: Bearer …`; signed-in people their session and X-CSRFToken. "
    "Errors carry a code and a sentence in the language of Accept-Language (zh, en)."
)


class Token(HttpBearer):
    """`Authorization: Bearer wr_…`: a machine's token with its scopes."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        lang = accepted(request.headers.get("Accept-Language", ""))
        actor = tokens.actor_of_secret(token, address_of(request), lang)
        return _let_in(request, actor)


class Session(APIKeyCookie):
    """A signed-in person's session; anything but reading needs the X-CSRFToken header."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Whoever is signed out hears that, and not that a CSRF token is missing."""
        if getattr(request, "actor", None) is None:
            return None
        found: Actor | None = super().__call__(request)
        return found

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        actor = getattr(request, "actor", None)
        return _let_in(request, actor) if isinstance(actor, Actor) else None


def _let_in(request: HttpRequest, actor: Actor) -> Actor:
    api_limits.refuse_flood(actor)
    actor = personal.with_said_purpose(actor, request.headers.get("X-Purpose", ""))
    request.actor = actor  # type: ignore[attr-defined]
    return actor


class Parser(ninja.parser.Parser):
    """JSON whose texts PostgreSQL can keep: no NUL, no half of a character."""

    def parse_body(self, request: HttpRequest) -> Any:
        found = super().parse_body(request)
        if b"\\u" in request.body:
            _refuse_unkept(found)
        return found


def _refuse_unkept(found: Any) -> None:
    text = json.dumps(found, ensure_ascii=False)
    if "\\u0000" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise HttpError(400, "NUL or half a character in a text")


def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    return errors.refused(request, error)


def absent(request: HttpRequest, error: Exception) -> HttpResponse:
    return errors.not_found(request)


def signed_out(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = errors.answer(request, 401, "signed-out", SIGN_IN)
    response.headers["WWW-Authenticate"] = 'Bearer realm="watchroom"'
    return response


def throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    response = errors.answer(request, 429, "too-many", api_limits.SENTENCE)
    response.headers["Retry-After"] = str(int(error.wait or 1))
    return response


def plain(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 403 and "CSRF" in error.message:
        return errors.csrf_failed(request)
    text = Text(error.message, error.message)
    return errors.answer(request, error.status_code, "refused", text)


def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    lang = errors.language(request)
    fields = field_errors(error.errors, lang)
    sentence = Text("输入有误：", "Not accepted: ").say(lang)
    said = "; ".join(f"{f['field']}: {f['sentence']}" for f in fields)
    body: dict[str, Any] = {"code": "invalid", "sentence": sentence + said, "fields": fields}
    return JsonResponse({"error": body}, status=422)


HANDLERS: Mapping[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    Refusal: refused,
    NotFound: absent,
    Http404: absent,
    AuthenticationError: signed_out,
    Throttled: throttled,
    HttpError: plain,
    ValidationError: invalid,
}


def interface(routers: Iterable[tuple[str, Router]], namespace: str = "api") -> NinjaAPI:
    """The API with these routers, each under its key."""
    made = NinjaAPI(
        title="Watchroom",
        version="1",
        description=DESCRIPTION,
        auth=[Token(), Session()],
        docs_url=None,
        parser=Parser(),
        urls_namespace=namespace,
    )
    for kind, handler in HANDLERS.items():
        made.add_exception_handler(kind, handler)
    for key, router in routers:
        made.add_router(f"/{key}", router, tags=[key])
    return made


ROUTERS = [(domain.key, module.router) for domain, module in registry.modules("api")]
SHELL = [
    ("matters", matters_api.router),
    ("search", matters_api.searching),
    ("webhooks", webhooks_api.router),
]
api = interface([*ROUTERS, *SHELL])
