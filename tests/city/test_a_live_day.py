"""The driver against a small Watchroom in memory: what callers and officers do to it."""

import asyncio
import datetime as dt
from contextlib import suppress
from dataclasses import replace

import pytest

from watchroom.city.demand import LOCAL, calls
from watchroom.city.live import Driver, Options
from watchroom.city.port import OPEN_STATES, Refused, Task, Unreachable

EVENING = dt.datetime(2026, 7, 18, 19, 0, tzinfo=LOCAL)
NEXT = {"sign": "signed", "set_out": "set_out", "arrive": "arrived", "clear": "cleared"}


class Jump:
    """A clock without waiting: it stands where somebody waited last."""

    speed = 60.0

    def __init__(self, start):
        self.time = start

    def now(self):
        return self.time

    async def wait_until(self, moment):
        self.time = max(self.time, moment)
        await asyncio.sleep(0)


class Memory:
    """Just enough of a Watchroom: one nearest free unit for each call, strict order of steps."""

    def __init__(self, city, clock, deaf_every=0):
        self.city, self.clock, self.deaf_every = city, clock, deaf_every
        self.fixes, self.acts, self.open, self.calls, self.desks = [], [], {}, [], []
        self.asked = 0

    def hear(self):
        self.asked += 1
        if self.deaf_every and self.asked % self.deaf_every == 0:
            raise Unreachable("the line is down")

    async def report_call(self, call, at):
        self.hear()
        self.calls.append(call)
        incident = f"I{len(self.calls)}"
        busy = {t.unit for t in self.open.values()}
        free = [u for u in self.city.units if u.code not in busy]
        if free:
            unit = min(free, key=lambda u: abs(u.lon - call.lon) + abs(u.lat - call.lat))
            task = Task(
                f"A{len(self.calls)}",
                unit.code,
                incident,
                "sent",
                call.lon,
                call.lat,
                call.class_code,
            )
            self.open[task.id] = task
        return incident

    async def position(self, fix):
        self.fixes.append((self.clock.now(), fix))

    async def tasks(self):
        self.hear()
        return list(self.open.values())

    async def act(self, task, step, occurred_at, note):
        self.hear()
        have = self.open.get(task.id)
        if (
            have is None
            or NEXT[step] != [*OPEN_STATES, "cleared"][OPEN_STATES.index(have.state) + 1]
        ):
            raise Refused(f"cannot {step} now")
        self.acts.append((self.clock.now(), task.id, step, occurred_at, note))
        if step == "clear":
            del self.open[task.id]
        else:
            self.open[task.id] = replace(have, state=NEXT[step])

    async def send_best(self, incident, at):
        return False

    async def desk(self, incident, step, data, reason, at):
        self.hear()
        self.desks.append((incident, step))

    async def open_incidents(self):
        return [("OLD1", "resolved"), ("OLD2", "classified")]


def play(city, hours=2.0, deaf_every=0, **options):
    clock = Jump(EVENING)
    port = Memory(city, clock, deaf_every)
    ring = [c for c in calls(city, EVENING.date(), 1, 260) if c.received_at >= EVENING]
    driver = Driver(city, port, clock, Options(**options), seed=3)
    tally = asyncio.run(driver.run(ring, EVENING + dt.timedelta(hours=hours)))
    return port, tally, driver


@pytest.fixture(scope="module")
def evening(small):
    return play(small)


def test_callers_ring_at_their_time(evening):
    port, tally, _ = evening
    assert len(port.calls) > 15
    assert tally.done["call"] == len(port.calls)


def test_officers_take_every_step_in_order_and_at_rising_times(evening):
    port, _, _ = evening
    steps = {}
    for _, task, step, occurred, _ in port.acts:
        steps.setdefault(task, []).append((step, occurred))
    whole = [s for s in steps.values() if len(s) == 4]
    assert len(whole) > 5
    for taken in steps.values():
        assert [s for s, _ in taken] == ["sign", "set_out", "arrive", "clear"][: len(taken)]
        assert [t for _, t in taken] == sorted(t for _, t in taken)


def test_officers_tell_what_they_did_when_they_clear(evening):
    port, _, _ = evening
    notes = [note for _, _, step, _, note in port.acts if step == "clear"]
    assert notes and all(notes)


def test_some_sign_late(small):
    from watchroom.city.officers import delays
    from watchroom.city.seeds import rng

    r = rng(1, "late")
    signs = [delays(r, 0).sign for _ in range(4000)]
    assert 0.70 < sum(s <= 30 for s in signs) / 4000 < 0.85
    assert 0.01 < sum(s > 180 for s in signs) / 4000 < 0.04


