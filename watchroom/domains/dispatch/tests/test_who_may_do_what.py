"""Owner, colleague, stranger: on every read and every write."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.people import MIDDLE, County
from watchroom.base.refusal import Refusal
from watchroom.domains.dispatch import actions, queries
from watchroom.domains.dispatch.models import Assignment, Call
from watchroom.kernel import roles
from watchroom.kernel.access import NotFound
from watchroom.kernel.models import Matter

LON, LAT = MIDDLE[0] + 0.001, MIDDLE[1]


@pytest.fixture
def call(county: County) -> Matter:
    return actions.report_call(
        county.operator,
        words="打架",
        place="东街",
        caller="13800006789",
        lon=LON,
        lat=LAT,
        class_code="0201",
    )


@pytest.fixture
def sending(county: County, call: Matter) -> Assignment:
    actions.dispatch(county.dispatcher, call.pk, [county.units["P01"].pk])
    return Assignment.objects.get(incident_id=call.pk)


READS: list[Callable[[Any, int], Any]] = [
    queries.incident,
    queries.incident_detail,
    queries.history,
    queries.likely_duplicates,
    queries.ranked_units,
    queries.units_by_plan,
]


@pytest.mark.parametrize("read", READS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("who", ["stranger", "colleague_elsewhere", "colleague", "admin"])
def test_who_has_no_need_sees_as_much_as_if_there_were_nothing(
    county: County, call: Matter, read: Callable[[Any, int], Any], who: str
) -> None:
    with pytest.raises(NotFound):
        read(getattr(county, who), call.pk)
    with pytest.raises(NotFound):
        read(getattr(county, who), 10**9)


@pytest.mark.parametrize("read", READS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("who", ["operator", "dispatcher", "leader", "chief"])
def test_the_desk_and_the_station_see_it(
    county: County, call: Matter, read: Callable[[Any, int], Any], who: str
) -> None:
    read(getattr(county, who), call.pk)


def test_the_crew_sees_it_from_the_moment_it_is_sent_and_the_colleague_does_not(
    county: County, sending: Assignment
) -> None:
    assert queries.incident(county.officer, sending.incident_id).id == sending.incident_id
    ((mine, incident),) = queries.my_assignments(county.officer)
    assert (mine.id, incident.id) == (sending.pk, sending.incident_id)
    assert queries.my_assignments(county.colleague) == []
    with pytest.raises(NotFound):
        queries.incident(county.colleague, sending.incident_id)


def test_the_crew_sees_it_no_more_once_released(county: County, sending: Assignment) -> None:
    actions.release(county.dispatcher, sending.pk, reason="另派")
    with pytest.raises(NotFound):
        queries.incident(county.officer, sending.incident_id)


@pytest.mark.parametrize("step", ["sign", "set_out", "arrive", "clear"])
def test_only_the_crew_and_the_desk_answer_for_a_unit(
    county: County, sending: Assignment, step: str
) -> None:
    for who in ("stranger", "colleague", "colleague_elsewhere"):
        with pytest.raises(NotFound):
            actions.perform(getattr(county, who), sending.pk, step)
    with pytest.raises(Refusal, match="权限"):
        actions.perform(county.operator, sending.pk, step)
    assert actions.perform(county.officer, sending.pk, step).state != "sent"


def test_a_call_taker_does_not_send_units(county: County, call: Matter) -> None:
    with pytest.raises(Refusal, match="权限"):
        actions.dispatch(county.operator, call.pk, [county.units["P01"].pk])
    assert county.unit("P01").status == "free"


def test_nobody_takes_a_call_for_another_county(county: County) -> None:
    with pytest.raises(Refusal, match="权限"):
        actions.report_call(county.colleague_elsewhere, words="打架", lon=LON, lat=LAT)


def test_the_caller_is_masked_unless_asked_for_and_allowed(county: County, call: Matter) -> None:
    shown = queries.incident_detail(county.operator, call.pk)
    assert shown.calls[0].caller == "138****6789"
    open_ = queries.incident_detail(county.operator, call.pk, personal=True)
    assert open_.calls[0].caller == "13800006789"
    assert Call(caller="110").masked == "***"


def test_lists_and_maps_show_only_what_may_be_seen(county: County, sending: Assignment) -> None:
    for read in (queries.board, lambda a: queries.incidents_geojson(a)["features"]):
        assert len(read(county.dispatcher)) == 1
        assert len(read(county.officer)) == 1
        assert len(read(county.stranger)) == 0
        assert len(read(county.colleague_elsewhere)) == 0
    assert {u.code for u in queries.units(county.colleague_elsewhere)} == set()
    assert {u.code for u in queries.units(county.chief)} == {"P01", "P02", "P03", "F01"}
    assert len(queries.units(county.dispatcher)) == 7


def test_the_board_asks_the_same_number_of_questions_however_full(
    county: County, sending: Assignment
) -> None:
    def asked() -> int:
        actor = county.dispatcher
        queries.board(actor)  # the actor's reach is now known
        with CaptureQueriesContext(
            connection,
        ) as caught:
            queries.board(actor)
        return len(caught)

    before = asked()
    for code in ("P02", "P03", "P04"):
        more = actions.report_call(
            county.operator, words="打架", lon=LON, lat=LAT, class_code="0201"
        )
        actions.dispatch(county.dispatcher, more.pk, [county.units[code].pk])
    assert asked() == before <= 5


def test_every_role_is_made_of_permissions_that_exist() -> None:
    for key in roles.ROLES:
        bare = {p.removesuffix(":needed") for p in roles.permissions_of(key)}
        assert bare <= roles.registry.permissions
    assert "dispatch.dispatch" not in roles.permissions_of("call_taker")
    assert "dispatch.respond:needed" in roles.permissions_of("patrol_officer")
    seen = {p for p in roles.permissions_of("it_admin") if "view" in p}
    assert seen == {"system.view"}  # how the machines are, and nothing of what is in them


PATTERNS = [(key, pattern) for key, role in roles.ROLES.items() for pattern in role.patterns]


@pytest.mark.parametrize(("key", "pattern"), PATTERNS)
def test_what_a_role_gives_and_what_it_takes_away_exists(key: str, pattern: str) -> None:
    bare = pattern.removeprefix("-").removesuffix(":needed")
    fitting = {p for p in roles.registry.permissions if fnmatchcase(p, bare)}
    held = {p.removesuffix(":needed") for p in roles.permissions_of(key)}
    assert fitting
    assert not fitting & held if pattern.startswith("-") else fitting & held
