"""Every address, method and step, as everybody there is: who gets in where, and who learns nothing.

The long form, every role in every relation, is `WATCHROOM_MATRIX=full` (`make security`).
"""

import os
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any
from zlib import crc32

import pytest
from django.db import transaction
from django.test import Client

from watchroom.desk.live.hub import Sight
from watchroom.kernel import access
from watchroom.kernel.access import actor_of
from watchroom.kernel.models import Involvement
from watchroom.kernel.registry import registry

from .document import DOCUMENT, written
from .expected import EXPECTED, need_of
from .needs import Need, here
from .rows import Row, rows
from .walk import Answer, City, ask, city
from .who import Caller

ROWS = list(rows())
FULL = os.environ.get("WATCHROOM_MATRIX") == "full"
ALWAYS = {
    "everything", "duty_leader:own", "duty_leader:neighbour", "auditor:superior",
    "community_officer:own", "community_officer:colleague", "no-post", "signed-out",
    "token:here", "token:neighbour", "token:no-scope",
}  # fmt: skip
"""Asked for every row also in the short form, with one more role in turn."""
BY_STEP = {
    "duty_leader:own", "community_officer:own", "community_officer:colleague", "call_taker:own",
    "duty_leader:neighbour", "signed-out",
}  # fmt: skip
WHOLE = ("everything", "signed-out", "token:here")


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[City]:
    """One city for all cells, gone afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield city()
        transaction.set_rollback(True)


def test_every_address_has_an_expectation_and_no_expectation_lacks_its_address() -> None:
    there = {row.key for row in ROWS if row.step is None}
    assert there - set(EXPECTED) == set(), "say in expected.toml who gets in there"
    assert set(EXPECTED) - there == set(), "no such address any more"


def test_the_matrix_in_the_documents_is_the_one_that_is_tested() -> None:
    assert DOCUMENT.read_text("utf-8") == written(), "python -m tests.security.document"


def _part(row: Row) -> str:
    first = row.route.removeprefix("api/v1/").split("/")[0]
    kind = "step" if row.step else "machine" if row.route.startswith("api/") else "page"
    return f"{kind} {row.step[0] if row.step else first}".strip()


@pytest.mark.parametrize("part", sorted({_part(row) for row in ROWS}))
def test_everybody_gets_in_where_they_should_and_learns_nothing_elsewhere(
    town: City, part: str
) -> None:
    faults: list[str] = []
    for row in (row for row in ROWS if _part(row) == part):
        faults += _faults(town, row)
    assert not faults, "\n".join(faults)


def _faults(town: City, row: Row) -> Iterator[str]:
    need = need_of(row)
    there = town.things.values(row)
    if need.mode == "no-method":
        for caller in _named(town, WHOLE):
            if ask(town, caller, row, there).status != 405:
                yield f"{row.key}: {caller.name} finds a method"
        return
    yield from _forged(town, row, there)
    absent = town.things.absent(row) if town.things.names_a_thing(row) else None
    for caller in _asking(town, row):
        answer = ask(town, caller, row, there)
        yield from _cell(town, row, need, caller, answer)
        yield from _headers(row, caller, answer)
        if absent and not need.may_know(caller, row.route):
            yield from _leak(row, caller, answer, ask(town, caller, row, absent))


UNFORGED = ("phone/wiped/",)
"""Takes no token: a phone that was wiped has none left, and nobody else is heard."""


def _forged(town: City, row: Row, there: dict[str, Any]) -> Iterator[str]:
    """A form sent from another site carries the session and no token."""
    if row.method == "get" or row.step or row.route in UNFORGED:
        return
    everything = _named(town, ("everything",))[0]
    visitor = replace(everything, client=Client(enforce_csrf_checks=True))
    visitor.client.cookies = deepcopy(everything.client.cookies)
    answer = ask(town, visitor, row, there)
    if answer.status != 403:
        yield f"{row.key}: without its token it is heard ({answer.status})"


def _headers(row: Row, caller: Caller, answer: Answer) -> Iterator[str]:
    """What the browser is told with every answer to somebody who is signed in."""
    if caller.name != "everything":
        return
    said = dict(answer.headers)
    policy = said.get("Content-Security-Policy", "")
    if "unsafe" in policy or "default-src 'none'" not in policy:
        yield f"{row.key}: policy {policy!r}"
    for name, value in SAID.items():
        if said.get(name) not in value:
            yield f"{row.key}: {name} is {said.get(name)!r}"
    kept = said.get("Cache-Control", "")
    if "no-store" not in kept and row.route not in MAY_BE_KEPT and "feed/" not in row.route:
        yield f"{row.key}: may be kept ({kept!r})"


SAID = {
    "X-Content-Type-Options": ("nosniff",),
    "X-Frame-Options": ("DENY",),
    "Referrer-Policy": ("same-origin", "no-referrer"),
    "Cross-Origin-Opener-Policy": ("same-origin",),
}
MAY_BE_KEPT = (
    "sign-out/",
    "phone/sw.js",
    "phone/manifest.webmanifest",
    "map/city.pmtiles",
    "community/tiles/<int:z>/<int:x>/<int:y>.mvt",
)
"""Code, the way out and the map's tiles are the same for everybody; tiles of doors are kept for a
minute, by the reader's own browser alone."""


