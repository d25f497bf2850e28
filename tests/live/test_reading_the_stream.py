"""A screen that follows the trail misses nothing and sees nothing twice."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, transaction
from starlette.testclient import TestClient

from tests.people import committed_county, county
from watchroom.base.clock import now
from watchroom.desk.live import app, stream
from watchroom.desk.live.hub import FULL, Hub, Sight, Watcher
from watchroom.kernel import trail
from watchroom.kernel.models import Agency

__all__ = ["committed_county", "county"]


@pytest.fixture
def agencies(own_database) -> list[Agency]:
    made = []
    for code in ("A", "B"):
        agency = Agency.objects.create(code=code, name=code, kind="station", path="")
        agency.path = f".{agency.pk}."
        agency.save()
        made.append(agency)
    return made


def write(agency: Agency, event: str) -> None:
    record = trail.Record(event, agency.pk, None, "somebody", now())
    with transaction.atomic():
        trail.append([record])


@contextmanager
def still_writing(agency: Agency, event: str) -> Iterator[None]:
    """Another desk has written its entry and has not committed while the block runs."""
    written, go_on = threading.Event(), threading.Event()

    def desk() -> None:
        with transaction.atomic():
            write(agency, event)
            written.set()
            go_on.wait(120)
        connection.close()

    thread = threading.Thread(target=desk)
    thread.start()
    assert written.wait(120)
    yield
    go_on.set()
    thread.join()


def read(cursor: stream.Cursor) -> tuple[list[str], stream.Cursor]:
    async def once() -> list[dict]:
        async with await app.connect() as db:
            return await stream.after(db, cursor, 100)

    rows = asyncio.run(once())
    end = stream.Cursor(rows[-1]["xid"], rows[-1]["id"]) if rows else cursor
    return [row["event"] for row in rows], end


def test_an_entry_committed_late_is_not_passed_over(agencies):
    with still_writing(agencies[0], "early"):
        write(agencies[1], "late")
        events, cursor = read(stream.Cursor(0, 0))
        assert events == []  # "late" is there, but "early" may still appear before it
    events, cursor = read(cursor)
    assert events == ["early", "late"]
    assert read(cursor) == ([], cursor)


def test_writers_of_different_agencies_never_wait_for_each_other(agencies):
    with still_writing(agencies[0], "early"):
        write(agencies[1], "other agency")  # would wait for ever if there were one chain
    assert sorted(read(stream.Cursor(0, 0))[0]) == ["early", "other agency"]


def test_a_cursor_survives_the_journey_to_the_browser_and_back():
    cursor = stream.Cursor(9_000_000_123, 77)
    assert stream.Cursor.parse(str(cursor)) == cursor
    for nonsense in ("", "12", "a-b", "1-2-3", "-5", "١-٢x", "9" * 60 + "-1"):
        assert stream.Cursor.parse(nonsense) is None


def row(**changes: object) -> dict:
    base = {
        "id": 5, "xid": 9, "event": "toy.thing.open", "state": "open", "agency": 1, "actor": "张三",
        "occurred_at": now(), "entered_at": now(), "clock": None, "matter": 3, "number": "T1",
        "kind": "toy.thing", "title": "t", "version": 1, "priority": None, "lon": None, "lat": None,
        "due_at": None, "sealed": False, "parent": None, "involved": frozenset({7}),
    }  # fmt: skip
    return base | changes


def sight(staff: int, *agencies: int) -> Sight:
    reach = {"toy.thing": frozenset(agencies)}
    return Sight(staff, reach, frozenset(reach), frozenset(agencies))


def test_owner_colleague_and_stranger_see_what_they_may():
    assert sight(7).sees(row())  # involved, though of another agency
    assert sight(8, 1).sees(row())  # same agency
    assert not sight(9, 2).sees(row())  # a stranger
    assert sight(7).sees(row(sealed=True))
    assert not sight(8, 1).sees(row(sealed=True))  # sealed: only who is involved
    assert not sight(8, 1).sees(row(kind=None))  # of no matter, and no domain tells of it


def test_a_screen_that_cannot_keep_up_is_closed_and_not_left_with_a_hole():
    hub = Hub()
    slow = Watcher(sight(8, 1), stream.Cursor(0, 0))
    hub.watchers.add(slow)
    hub.entries(row(id=n) for n in range(1, FULL + 2))
    assert slow.overrun
    assert slow.queue.qsize() == FULL


def test_what_was_replayed_is_not_sent_again():
    hub = Hub()
    watcher = Watcher(sight(8, 1), stream.Cursor(9, 5))
    hub.watchers.add(watcher)
    hub.entries([row(id=4), row(id=5), row(id=6)])
    assert watcher.queue.qsize() == 1
    assert watcher.queue.get_nowait().startswith("id: 9-6\n")


def duty(agency: int, event: str = "dispatch.unit.off_duty") -> dict:
    return row(kind=None, matter=None, agency=agency, event=event, involved=frozenset())


def test_duty_is_told_where_units_are_seen_and_closed_roads_to_all_who_see_any(county):
    east, west, other = county.east.pk, county.west.pk, county.elsewhere.pk
    chief, stranger = Sight.of(county.chief), Sight.of(county.stranger)
    assert chief.sees(duty(east))
    assert not chief.sees(duty(west))
    assert Sight.of(county.leader).sees(duty(west))
    assert chief.sees(duty(other, "dispatch.road.closed"))
    assert not stranger.sees(duty(east))
    assert not stranger.sees(duty(other, "dispatch.road.closed"))
    for unsaid in ("staff.password_changed", "dispatch.device.enrolled", "token.created"):
        assert not Sight.of(county.leader).sees(duty(east, unsaid))


def test_what_happened_to_units_and_roads_while_away_is_told_once(committed_county):
    from watchroom.domains.dispatch import actions

    county = committed_county.county
    start = asyncio.run(_end())
    actions.unit_off_duty(county.leader, county.units["P01"].pk)
    road = actions.close_road(county.leader, "桥面施工", [[112.9, 28.2]])
    actions.open_road(county.leader, road.pk)
    told = asyncio.run(_told(Sight.of(county.chief), start))
    assert told == ["dispatch.unit.off_duty", "dispatch.road.closed", "dispatch.road.opened"]
    assert asyncio.run(_told(Sight.of(county.stranger), start)) == []


def test_what_comes_while_the_database_is_lost_is_told_when_it_is_back(agencies, monkeypatch):
    monkeypatch.setattr(app, "_end", app.UNKNOWN)
    sees_all = Sight(None, {}, frozenset(), frozenset(), (("*", None),))

    async def screen() -> str:
        await _followed()
        watcher = Watcher(sees_all, app._end)
        app.hub.watchers.add(watcher)
        try:
            await sync_to_async(write, thread_sensitive=False)(agencies[0], "meanwhile")
            again = asyncio.create_task(app.follow_trail())
            told = await asyncio.wait_for(watcher.queue.get(), 60)
            again.cancel()
            return told
        finally:
            app.hub.watchers.discard(watcher)

    assert '"event":"meanwhile"' in asyncio.run(screen())


async def _followed() -> None:
    """The trail is followed up to now, then the connection is gone."""
    following = asyncio.create_task(app.follow_trail())
    while app._end == app.UNKNOWN:
        await asyncio.sleep(0.01)
    following.cancel()


async def _end() -> stream.Cursor:
    async with await app.connect() as db:
        return await stream.here(db)


async def _told(who: Sight, start: stream.Cursor) -> list[str]:
    """What a screen of theirs gets that comes back to the stream at `start`."""
    async with await app.connect() as db:
        rows = await stream.after(db, start, 100)
    texts = [text async for text in app._missed(who, start, stream.Cursor(rows[-1]["xid"], 2**62))]
    return [json.loads(text.split("data: ")[1])["event"] for text in texts]


def test_how_far_behind_a_stream_is_can_be_asked(agencies):
    async def behind(cursor: stream.Cursor) -> float:
        async with await app.connect() as db:
            return await stream.behind(db, cursor)

    write(agencies[0], "a.one")
    assert asyncio.run(behind(stream.Cursor(0, 0))) > 0
    assert asyncio.run(behind(asyncio.run(_end()))) == 0


def test_the_series_of_the_stream_are_the_operators(agencies, settings):
    def asked(**headers: str) -> tuple[int, str]:
        answer = TestClient(app.app, client=("127.0.0.1", 5)).get("/live/metrics", headers=headers)
        return answer.status_code, answer.text

    assert "watchroom_stream_lag_seconds 0.000" in asked()[1]
    assert asked(**{"X-Forwarded-For": "127.0.0.1"})[0] == 404
    settings.WATCHROOM_METRICS_TOKEN = "s3cret"
    assert asked()[0] == 404 and asked(Authorization="Bearer s3cret")[0] == 200
