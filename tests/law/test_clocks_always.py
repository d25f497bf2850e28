"""What holds for every rule, whatever happens."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from watchroom.base import clock
from watchroom.base.refusal import Refusal
from watchroom.law import wording
from watchroom.law.arithmetic import finish
from watchroom.law.event import KINDS, Event
from watchroom.law.limits import Due, due, rules
from watchroom.law.rule import Rule

RULES = rules()
FORWARD = [rule for rule in RULES if not rule.backward]
MOMENTS = st.datetimes(
    min_value=datetime(2005, 1, 1),  # noqa: DTZ001
    max_value=datetime(2035, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
WAITS = st.timedeltas(timedelta(0), timedelta(days=40))
DEDUCTIBLE = [rule for rule in FORWARD if rule.deductions and rule.unit.counted]


def answer(rule: Rule, start: datetime, *events: Event) -> Due:
    return due(rule.id, start, on=rule.valid_from or rule.valid_until, events=events)


@given(st.sampled_from(FORWARD), MOMENTS)
def test_nothing_is_due_before_it_starts(rule: Rule, start: datetime) -> None:
    at = answer(rule, start).at
    assert at is None or (at.tzinfo is UTC and at >= start)


@given(st.sampled_from(RULES), MOMENTS)
def test_limits_in_days_end_at_local_midnight(rule: Rule, start: datetime) -> None:
    got = answer(rule, start)
    if got.last_day is not None:
        assert got.at == clock.day_end(got.last_day)


@given(st.sampled_from([rule for rule in FORWARD if rule.unit.counted]), MOMENTS, st.data())
def test_a_longer_limit_never_ends_sooner(rule: Rule, start: datetime, data: st.DataObject) -> None:
    short = data.draw(st.integers(1, 60))
    long = data.draw(st.integers(short, 61))
    ends = [finish(rule, start, ((n, rule.unit),)).at for n in (short, long)]
    assert ends[0] <= ends[1]


@given(st.sampled_from([rule for rule in FORWARD if rule.unit.counted]), MOMENTS, WAITS)
def test_a_later_start_never_ends_sooner(rule: Rule, start: datetime, wait: timedelta) -> None:
    ends = [finish(rule, one, ((rule.length, rule.unit),)).at for one in (start, start + wait)]
    assert ends[0] <= ends[1]


@given(st.sampled_from(DEDUCTIBLE), MOMENTS, st.floats(0, 1), WAITS)
def test_a_pause_shifts_the_end_by_what_was_paused(
    rule: Rule, start: datetime, share: float, wait: timedelta
) -> None:
    plain = answer(rule, start)
    assert plain.at is not None
    begin = start + (plain.at - start) * share
    key = rule.deductions[0].key
    events = (Event("pause", begin, reason=key), Event("resume", begin + wait))
    shifted = answer(rule, start, *events)
    assert shifted.at is not None
    if rule.unit.by_the_clock:
        assert shifted.at == plain.at + wait
    else:
        days = clock.local_date(begin + wait) - clock.local_date(begin)
        unrolled = [
            one.finish.before_roll or one.last_day for one in (plain, shifted) if one.finish
        ]
        assert unrolled[1] - unrolled[0] == days  # type: ignore[operator]


@given(st.sampled_from([rule for rule in FORWARD if rule.extensions]), MOMENTS, st.data())
def test_an_extension_always_gives_more_time(
    rule: Rule, start: datetime, data: st.DataObject
) -> None:
    got = answer(rule, start)
    while got.next_rungs and len(got.events) < 6:
        rung = data.draw(st.sampled_from([rung for rung, _ in got.next_rungs]))
        at = max([start, *(event.at for event in got.events)])
        event = Event("extend", at, by="李局长", rung=rung.key)
        longer = answer(rule, start, *got.events, event)
        assert longer.at is not None
        assert got.at is not None
        # Strictly more days; a holiday at the end can make two ends the same working day.
        assert longer.at >= got.at
        got = longer


EVENTS = st.builds(
    Event,
    kind=st.sampled_from(KINDS),
    at=MOMENTS,
    by=st.text(max_size=8),
    reason=st.text(max_size=8),
    rung=st.text(max_size=8),
    amount=st.none() | st.integers(0, 9),
    note=st.text(max_size=8),
)


@given(EVENTS)
def test_an_event_survives_json(event: Event) -> None:
    assert Event.from_dict(json.loads(json.dumps(event.as_dict()))) == event


def kinds_open_to(rule: Rule, got: Due) -> list[tuple[str, dict[str, str]]]:
    """What may happen next, as kinds with their keys; the law refuses some of it by its date."""
    if got.state == "paused":
        return [("resume", {}), ("stop", {})]
    moves: list[tuple[str, dict[str, str]]] = [("stop", {})] if got.state == "running" else []
    moves += [("restart", {"reason": one.key}) for one in rule.restarts]
    if got.state == "running":
        moves += [("pause", {"reason": one.key}) for one in rule.deductions]
        moves += [("extend", {"rung": rung.key}) for rung, _ in got.next_rungs]
    return moves


@st.composite
def stories(draw: st.DrawFn) -> Due:
    """A clock with events the law allowed; each one it refused had a sentence and was left out."""
    rule = draw(st.sampled_from(LIVELY))
    start = at = draw(MOMENTS)
    got = answer(rule, start)
    for _ in range(draw(st.integers(0, 6))):
        at += draw(
            st.timedeltas(timedelta(0), timedelta(hours=4) if rule.unit.by_the_clock else WEEK)
        )
        kind, key = draw(st.sampled_from(kinds_open_to(rule, got) or [("stop", {})]))
        event = Event(kind, at, by="李局长", note="记录", **key)  # type: ignore[arg-type]
        try:
            got = answer(rule, start, *got.events, event)
        except Refusal as refusal:
            assert refusal.say("zh") != refusal.say("en")
    return got


LIVELY = [rule for rule in FORWARD if rule.extensions or rule.deductions or rule.restarts]
WEEK = timedelta(days=7)


@given(stories())
def test_a_clock_tells_its_whole_story(got: Due) -> None:
    assert got.at is None or got.at >= got.counted_from
    for lang in ("zh", "en"):
        told = got.explain(lang)
        assert got.rule.id in told
        assert got.rule.source.say(lang) in told
        assert told.count("李局长") == told.count("记录") == len(got.events)
        for event in got.events:
            assert wording.moment(event.at).say(lang) in told
    assert json.loads(json.dumps(got.as_dict()))["events"] == [e.as_dict() for e in got.events]


@given(stories())
def test_the_same_story_from_json_has_the_same_end(got: Due) -> None:
    again = [Event.from_dict(event.as_dict()) for event in got.events]
    assert answer(got.rule, got.started_at, *again) == got


@given(stories())
def test_a_clock_standing_still_goes_on_with_what_it_had_left(got: Due) -> None:
    if got.state == "paused" and got.rule.unit.by_the_clock:
        began = got.events[-1].at
        ends = [got.if_resumed(began + timedelta(hours=n)).at for n in (0, 5)]
        assert ends[0] is not None
        assert ends[1] == ends[0] + timedelta(hours=5)