def test_units_move_along_roads_and_reach_the_place(evening, small):
    port, _, driver = evening
    home = {u.device: (u.lon, u.lat) for u in small.units}
    moved = {f.device for _, f in port.fixes if abs(f.lon - home[f.device][0]) > 0.003}
    assert len(moved) > 5
    assert max(f.speed_kmh for _, f in port.fixes) < 140
    arrived = {task for _, task, step, _, _ in port.acts if step == "arrive"}
    assert arrived
    assert not driver.tally.refused


def test_every_phone_reports(evening, small):
    port, _, _ = evening
    assert {f.device for _, f in port.fixes} == {u.device for u in small.units}


def test_a_lost_signal_is_followed_by_a_burst_of_old_fixes(small):
    port, tally, _ = play(small, hours=3.0, dark_share=0.9)
    assert tally.done["dark"] > 3
    late = [(heard - fix.at).total_seconds() for heard, fix in port.fixes]
    assert max(late) > 60
    per_phone = {}
    for _, fix in port.fixes:
        per_phone.setdefault(fix.device, []).append(fix.at)
    assert all(times == sorted(times) for times in per_phone.values())
    delayed = [heard - occurred for heard, _, _, occurred, _ in port.acts]
    assert max(delayed) > dt.timedelta(seconds=60)


def test_a_line_that_fails_now_and_then_loses_no_call_and_no_step(small):
    port, tally, _ = play(small, deaf_every=5)
    assert tally.unreachable > 5
    assert not tally.given_up
    assert tally.done["call"] == len(port.calls)
    assert not tally.refused


def test_a_unit_that_is_released_stops_and_is_free_again(small):
    clock = Jump(EVENING)
    port = Memory(small, clock)
    driver = Driver(small, port, clock, Options(patrols=False), seed=3)
    unit = small.units[0]
    far = max(small.beats, key=lambda b: abs(b.lon - unit.lon) + abs(b.lat - unit.lat))
    port.open["A1"] = Task("A1", unit.code, "I1", "set_out", far.lon, far.lat, "0302")

    async def day():
        await driver.run([], EVENING + dt.timedelta(seconds=100))
        assert driver.movers[unit.code].route is not None
        port.open.clear()
        driver.queue.clear()
        await driver.run([], clock.now() + dt.timedelta(seconds=100))

    asyncio.run(day())
    mover = driver.movers[unit.code]
    assert mover.task is None and mover.route is None
    assert not port.acts


def test_somebody_who_signs_by_radio_is_not_asked_again(small):
    clock = Jump(EVENING)
    port = Memory(small, clock)
    driver = Driver(small, port, clock, Options(patrols=False), seed=3)
    unit = small.units[0]
    port.open["A1"] = Task("A1", unit.code, "I1", "arrived", unit.lon, unit.lat, "0901")
    asyncio.run(driver.run([], EVENING + dt.timedelta(hours=2)))
    assert [step for _, _, step, _, _ in port.acts] == ["clear"]


def test_a_played_desk_closes_what_is_done_and_what_was_left(small):
    port, _, _ = play(small, hours=1.5, dispatcher=1.0)
    closed = [incident for incident, step in port.desks if step == "close"]
    cleared = {port.acts[k][1] for k in range(len(port.acts)) if port.acts[k][2] == "clear"}
    assert "OLD1" in closed
    assert len(closed) > 3
    assert len(closed) <= len(cleared) + 1
    assert {step for _, step in port.desks} <= {"close", "cancel", "refer_12345"}


class Moody(Memory):
    """A Watchroom that for a while takes the acts and loses every answer, or says no."""

    def __init__(self, city, clock, until, mood):
        super().__init__(city, clock)
        self.until, self.mood = until, mood

    async def act(self, task, step, occurred_at, note):
        if self.clock.now() >= self.until:
            await super().act(task, step, occurred_at, note)
        elif self.mood == "answers lost":
            with suppress(Refused):
                await super().act(task, step, occurred_at, note)
            raise Unreachable("the answer was lost")
        elif self.mood == "deaf":
            raise Unreachable("the line is down")
        else:
            raise Refused("not now")


@pytest.mark.parametrize("mood", ["answers lost", "deaf", "says no"])
def test_a_unit_goes_on_after_an_act_was_given_up(small, mood):
    clock = Jump(EVENING)
    port = Moody(small, clock, EVENING + dt.timedelta(minutes=20), mood)
    driver = Driver(small, port, clock, Options(patrols=False), seed=3)
    unit = small.units[0]
    port.open["A1"] = Task("A1", unit.code, "I1", "sent", unit.lon, unit.lat, "0901")
    tally = asyncio.run(driver.run([], EVENING + dt.timedelta(hours=3)))
    assert tally.given_up or tally.refused
    assert not port.open
    assert driver.movers[unit.code].task is None
    assert [step for _, _, step, _, _ in port.acts] == ["sign", "set_out", "arrive", "clear"]
