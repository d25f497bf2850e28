"""Coming in through the one outside identity provider, by OpenID Connect.

authlib does discovery, state, nonce, PKCE and keys; issuer and audience are checked by our options.
The provider answers for passwords; a second factor counts when it says so (`amr`). Few agencies
have one: authlib is imported when somebody comes through it.
"""

import logging
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import signin
from watchroom.kernel.access import NotFound
from watchroom.kernel.doors import address_of

from .signin import after, come_in

NEXT = "oidc_next"
STRONG = {"mfa", "otp", "hwk", "swk", "fpt", "face", "sc"}
log = logging.getLogger(__name__)

DOWN = Text(
    "身份认证服务暂时不可用，请稍候再试，或用本系统密码登录",
    "The identity provider does not answer: try again later, or use your password here",
)
DECLINED = Text(
    "身份认证未通过，请重新登录", "The identity provider's answer was not accepted: sign in again"
)


@lru_cache(maxsize=1)
def _client(issuer: str, client_id: str, client_secret: str) -> Any:
    from authlib.integrations.django_client import OAuth  # noqa: PLC0415

    return OAuth().register(
        name="oidc",
        server_metadata_url=issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_id=client_id,
        client_secret=client_secret,
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "default_timeout": 10,
        },
    )


def _silent() -> type[Exception]:
    """What is raised where the provider does not answer at all."""
    from requests import RequestException  # noqa: PLC0415

    return RequestException


def _unanswered() -> tuple[type[Exception], ...]:
    """What is raised where the provider does not answer, or not as it should."""
    from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415

    return (_silent(), AuthlibBaseError, JoseError)


def _unbelievable() -> tuple[type[Exception], ...]:
    """That, and what its answer raises when it is read."""
    return (*_unanswered(), RuntimeError, ValueError)


def provider() -> Any:
    """The configured provider; NotFound where there is none. Refusal when it is not itself."""
    oidc = settings.WATCHROOM_OIDC
    if not oidc["issuer"]:
        raise NotFound
    client = _client(oidc["issuer"], oidc["client_id"], oidc["client_secret"])
    if client.load_server_metadata().get("issuer") != oidc["issuer"]:
        log.error("the provider's metadata names another issuer than WATCHROOM_OIDC_ISSUER")
        raise Refusal(DECLINED)
    return client


@never_cache
@require_GET
def leave(request: HttpRequest) -> HttpResponse:
    """To the provider, remembering where the person wanted to go."""
    request.session[NEXT] = after(request)
    back = request.build_absolute_uri(reverse("sign-in-oidc-back"))
    try:
        answer: HttpResponse = provider().authorize_redirect(request, back)
    except _unanswered() as error:
        raise _refusal(error) from error
    return answer


@never_cache
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """From the provider, with a code that we exchange for the person's identity."""
    try:
        claims = _claims(request)
    except _unbelievable() as error:
        raise _refusal(error) from error
    name = str(claims.get(settings.WATCHROOM_OIDC["claim"], ""))
    staff = signin.identify_outside(str(claims["sub"]), name, address_of(request))
    strong = bool(STRONG & set(claims.get("amr") or []))
    to = request.session.pop(NEXT, settings.LOGIN_REDIRECT_URL)
    return come_in(request, staff, "oidc", strong=strong, to=to)


def _claims(request: HttpRequest) -> dict[str, Any]:
    client = provider()
    expected = {
        "iss": {"essential": True, "values": [settings.WATCHROOM_OIDC["issuer"]]},
        "aud": {"essential": True, "values": [settings.WATCHROOM_OIDC["client_id"]]},
        "nonce": {"essential": True},
    }
    token = client.authorize_access_token(request, claims_options=expected)
    if "userinfo" not in token:
        raise ValueError("the provider sent no id_token")
    return dict(token["userinfo"])


def _refusal(error: Exception) -> Refusal:
    log.warning("OpenID Connect: %s", type(error).__name__)  # its text may carry codes or names
    down = isinstance(error, _silent())
    return Refusal(DOWN if down else DECLINED, code="not-ready" if down else "sign-in-failed")


urlpatterns = [
    path("sign-in/oidc/", leave, name="sign-in-oidc"),
    path("sign-in/oidc/back/", back, name="sign-in-oidc-back"),
]
