"""The city runs one identity provider; people come in through it, and nobody else does."""

import base64
import hmac
import json
import time
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey

from watchroom.kernel.models import Entry, Staff

from .provider import CLIENT, SECRET, Provider, running, signed


@pytest.fixture(scope="module")
def one_provider():
    with running() as provider:
        yield provider


@pytest.fixture
def provider(one_provider: Provider, settings) -> Provider:
    one_provider.person = {"sub": "u-1", "preferred_username": "wang"}
    one_provider.sign = signed
    settings.WATCHROOM_OIDC = {
        "issuer": one_provider.issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "claim": "preferred_username",
        "title": "统一身份认证",
        "title_en": "Single sign-on",
    }
    return one_provider


def to_the_provider(client: Client) -> str:
    """Where the provider sends the browser back to."""
    there = client.get("/sign-in/oidc/?next=/me/password/")["Location"]
    return httpx.get(there).headers["Location"]


def come_through(client: Client):
    return client.get(to_the_provider(client))


def is_in(client: Client) -> bool:
    return client.get("/me/password/").status_code == 200


def test_the_sign_in_page_offers_it(provider: Provider, client: Client, db: None, settings):
    assert "/sign-in/oidc/" in client.get("/sign-in/").text
    settings.WATCHROOM_OIDC = {**settings.WATCHROOM_OIDC, "issuer": ""}
    assert "/sign-in/oidc/" not in client.get("/sign-in/").text
    assert client.get("/sign-in/oidc/").status_code == 404


def test_a_person_known_here_comes_in_and_where_they_wanted(
    provider: Provider, wang: Staff, client: Client
):
    answer = come_through(client)
    assert (answer.status_code, answer["Location"]) == (302, "/me/password/")
    assert is_in(client)
    wang.refresh_from_db()
    assert wang.oidc_subject == "u-1"
    assert Entry.objects.get(event="signin.entered").data["how"] == "oidc"


def test_afterwards_the_subject_counts_and_not_the_name(
    provider: Provider, wang: Staff, admin: Staff, client: Client
):
    come_through(client)
    provider.person = {"sub": "u-1", "preferred_username": "renamed"}
    again = Client()
    come_through(again)
    assert is_in(again)
    provider.person = {"sub": "u-2", "preferred_username": "wang"}  # somebody took the name
    thief = Client()
    assert come_through(thief).status_code == 422
    assert not is_in(thief)


def test_somebody_unknown_or_gone_is_told_so_and_not_added(
    provider: Provider, wang: Staff, client: Client
):
    provider.person = {"sub": "u-9", "preferred_username": "nobody"}
    answer = come_through(client)
    assert answer.status_code == 422
    assert "没有您的账号" in answer.text
    Staff.objects.filter(pk=wang.pk).update(is_active=False)
    provider.person = {"sub": "u-1", "preferred_username": "wang"}
    assert come_through(client).status_code == 422
    assert not is_in(client)
    assert Staff.objects.count() == 1
    assert Entry.objects.filter(event="signin.failed").count() == 2


def test_the_provider_s_own_second_factor_is_enough(
    provider: Provider, person, places: SimpleNamespace, client: Client
):
    person("chief", places.city, "staff.manage", second_factor=True)
    provider.person = {"sub": "u-3", "preferred_username": "chief"}
    come_through(client)
    assert client.get("/people/")["Location"] == "/me/second-factor/"
    provider.person |= {"amr": ["pwd", "otp"]}
    strong = Client()
    come_through(strong)
    assert strong.get("/people/").status_code == 200


@pytest.mark.parametrize(
    "bent",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another-client"},
        {"nonce": "made up"},
        {"exp": int(time.time()) - 3600},
    ],
    ids=lambda bent: next(iter(bent)),
)
def test_a_token_that_is_not_for_us_now_opens_nothing(
    provider: Provider, wang: Staff, client: Client, bent: dict[str, Any]
):
    provider.person |= bent
    assert come_through(client).status_code == 422
    assert not is_in(client)


def test_a_token_without_nonce_opens_nothing(provider: Provider, wang: Staff, client: Client):
    provider.sign = lambda key, claims: signed(key, {k: claims[k] for k in claims if k != "nonce"})
    assert come_through(client).status_code == 422
    assert not is_in(client)


def _foreign(key: RSAKey, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048))


def _unsigned(key: RSAKey, claims: dict[str, Any]) -> str:
    _, body, _ = signed(key, claims).split(".")
    return f"eyJhbGciOiJub25lIn0.{body}."


def _public_key_as_password(key: RSAKey, claims: dict[str, Any]) -> str:
    """The old confusion: the public key, which everybody has, used as a shared secret."""
    _, body, _ = signed(key, claims).split(".")
    head = _base64(json.dumps({"alg": "HS256", "kid": "one"}).encode())
    mac = hmac.new(key.as_pem(private=False), f"{head}.{body}".encode(), "sha256").digest()
    return f"{head}.{body}.{_base64(mac)}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.mark.parametrize("forge", [_foreign, _unsigned, _public_key_as_password])
def test_a_forged_token_opens_nothing(provider: Provider, wang: Staff, client: Client, forge):
    provider.sign = forge
    assert come_through(client).status_code == 422
    assert not is_in(client)


def test_an_answer_nobody_asked_for_opens_nothing(provider: Provider, wang: Staff, client: Client):
    theirs = to_the_provider(Client())  # an attacker's own code and state, sent to a victim
    assert client.get(theirs).status_code == 422
    assert client.get("/sign-in/oidc/back/?code=x&state=y").status_code == 422
    assert client.get("/sign-in/oidc/back/?error=access_denied").status_code == 422
    assert not is_in(client)


def test_an_answer_counts_once(provider: Provider, wang: Staff, client: Client):
    back = to_the_provider(client)
    assert client.get(back).status_code == 302
    client.post("/sign-out/")
    assert client.get(back).status_code == 422
    assert not is_in(client)


def test_another_issuer_at_the_address_is_not_trusted(
    provider: Provider, wang: Staff, client: Client, settings
):
    settings.WATCHROOM_OIDC = {**settings.WATCHROOM_OIDC, "client_id": "fresh"}
    provider.said_issuer = "https://elsewhere.example"
    try:
        assert client.get("/sign-in/oidc/").status_code == 422
    finally:
        provider.said_issuer = provider.issuer


def test_a_provider_that_does_not_answer_is_a_sentence(wang: Staff, client: Client, settings):
    settings.WATCHROOM_OIDC = {
        **settings.WATCHROOM_OIDC,
        "issuer": "http://localhost:9",
        "client_id": "x",
    }
    answer = client.get("/sign-in/oidc/")
    assert answer.status_code == 503
    assert "暂时不可用" in answer.text