def _asking(town: City, row: Row) -> list[Caller]:
    if FULL:
        return town.callers
    if row.step:
        return _named(town, BY_STEP)
    turn = crc32(row.key.encode())
    others = [one for one in town.callers if one.name not in ALWAYS]
    return [*_named(town, ALWAYS), others[turn % len(others)]]


def _named(town: City, names: Any) -> list[Caller]:
    return [one for one in town.callers if one.name in names]


def _cell(town: City, row: Row, need: Need, caller: Caller, answer: Answer) -> Iterator[str]:
    admitted = need.admits(caller, row.route)
    if answer.way not in ("+?" if admitted else "-?"):
        wanted = "is let in" if admitted else "is kept out"
        yield f"{row.key}: {caller.name} {wanted}, and hears {answer.status}"
    told = need.mode == "everybody" or row.route in TELLS_NUMBERS
    for matter in () if told else _unseen(town, caller):
        if matter.number.encode() in answer.raw and matter.number not in row.address(
            town.things.values(row)
        ):
            yield f"{row.key}: {caller.name} reads of {matter.number}"


TELLS_NUMBERS = tuple(f"api/v1/dispatch/{name}" for name in ("ranking", "units", "units.geojson"))
"""Where a unit is busy, whoever may see the unit reads the number of its incident and nothing else
of it: known, and said in the threat model."""


def _unseen(town: City, caller: Caller) -> list[Any]:
    """Matters this caller may know nothing of, as the roles say it and not as the filter does."""
    if caller.name not in town.unseen:
        town.unseen[caller.name] = [
            matter
            for matter in town.things.samples.values()
            if not here(caller, matter.flow.view_permission)
            and matter.state not in matter.flow.published
        ]
    return town.unseen[caller.name]


def _leak(row: Row, caller: Caller, there: Answer, absent: Answer) -> Iterator[str]:
    said = f"{row.key}: to {caller.name} what is there and what is not differ"
    if (there.status, there.body) != (absent.status, absent.body):
        yield f"{said}: {there.status} and {absent.status}"
    elif there.headers != absent.headers:
        yield f"{said} in {set(there.headers) ^ set(absent.headers)}"
    elif there.queries != absent.queries:
        yield f"{said} by {there.queries} and {absent.queries} queries"


def test_every_row_lets_somebody_in(town: City) -> None:
    """A row nobody enters would be a matrix about nothing.

    What is somebody's `own` belongs to nobody who asks here: that its owner gets in is shown where
    the thing itself is tested (one's phones, sessions, second factor, copies, a bank's orders).
    """
    everything = next(one for one in town.callers if one.name == "everything")
    shut = [
        row.key
        for row in ROWS
        if row.step is None
        and need_of(row).mode not in ("no-method", "nobody", "everybody", "own")
        and not any(need_of(row).admits(one, row.route) for one in town.callers)
    ]
    assert everything.permissions == registry.permissions
    assert not shut


def test_the_live_stream_tells_each_of_what_they_may_see_and_of_nothing_else(town: City) -> None:
    wrong = []
    for caller in (one for one in town.callers if one.staff is not None):
        actor = actor_of(caller.staff)
        sight = Sight.of(actor)
        for matter in town.things.samples.values():
            involved = Involvement.objects.filter(matter=matter, until=None)
            row = {
                "kind": matter.kind,
                "agency": matter.agency_id,
                "sealed": matter.sealed,
                "involved": list(involved.values_list("staff_id", flat=True)),
            }
            if sight.sees(row) and not access.sees(actor, matter):
                wrong.append(f"{caller.name} {matter.kind} {matter.state}")
    assert not wrong
