"""Cookies are this host's own, and no way back leads to another site."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client

from tests.people import County
from tests.plugin import ROOT

ASK = """
import json, django
django.setup()
from django.conf import settings as s
from watchroom.desk.phone.device import COOKIE
names = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
         "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE",
         "CSRF_COOKIE_SAMESITE", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS",
         "SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN", "SESSION_COOKIE_PATH"]
print(json.dumps({n: getattr(s, n) for n in names} | {"phone": COOKIE}))
"""


def _settings(**named: str) -> dict[str, Any]:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "watchroom.site.settings", **named}
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=env, capture_output=True, check=True
    )
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("way", [{"WATCHROOM_TLS": "1"}, {"WATCHROOM_CERTIFICATE": "/x.pem"}])
def test_over_tls_every_secret_cookie_is_this_hosts_alone(way: dict[str, str]) -> None:
    said = _settings(**way)
    for name in (said["SESSION_COOKIE_NAME"], said["CSRF_COOKIE_NAME"], said["phone"]):
        assert name.startswith("__Host-")
    for what in ("SESSION_COOKIE", "CSRF_COOKIE"):
        assert said[f"{what}_SECURE"] and said[f"{what}_HTTPONLY"]
        assert said[f"{what}_SAMESITE"] == "Lax"
        assert said[f"{what}_DOMAIN"] is None
    assert said["SESSION_COOKIE_PATH"] == "/"
    assert said["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
    assert said["SECURE_HSTS_INCLUDE_SUBDOMAINS"]


ELSEWHERE = (
    "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example",
    "https:evil.example", "javascript:alert(1)", " https://evil.example", "http:///evil.example",
    "https://testserver@evil.example/", "https://testserver.evil.example/", "\t//evil.example",
    "data:text/html,x", "/%09/evil.example\n//evil.example",
)  # fmt: skip


@pytest.mark.parametrize("wish", ELSEWHERE)
def test_no_wish_leads_to_another_site(county: County, wish: str) -> None:
    browser = Client()
    browser.force_login(county.staff["leader"])
    asked = (
        browser.get("/sign-in/", {"next": wish}),
        browser.post("/preferences/", {"theme": "dark", "next": wish}),
        browser.post("/dispatch/command/", {"line": "x"}, headers={"Referer": wish}),
    )
    for answer in asked:
        where = answer.headers.get("Location", "/")
        assert where.startswith("/") and not where.startswith(("//", "/\\")), where


def test_a_purpose_leads_back_only_to_us(county: County) -> None:
    from watchroom.domains.dispatch.tests.samples import _call

    matter = _call(county, 1)
    browser = Client()
    browser.force_login(county.staff["leader"])
    for wish in ELSEWHERE:
        given = {"purpose": "handling", "next": wish}
        where = browser.post(f"/matters/{matter.pk}/purpose/", given).headers.get("Location", "/")
        assert where.startswith("/") and not where.startswith(("//", "/\\")), where
