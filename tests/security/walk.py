"""Walking the matrix: each row asked by each caller, undone, compared with what is not there."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import quote

from django.db import connection, reset_queries, transaction
from django.http.response import HttpResponseBase
from django.test.utils import CaptureQueriesContext

from tests.people import County, build
from watchroom.base.clock import now
from watchroom.kernel.models import Involvement, Matter
from watchroom.kernel.registry import registry

from . import sending
from .rows import API, Row
from .things import Things
from .who import Caller, callers

ONCE = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]+"'
    rb'|"X-CSRFToken": ?"[^"]+"'
    rb"|[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
)
"""What of a page is new each time it is drawn: tokens and numbers of acts."""


FROM = "203.0.113.7"
"""Where pages are asked from: another machine."""

ASKED: dict[str, dict[str, str]] = {
    "picture/records/": {"kind": "dispatch.incident"},
    "quality/<str:kind>/": {"agency": "CNTY"},
}
"""What a page cannot do without in its query."""


@dataclass
class City:
    """Set up once; every cell is undone after it was asked."""

    county: County
    things: Things
    callers: list[Caller]
    forms: dict[str, dict[str, Any]]
    unseen: dict[str, list[Matter]] = field(default_factory=dict)


def city() -> City:
    """The county, a matter in every state, and whoever asks."""
    county = build()
    samples: dict[tuple[str, str], Matter] = {}
    forms: dict[str, dict[str, Any]] = {}
    for key in registry.domains:
        given = import_module(f"watchroom.domains.{key}.tests.samples")
        samples |= given.samples(county)
        forms |= {f"{key}.{name}": values for name, values in given.DATA.items()}
    asking = callers(county)
    mine = [one.staff for one in asking if one.relation == "own" and one.staff]
    Involvement.objects.bulk_create(
        Involvement(matter=matter, staff=staff, role="handling", since=now())
        for matter in samples.values()
        for staff in mine
        if staff.username != "none"
    )
    return City(county, Things(county, samples), asking, forms)


@dataclass(frozen=True)
class Answer:
    """What came back, as far as anybody can tell two answers apart."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]
    queries: int
    raw: bytes

    @property
    def way(self) -> str:
        """`+` let in, `-` kept out, `?` refused for what was sent, `x` no method, `!` broken."""
        if self.status >= 500 and self.status != 503:
            return "!"
        if self.status in (401, 403, 404) or (self.status == 302 and self._to_sign_in()):
            return "-"
        return {405: "x", 422: "?", 400: "?"}.get(self.status, "+")

    def _to_sign_in(self) -> bool:
        return dict(self.headers).get("Location", "").startswith("/sign-in/?")


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside has not happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(city: City, caller: Caller, row: Row, values: dict[str, Any]) -> Answer:
    """One cell: what this caller hears for this row with these values."""
    jar = deepcopy(caller.client.cookies)
    reset_queries()  # Django keeps the last 9,000, and then counts none
    with undone(), CaptureQueriesContext(connection) as asked:
        response = _send(city, caller, row, row.address(values))
        content = b"".join(_chunks(response))
    caller.client.cookies = jar
    body, headers = _without(row.address(values), content, response.items())
    return Answer(response.status_code, body, headers, len(asked), content)


def _without(
    address: str, content: bytes, headers: Iterable[tuple[str, str]]
) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    """An answer without the address that was asked and without what is new each time."""
    short = len(address) < 3  # "/" begins every other address too
    for said in () if short else (address, quote(address, safe=""), quote(address)):
        content = content.replace(said.encode(), b"#")
        headers = [(name, value.replace(said, "#")) for name, value in headers]
    return ONCE.sub(b"#", content), tuple(sorted(headers))


def _chunks(response: Any) -> Iterator[bytes]:
    if not response.streaming:
        yield response.content
        return
    kept = response.streaming_content
    yield from kept
    response.close()


def _send(city: City, caller: Caller, row: Row, address: str) -> HttpResponseBase:
    if row.route.startswith(API):
        given = sending.body(row, city.things.named)
        method = getattr(caller.client, row.method)
        if row.method == "get":
            return method(address, sending.query(row))
        if given is None:
            return method(address, query_params=sending.query(row))
        return method(
            address, given, content_type="application/json", query_params=sending.query(row)
        )
    if row.method == "get":
        return caller.client.get(address, ASKED.get(row.route), REMOTE_ADDR=FROM)
    form: dict[str, Any] = {}
    if row.route == "disputes/<int:dispute_id>/repeat/":
        form = {"earlier": city.things.samples["disputes.dispute", "performed"].pk}
    if row.route == "retention/<str:rule>/act/":
        form = {"act": "propose"}
    if row.step:
        matter = city.things.matter(row)
        filled = city.forms.get(f"{row.step[0].split('.')[0]}.{row.step[1]}", {})
        form = {**filled, "reason": "样例理由", "version": matter.version}
    return caller.client.post(address, form)
