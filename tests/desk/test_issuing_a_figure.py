"""A figure goes out under a short id; whoever reads the id opens what stands behind it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests.people import County
from watchroom.base.clock import held_at
from watchroom.base.refusal import Refusal
from watchroom.domains.disputes.tests.samples import registered
from watchroom.figures.periods import month
from watchroom.kernel import indicators, issued
from watchroom.kernel.access import NotFound
from watchroom.kernel.models import IssuedFigure

pytestmark = pytest.mark.django_db
NAME = "disputes.found"
MARCH = month(2026, 3)
IN_MARCH = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_march() -> Iterator[None]:
    with held_at(IN_MARCH):
        yield


def browser(county: County, who: str) -> Client:
    client = Client()
    client.force_login(county.staff[who])
    return client


def one_of(county: County, who: str = "leader") -> str:
    actor = county.act(who)
    told = indicators.figure(actor, indicators.all_indicators()[NAME], MARCH, agency=county.bureau)
    return issued.issue(told, actor)


def test_typing_the_id_opens_definition_query_records_and_hash(county: County) -> None:
    matters = [registered(county, by="leader", beat_id=county.beats["east"].pk) for _ in range(6)]
    said = one_of(county)
    client = browser(county, "leader")
    for address in (f"/search/?q={said}", f"/search/?q={said.lower()}", f"/jump/?number={said}"):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, f"/figures/id/{said}/")
    page = client.get(f"/figures/id/{said}/").text
    row = IssuedFigure.objects.get()
    assert row.snapshot in page and row.version in page and "kernel_entry" in page
    assert all(matter.number in page for matter in matters)


def test_the_same_figure_has_one_id_and_another_one_another(county: County) -> None:
    registered(county, by="leader")
    first = one_of(county)
    assert one_of(county) == first
    registered(county, by="leader")
    assert one_of(county) != first


def test_what_came_in_later_stands_beside_what_was_known_then(county: County) -> None:
    for _ in range(5):
        registered(county, by="leader")
    said = one_of(county)
    with held_at(IN_MARCH + timedelta(days=30)):
        registered(county, by="leader", occurred_at=IN_MARCH)
        one = issued.opened(county.leader, said)
        assert (one.row.value, one.then and one.then.value, one.now and one.now.value) == (5, 5, 6)
        assert one.changed and one.proven
        page = browser(county, "leader").get(f"/figures/id/{said}/").text
    assert "出具时所知" in page and "现在所知" in page


def test_owner_colleague_and_stranger(county: County) -> None:
    for _ in range(2):
        registered(county, by="leader", beat_id=county.beats["east"].pk)
    registered(county, by="leader", beat_id=county.beats["west"].pk)
    said = one_of(county)
    owner = issued.opened(county.leader, said)
    assert (len(owner.records), owner.hidden, owner.masked) == (3, 0, False)
    elsewhere = issued.opened(county.colleague_elsewhere, said)
    assert (elsewhere.records, elsewhere.hidden, elsewhere.masked) == ([], 0, True)
    page = browser(county, "colleague_elsewhere").get(f"/figures/id/{said}/").text
    assert "少于 5" in page and "3</span>" not in page
    with pytest.raises(NotFound):
        issued.opened(county.stranger, said)
    assert browser(county, "stranger").get(f"/figures/id/{said}/").status_code in (403, 404)


def test_from_outside_a_large_figure_is_read_and_its_records_are_counted_only(
    county: County,
) -> None:
    for _ in range(7):
        registered(county, by="leader")
    one = issued.opened(county.colleague_elsewhere, one_of(county))
    assert (one.masked, one.records, one.hidden) == (False, [], 7)
    with pytest.raises(Refusal):
        one_of(county, "colleague_elsewhere")


def test_the_button_on_a_figure_issues_it(county: County) -> None:
    registered(county, by="leader")
    days = {"since": "2026-03-01", "until": "2026-03-31"}
    answer = browser(county, "leader").post(f"/figures/{NAME}/issue/", days)
    row = IssuedFigure.objects.get()
    assert answer["Location"] == f"/figures/id/{row.pk}/"
    assert (row.starts, row.ends, row.value) == (MARCH.start, MARCH.end, 1)


def test_an_issued_figure_is_never_changed(county: County) -> None:
    said = one_of(county)
    for sql in ("UPDATE kernel_issuedfigure SET value = 9", "DELETE FROM kernel_issuedfigure"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert IssuedFigure.objects.get(pk=said).value == 0
