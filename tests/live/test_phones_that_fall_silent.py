"""A unit that is not heard of for too long is told of, and again when it is heard."""

import asyncio
import json
from datetime import timedelta

import pytest

from tests.people import committed_county
from watchroom.base.clock import now
from watchroom.desk.live import app, silence, stream
from watchroom.desk.live.hub import Hub, Sight, Watcher
from watchroom.kernel.models import Unit, UnitPosition

__all__ = ["committed_county"]


@pytest.fixture
def county(committed_county):
    return committed_county.county


def _heard(county, code: str, seconds_ago: float) -> None:
    at = now() - timedelta(seconds=seconds_ago)
    UnitPosition.objects.filter(unit=county.units[code]).update(at=at)


def _look(hub: Hub) -> None:
    async def once() -> list[dict]:
        async with await app.connect() as db:
            return await silence.on_duty(db)

    hub.look(asyncio.run(once()))


def _watching(hub: Hub, actor) -> Watcher:
    watcher = Watcher(Sight.of(actor), stream.Cursor(0, 0))
    hub.watchers.add(watcher)
    return watcher


def _told(watcher: Watcher) -> dict | None:
    if watcher.queue.empty():
        return None
    name, data = watcher.queue.get_nowait().strip().split("\ndata: ")
    assert name == "event: silence"
    return json.loads(data)


def test_a_car_falls_silent_after_a_minute_and_a_walker_after_three(county):
    hub = Hub()
    leader = _watching(hub, county.leader)
    _look(hub)
    assert _told(leader) is None
    for code in ("P01", "F01"):
        _heard(county, code, 90)
    _look(hub)
    p01 = county.units["P01"].pk
    assert _told(leader) == {"all": False, "silent": [p01], "heard": []}
    _look(hub)
    assert _told(leader) is None  # told once
    _heard(county, "P01", 0)
    _look(hub)
    assert _told(leader) == {"all": False, "silent": [], "heard": [p01]}


def test_it_is_told_to_who_may_see_the_unit_alone(county):
    hub = Hub()
    chief, stranger, other = (
        _watching(hub, actor)
        for actor in (county.chief, county.stranger, county.colleague_elsewhere)
    )
    for code in ("P01", "P04"):
        _heard(county, code, 90)
    _look(hub)
    assert _told(chief)["silent"] == [county.units["P01"].pk]
    assert _told(stranger) is None
    assert _told(other) is None


def test_a_screen_that_connects_begins_with_all_that_are_silent_now(county):
    hub = Hub()
    _heard(county, "P01", 90)
    UnitPosition.objects.filter(unit=county.units["P04"]).delete()  # never heard of
    _look(hub)
    reach = Sight.of(county.leader).units
    begun = json.loads(silence.everything(hub.silence.units, reach).split("data: ")[1])
    assert begun["all"] is True
    assert set(begun["silent"]) == {county.units["P01"].pk, county.units["P04"].pk}
    assert json.loads(silence.everything(hub.silence.units, frozenset()).split("data: ")[1]) == {
        "all": True, "silent": [], "heard": [],
    }  # fmt: skip


def test_off_duty_nobody_is_silent(county):
    hub = Hub()
    _heard(county, "P01", 90)
    _look(hub)
    assert hub.silence.units
    Unit.objects.filter(code="P01").update(status="off")
    _look(hub)
    assert not hub.silence.units
