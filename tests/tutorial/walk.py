"""Run in a tree to which the tutorial has added a domain: prints what it saw, as JSON.

The database holds the tests' tiny county from before the domain existed.
"""

import json
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from watchroom.domains.lost_property import actions  # noqa: E402
from watchroom.kernel.access import actor_of  # noqa: E402
from watchroom.kernel.models import Role, Staff  # noqa: E402


def browser(who: str) -> Client:
    """Signed in as a member of the county's staff."""
    client = Client()
    client.force_login(Staff.objects.get(username=who))
    return client


def permissions() -> dict[str, list[str]]:
    """What each role holds of the new domain."""
    return {
        role.key: [p for p in role.permissions if p.startswith("lost_property.")]
        for role in Role.objects.all()
    }


def look() -> dict[str, Any]:
    """Add an umbrella, then look at it as everybody."""
    before = permissions()
    call_command("migrate", verbosity=0)
    fell = permissions()
    call_command("migrate", verbosity=0)
    officer = Staff.objects.get(username="officer")
    chief = actor_of(Staff.objects.get(username="chief"))
    umbrella = actions.hand_in(chief, "黑色雨伞", words="木柄", keeper_id=officer.pk)
    people = ("officer", "chief", "colleague", "stranger", "colleague_elsewhere")
    return {
        "before": before,
        "fell": fell,
        "again": permissions(),
        "menu": {who: "/lost_property/" in browser(who).get("/").text for who in people},
        "opened": {who: _status(who, f"/m/{umbrella.number}/") for who in people},
        "list": {who: _status(who, "/lost_property/") for who in people},
        "found": {who: umbrella.number in _text(who, "/search/?q=雨伞") for who in people},
        "worklist": umbrella.number in _text("officer", "/"),
        "figures": "收到遗失物" in _text("chief", "/figures/"),
        "counted": umbrella.number in _text("chief", "/figures/lost_property.handed_in/"),
    }


def _status(who: str, address: str) -> int:
    return browser(who).get(address).status_code


def _text(who: str, address: str) -> str:
    return str(browser(who).get(address).text)


print(json.dumps(look(), ensure_ascii=False))
