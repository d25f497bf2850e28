"""A small police service: a bureau, two stations, and people with posts in them."""

from collections.abc import Callable, Iterator
from functools import cache
from types import SimpleNamespace

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from watchroom.desk import api_limits
from watchroom.kernel.access import Actor, actor_of
from watchroom.kernel.models import Agency, Post, Role, Staff

PASSWORD = "rain over the east bridge"  # noqa: S105


@cache
def _hashed(password: str) -> str:
    """Hashing is slow on purpose; everybody here has the same password."""
    return make_password(password)


def agency(code: str, parent: Agency | None = None) -> Agency:
    row = Agency.objects.create(code=code, name=code, name_en=code, kind="station", parent=parent)
    row.path = f"{parent.path if parent else '.'}{row.pk}."
    row.save(update_fields=["path"])
    return row


@pytest.fixture
def places(db: None) -> SimpleNamespace:
    """city > east, west"""
    city = agency("city")
    return SimpleNamespace(city=city, east=agency("east", city), west=agency("west", city))


@pytest.fixture
def person(places: SimpleNamespace) -> Callable[..., Staff]:
    """Makes a person with a post: person("wang", places.east, "note.add", …)."""

    def make(
        name: str,
        where: Agency,
        *permissions: str,
        password: str | None = PASSWORD,
        second_factor: bool = False,
    ) -> Staff:
        hashed = _hashed(password) if password else make_password(None)
        fields = {"name": f"{name}某", "agency": where, "password": hashed}
        staff = Staff.objects.create(username=name, **fields)
        if permissions:
            role = Role.objects.create(
                key=f"role-{name}",
                title=f"role-{name}",
                title_en=f"role-{name}",
                permissions=list(permissions),
                second_factor=second_factor,
            )
            Post.objects.create(staff=staff, role=role, agency=where)
        return staff

    return make


@pytest.fixture
def wang(person: Callable[..., Staff], places: SimpleNamespace) -> Staff:
    """A community officer of the east station."""
    return person("wang", places.east, "note.add", "unit.view")


@pytest.fixture
def admin(person: Callable[..., Staff], places: SimpleNamespace) -> Staff:
    """Manages people and tokens of the east station, and holds what its officers hold."""
    return person("admin", places.east, "staff.manage", "tokens.manage", "note.add", "unit.view")


@pytest.fixture
def stranger(person: Callable[..., Staff], places: SimpleNamespace) -> Staff:
    """Manages people of the west station."""
    return person("stranger", places.west, "staff.manage", "tokens.manage", "note.add")


@pytest.fixture
def acting() -> Callable[[Staff], Actor]:
    return actor_of


@pytest.fixture
def signed_in() -> Callable[[Staff], Client]:
    """A browser in which this person is signed in."""

    def open_browser(staff: Staff) -> Client:
        client = Client()
        client.force_login(staff)
        return client

    return open_browser


@pytest.fixture(autouse=True)
def fresh_counts() -> Iterator[None]:
    api_limits._counts.clear()
    yield
