"""Who asks: every role where the thing is, beside it, above it and elsewhere; machines; nobody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.test import Client

from tests.people import County
from watchroom.base.clock import now
from watchroom.kernel.models import ApiToken, Post, Role, Staff
from watchroom.kernel.models.sessions import BEGAN, SEEN
from watchroom.kernel.registry import registry
from watchroom.kernel.roles import ROLES

WHERE = {"own": "bureau", "colleague": "bureau", "neighbour": "elsewhere", "superior": "city"}
"""How somebody stands to the thing, and the agency of the county where their post is. `own` is also
involved in every matter asked for."""


@dataclass
class Caller:
    """One column of the matrix."""

    name: str
    client: Client
    permissions: frozenset[str]
    relation: str
    staff: Staff | None = None


def callers(county: County) -> list[Caller]:
    """Every column."""
    found = [_of_role(county, key, how) for key in ROLES for how in WHERE]
    found.append(_all_powers(county))
    found += list(_without(county))
    return found


def _staff(county: County, name: str, agency: Any, role: Role | None) -> Staff:
    staff = Staff.objects.create_user(name, None, name=name, agency=agency)
    if role is not None:
        Post.objects.create(staff=staff, role=role, agency=agency)
    return staff


def _signed_in(staff: Staff) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(staff)
    _seen(client, now().timestamp() + 24 * 3600)
    return client


def _seen(client: Client, at: float) -> None:
    """Ahead of the clock: no request of the test writes that somebody was here."""
    session = client.session
    session.update({BEGAN: at, SEEN: at})
    session.save()


def _of_role(county: County, key: str, how: str) -> Caller:
    role = county.roles[key]
    staff = _staff(county, f"{key}-{how}", getattr(county, WHERE[how]), role)
    return Caller(f"{key}:{how}", _signed_in(staff), frozenset(role.permissions), how, staff)


def _all_powers(county: County) -> Caller:
    """Whoever holds every permission in the county: shows that a row can be entered at all."""
    known = sorted(registry.permissions)
    role = Role.objects.create(key="all", title="all", title_en="all", permissions=known)
    staff = _staff(county, "all-own", county.bureau, role)
    return Caller("everything", _signed_in(staff), frozenset(known), "own", staff)


def _without(county: County) -> Iterator[Caller]:
    nobody = frozenset[str]()
    yield Caller("no-post", _signed_in(_staff(county, "none", county.bureau, None)), nobody, "own")
    yield Caller("signed-out", Client(raise_request_exception=False), nobody, "out")
    yield Caller("expired-session", _idle(county), nobody, "out")
    yield Caller("left-the-service", _left(county), nobody, "out")
    every = sorted(registry.permissions)
    later, before = now() + timedelta(days=1), now() - timedelta(days=1)
    tokens: tuple[tuple[str, Any, list[str], Any, str], ...] = (
        ("token:here", county.bureau, every, later, "own"),
        ("token:neighbour", county.elsewhere, every, later, "neighbour"),
        ("token:no-scope", county.bureau, [], later, "own"),
        ("token:expired", county.bureau, every, before, "out"),
    )
    for name, agency, scopes, until, relation in tokens:
        yield Caller(name, _machine(name, agency, scopes, until), frozenset(scopes), relation)


def _idle(county: County) -> Client:
    role = county.roles["duty_leader"]
    client = _signed_in(_staff(county, "idle", county.bureau, role))
    _seen(client, 0.0)
    return client


def _left(county: County) -> Client:
    staff = _staff(county, "left", county.bureau, county.roles["duty_leader"])
    client = _signed_in(staff)
    Staff.objects.filter(pk=staff.pk).update(is_active=False)
    return client


def _machine(name: str, agency: Any, scopes: list[str], until: Any) -> Client:
    secret = f"wr_{name}"
    ApiToken.objects.create(
        name=name,
        digest=sha256(secret.encode()).hexdigest(),
        agency=agency,
        scopes=scopes,
        created_at=now() - timedelta(days=2),
        expires_at=until,
    )
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})
