"""Simulating calls and units: agreement with theory, with plain Python, and with its own record."""

from __future__ import annotations

import dataclasses
import heapq
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchroom.base.refusal import Refusal
from watchroom.plan.queueing import erlang_b, erlang_c, hypercube
from watchroom.plan.simulation import (
    Calls,
    Demand,
    Policy,
    Scenario,
    Units,
    calls_of,
    compare,
    draw,
    moves,
    play,
    policies,
    record,
    run,
    sweep,
)
from watchroom.plan.simulation.board import EVENTS
from watchroom.plan.simulation.figures import estimate

MANY = settings(max_examples=150, deadline=None)
SURE = 0.999
"""Confidence of the intervals that theory must lie in: seeds are fixed, luck is not repeated."""


def one_place(rate, units, seconds, **more):
    """An M/M/c system: everybody stands where everything happens."""
    return Scenario(
        calls=Demand(rates=np.array([rate]), service=1.0),
        units=Units(post=np.zeros(units, int)),
        travel=np.zeros((1, 1)),
        seconds=seconds,
        warm_up=seconds / 20,
        returns="at once",
        **more,
    )


# --- theory -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("offered", "units"), [(0.7, 1), (3.0, 4), (24.0, 30)])
def test_waiting_is_erlangs(offered, units):
    found = run(one_place(offered, units, 20_000.0), seed=3, replications=20)
    waits = erlang_c(offered, units)
    assert waits in found.estimate("queue_probability", SURE)
    assert waits / (units - offered) in found.estimate("wait", SURE)
    assert offered / units in found.estimate("workload", SURE)


def test_loss_is_erlangs():
    found = run(one_place(6.0, 8, 20_000.0, room=0), seed=4, replications=20)
    assert erlang_b(6.0, 8) in found.estimate("unreached", SURE)


def test_batch_means_of_one_long_run_agree_too():
    found = run(one_place(3.0, 4, 300_000.0), seed=5, replications=1, batches=30)
    assert found.estimate("wait").runs == 30
    assert erlang_c(3.0, 4) in found.estimate("wait", SURE)


def test_two_priorities_wait_as_cobham_says():
    """Cobham (1954): M/M/1, no pre-emption, W = R / ((1 - s_before) (1 - s_before - s_own))."""
    scenario = dataclasses.replace(
        one_place(0.8, 1, 40_000.0),
        calls=Demand(rates=np.array([[0.3], [0.5]]), service=1.0),
        needs=[[-1], [-1]],
        priority=[0, 1],
    )
    found = run(scenario, seed=6, replications=20)
    assert 0.8 / (1 - 0.3) in found.estimate("response_priority_0", SURE)
    assert 0.8 / ((1 - 0.3) * (1 - 0.8)) in found.estimate("response_priority_1", SURE)


def test_with_preemption_the_urgent_see_nobody_else():
    """M/M/1 with pre-emption and resumption: the urgent wait as if they were alone."""
    scenario = dataclasses.replace(
        one_place(0.8, 1, 40_000.0),
        calls=Demand(rates=np.array([[0.3], [0.5]]), service=1.0),
        needs=[[-1], [-1]],
        priority=[0, 1],
        may_take=[[0, 2], [0, 0]],
    )
    found = run(scenario, seed=7, replications=20)
    assert 0.3 / (1 - 0.3) in found.estimate("response_priority_0", SURE)
    assert 0.8 in found.estimate("workload", SURE)


@pytest.mark.parametrize("room", [0, 2**62])
def test_every_unit_works_as_much_as_in_the_hypercube(room):
    rng = np.random.default_rng(8)
    where = rng.random((17, 2))  # 5 posts, 12 places with calls
    travel = np.abs(where[:, None] - where).sum(2) * 1e-7  # only its order matters
    rates = np.concatenate([np.zeros(5), rng.random(12)])
    rates *= 3.2 / rates.sum()
    exact = hypercube(rates[5:], travel[5:, :5].argsort(1), 1.0, room=0 if room == 0 else np.inf)
    scenario = Scenario(
        calls=Demand(rates=rates, service=1.0), units=Units(post=np.arange(5)), travel=travel,
        seconds=20_000.0, warm_up=500.0, returns="at once", room=room,
    )  # fmt: skip
    runs = [play(scenario, calls_of(scenario, 9, r)) for r in range(20)]
    for unit in range(5):
        busy = np.array([p.units["busy"][unit] / 19_500 for p in runs])
        assert exact.workloads[unit] in estimate(busy, SURE)
    shares = np.array([np.bincount(p.calls["unit"], minlength=5)[:5] / len(p.calls)
                       for p in runs if room]) if room else None  # fmt: skip
    if shares is not None:
        expected = rates[5:] @ exact.dispatch_shares / rates.sum()
        for unit in range(5):
            assert expected[unit] in estimate(shares[:, unit], SURE)


# --- plain Python -----------------------------------------------------------------------------


def in_plain_python(calls, travel, posts):
    """(sent, arrived, unit) of each call: nearest free unit, in turn, back at once."""
    free, busy, waiting, told = set(range(len(posts))), [], [], {}

    def send(call, now):
        place = calls.place[call]
        unit = min(free, key=lambda u: (np.float32(travel[posts[u], place]), u))
        free.remove(unit)
        arrives = now + float(np.float32(travel[posts[unit], place]))
        heapq.heappush(busy, (arrives + calls.service[call, 0], unit))
        told[call] = (now, arrives, unit)

    for call, at in enumerate([*calls.at, np.inf]):
        while busy and busy[0][0] <= at:
            now, unit = heapq.heappop(busy)
            free.add(unit)
            if waiting:
                send(waiting.pop(0), now)
        if at < np.inf:
            send(call, at) if free else waiting.append(call)
    return [told[call] for call in range(len(calls))]


@MANY
@given(st.integers(0, 10**6), st.integers(1, 9))
def test_the_simple_model_is_a_few_lines_of_plain_python(seed, units):
    rng = np.random.default_rng(seed)
    travel = rng.uniform(10, 900, (12, 12))
    scenario = Scenario(
        calls=Demand(rates=rng.random(12) * units / 12_000, service=900.0),
        units=Units(post=rng.integers(0, 12, units)), travel=travel,
        seconds=200_000.0, returns="at once",
    )  # fmt: skip
    calls = draw(scenario.calls, scenario.seconds, seed)
    played = play(scenario, calls).calls
    ours = list(zip(played["sent"], played["first"], played["unit"], strict=True))
    assert ours == in_plain_python(calls, travel, np.asarray(scenario.units.post))


# --- everything at once -----------------------------------------------------------------------


@st.composite
def cities(draw_, hours=30):
    """A scenario with every feature on, and its calls."""
    rng = np.random.default_rng(draw_(st.integers(0, 10**6)))
    units, places, kinds = draw_(st.integers(1, 8)), draw_(st.integers(1, 10)), 3
    where = rng.random((places, 2)) * 4000
    travel = np.stack([np.abs(where[:, None] - where).sum(2) / v for v in (8, 12)])
    shifts = [
        (u, b * 3600, e * 3600)
        for u in range(units)
        for b, e in ([(0, 8), (8, 16), (20, 40)] if u % 3 else [(rng.integers(0, 5), 99)])
    ]
    breaks = [(u, h * 3600, h * 3600 + 1800, 900) for u in range(units) for h in (3, 11)]
    scenario = Scenario(
        calls=Demand(
            rates=rng.random((2, kinds, places)) * units / (places * 6000),
            period_of_hour=np.arange(168) % 2,
            service=rng.uniform(200, 2000, (kinds, 2)),
            spread=[0.0, 0.5, 1.0],
        ),
        units=Units(
            post=rng.integers(0, places, units), kind=rng.integers(0, 2, units),
            turnout=rng.uniform(0, 90, units), shifts=shifts, breaks=breaks,
        ),
        travel=travel, slice_of_hour=np.arange(168) // 12 % 2, area=rng.integers(0, 3, places),
        needs=[[3, 0], [1, 2], [3, 3]], priority=[1, 0, 2],
        may_take=draw_(st.sampled_from([None, [[0, 1, 2], [0, 0, 1], [0, 0, 0]]])),
        take_saves=draw_(st.sampled_from([0.0, 120.0, np.inf])),
        policy=draw_(st.sampled_from([
            policies.nearest(), policies.home_first(400), policies.tiers([0, 1], [300, 600]),
            policies.reserve(1), policies.reserve_in_area(1),
        ])),
        relocation=draw_(st.sampled_from([
            None, moves.by_rank(np.arange(places)), moves.by_rank([0, 0, 0], within=200),
        ])),
        returns=draw_(st.sampled_from(["on the road", "at once", "blocked"])),
        room=draw_(st.sampled_from([0, 3, 2**62])),
        seconds=hours * 3600.0,
    )  # fmt: skip
    return scenario, draw(scenario.calls, scenario.seconds, draw_(st.integers(0, 99)))


@MANY
@given(cities())
def test_nobody_is_in_two_places(city):
    """Every unit's own story is possible, and none is sent while off duty, resting or on a call."""
    scenario, calls = city
    events = play(scenario, calls, record=True).events
    may_follow = {
        "off": {"on_duty"},
        "free": {"sent", "off_duty", "break", "home", "moved"},
        "sent": {"arrived", "recalled", "cleared"},
        "arrived": {"cleared", "recalled"},
        "break": {"back", "off_duty"},
    }
    after = {"on_duty": "free", "off_duty": "off", "sent": "sent", "arrived": "arrived",
             "recalled": "free", "cleared": "free", "home": "free", "break": "break",
             "back": "free", "moved": "free"}  # fmt: skip
    state = dict.fromkeys(range(len(np.asarray(scenario.units.post))), "off")
    for at, what, call, unit in events.tolist():
        if unit < 0:
            continue
        name = EVENTS[what]
        assert name in may_follow[state[unit]], (at, name, call, unit, state[unit])
        state[unit] = after[name]
    assert np.all(np.diff(events["at"]) >= 0)


@MANY
@given(cities())
def test_every_call_is_answered_lost_or_still_waits(city):
    scenario, calls = city
    played = play(scenario, calls, record=True)
    told = played.calls
    sent = np.isfinite(told["sent"])
    assert np.all(told["sent"] >= told["at"])
    assert np.all(told["first"][sent] >= told["sent"][sent])
    assert np.all(told["last"][sent] >= told["first"][sent])
    lost = {e["call"] for e in played.events if EVENTS[e["what"]] == "lost"}
    waits = {e["call"] for e in played.events if EVENTS[e["what"]] == "waits"}
    recalled = {e["call"] for e in played.events if EVENTS[e["what"]] == "recalled"}
    for call in range(len(told)):
        assert sent[call] or call in lost or call in waits
        assert told["open"][call] == 0 or call in waits or call in recalled


@MANY
@given(cities())
def test_only_less_urgent_calls_lose_a_unit(city):
    scenario, calls = city
    played = play(scenario, calls, record=True)
    takes = scenario.may_take
    events = played.events.tolist()
    for line, (at, what, call, unit) in enumerate(events):
        if EVENTS[what] != "recalled":
            continue
        assert takes is not None
        taker = next(e for e in events[line:] if EVENTS[e[1]] == "sent" and e[3] == unit)
        assert taker[0] == at
        ranks = played.calls["priority"]
        assert ranks[taker[2]] < ranks[call]
    assert played.units["recalled"].sum() == sum(EVENTS[e[1]] == "recalled" for e in events)


@MANY
@given(cities())
def test_the_record_is_the_test(city):
    scenario, calls = city
    first = play(scenario, calls, record=True)
    file = io.StringIO()
    record.write(first.events, file)
    recorded = record.read(io.StringIO(file.getvalue()))
    assert record.replay(scenario, calls, recorded) is None
    quiet = play(scenario, calls)  # writing it down changes nothing
    assert np.array_equal(quiet.calls, first.calls)
    assert quiet.units["busy"].tolist() == first.units["busy"].tolist()


def test_a_changed_rule_departs_from_the_record_at_a_named_event():
    rng = np.random.default_rng(2)
    where = rng.random((20, 2)) * 3000
    scenario = Scenario(
        calls=Demand(rates=np.full(20, 1e-4), service=600.0),
        units=Units(post=np.arange(5)), area=np.arange(20) % 5,
        travel=np.abs(where[:, None] - where).sum(2) / 10, seconds=90_000.0,
    )  # fmt: skip
    calls = calls_of(scenario)
    recorded = play(scenario, calls, record=True).events
    other = dataclasses.replace(scenario, policy=policies.home_first())
    departure = record.replay(other, calls, recorded)
    assert departure is not None
    assert departure.recorded != departure.played
    assert "sent" in departure.recorded


def test_what_is_no_record_is_refused():
    for text in ("", "at,what\n", "at,what,call,unit\n1.0,vanished,0,0\n"):
        with pytest.raises(Refusal):
            record.read(io.StringIO(text))


# --- by hand ----------------------------------------------------------------------------------

LINE = np.abs(np.subtract.outer(np.arange(11), np.arange(11))) * 60.0
"""Eleven places in a row, a minute apart."""


def on_the_line(posts, calls, service, **more):
    """(scenario, calls) with one kind of call; calls: (at, place)."""
    at, place = np.array(calls, float).T
    units = {k: more.pop(k) for k in ("turnout", "shifts", "breaks", "kind") if k in more}
    scenario = Scenario(
        calls=Calls(at=at, place=place.astype(np.int32), service=np.full(len(at), float(service)),
                    kind=more.pop("kinds", None)),
        units=Units(post=posts, **units), travel=LINE, seconds=1e5, **more,
    )  # fmt: skip
    return scenario, scenario.calls


def story(scenario, calls):
    """The events as (at, what, call, unit)."""
    events = play(scenario, calls, record=True).events.tolist()
    return [(at, EVENTS[what], call, unit) for at, what, call, unit in events]


def test_a_unit_is_sent_from_the_road():
    """Cleared at place 8 at 580, it is at place 4 on its way home when the second call comes."""
    told = story(*on_the_line([0], [(0, 8), (820, 5)], 100))
    assert (820, "sent", 1, 0) in told
    assert (880, "arrived", 1, 0) in told  # one minute back
    told = story(*on_the_line([0], [(0, 8), (820, 3)], 100))
    assert (880, "arrived", 1, 0) in told  # one minute on


def test_a_unit_comes_home_before_it_is_sent_where_the_rule_says_so():
    told = story(*on_the_line([0], [(0, 8), (820, 5)], 100, returns="blocked"))
    assert (1060, "sent", 1, 0) in told
    assert (1360, "arrived", 1, 0) in told


def test_turning_out_takes_its_time_only_at_the_post():
    told = story(*on_the_line([0], [(0, 2), (300, 2)], 100, turnout=[30.0]))
    assert (150, "arrived", 0, 0) in told
    cleared = next(at for at, what, call, _ in told if what == "cleared" and call == 0)
    assert cleared == 250
    second = next(at for at, what, call, _ in told if what == "arrived" and call == 1)
    assert second == 350  # 50 seconds on its way home, and back


def test_two_units_for_one_call():
    told = story(*on_the_line([0, 10], [(0, 2)], 100, needs=[[-1]]))
    assert sum(what == "sent" for _, what, _, _ in told) == 1
    scenario, _ = on_the_line([0, 10], [(0, 2)], 100, needs=[[1, 2]], kind=[0, 1])
    calls = Calls(at=np.zeros(1), place=np.array([2], np.int32), service=np.array([[100.0, 50.0]]))
    told = story(scenario, calls)
    assert [e for e in told if e[1] == "arrived"] == [
        (120, "arrived", 0, 0), (480, "arrived", 0, 1)]  # fmt: skip
    played = play(scenario, calls).calls[0]
    assert (played["first"], played["last"]) == (120, 480)


def test_an_urgent_call_takes_the_unit_that_is_on_its_way():
    scenario, calls = on_the_line(
        [0], [(0, 10), (120, 1)], 100, kinds=np.array([1, 0], np.int32), needs=[[-1], [-1]],
        priority=[0, 1], may_take=[[0, 1], [0, 0]],
    )  # fmt: skip
    told = story(scenario, calls)
    assert (120, "recalled", 0, 0) in told
    assert (180, "arrived", 1, 0) in told  # two minutes out, one back
    assert (280, "sent", 0, 0) in told
    assert (280 + 540, "arrived", 0, 0) in told


@pytest.mark.parametrize(("saves", "unit"), [(0, 0), (120, 0), (241, 1), (np.inf, 1)])
def test_a_unit_is_taken_only_if_that_saves_enough(saves, unit):
    """At 60 the urgent call at place 2 has unit 0 one place off on its way, unit 1 five away."""
    scenario, calls = on_the_line(
        [0, 7], [(0, 3), (60, 2)], 100, kinds=np.array([1, 0], np.int32), needs=[[-1], [-1]],
        priority=[0, 1], may_take=[[0, 1], [0, 0]], take_saves=saves,
    )  # fmt: skip
    told = story(scenario, calls)
    assert (60, "sent", 1, unit) in told


@pytest.mark.parametrize(
    ("relocation", "arrived"),
    [(None, 540), (moves.by_rank([0, 4]), 300), (moves.by_rank([0, 4], within=200), 540)],
)
def test_a_free_unit_moves_up_to_the_more_important_post(relocation, arrived):
    """Unit 0 leaves place 0; whoever stands at 4, four minutes off, may be needed there."""
    told = story(*on_the_line([0, 4], [(0, 1), (300, 0)], 9000, relocation=relocation))
    assert (arrived, "arrived", 1, 1) in told
    assert ((0, "moved", -1, 1) in told) == (arrived == 300)
    assert ((240, "home", -1, 1) in told) == (arrived == 300)


def test_a_unit_that_is_moving_up_is_sent_from_the_road():
    told = story(*on_the_line([0, 4], [(0, 1), (120, 3)], 9000, relocation=moves.by_rank([0, 4])))
    assert (180, "arrived", 1, 1) in told


def test_the_table_says_how_many_stand_where():
    """With two free units both are wanted at place 0; with all three free again one goes back."""
    table = [[0, -1, -1], [0, 0, -1], [0, 4, 8]]
    told = story(*on_the_line([0, 4, 8], [(0, 10)], 9000, relocation=moves.by_table(table)))
    assert [(at, unit) for at, what, _, unit in told if what == "moved"] == [
        (0, 1),
        (9120, 0),
    ]


def test_nobody_is_sent_after_the_shift_and_late_work_is_overtime():
    shifts = [(0, 0, 500), (1, 600, 5000)]
    scenario, calls = on_the_line([0, 5], [(0, 8), (520, 8)], 100, shifts=shifts)
    told = story(scenario, calls)
    assert (600, "sent", 1, 1) in told
    assert (1060, "off_duty", -1, 0) in told  # cleared at 580, eight minutes home
    assert play(scenario, calls).units["overtime"][0] == 560


def test_shifts_that_follow_each_other_are_one():
    scenario, calls = on_the_line([0], [(100, 1)], 60, shifts=[(0, 0, 500), (0, 500, 900)])
    assert [e[1] for e in story(scenario, calls) if e[1].endswith("duty")] == [
        "on_duty",
        "off_duty",
    ]


def test_a_break_waits_for_the_work_and_is_lost_when_too_late():
    breaks = [(0, 100, 1000, 300)]
    told = story(*on_the_line([0], [(0, 2), (700, 2)], 100, breaks=breaks))
    assert (340, "break", -1, 0) in told  # cleared at 220, two minutes home
    assert (700, "sent", 1, 0) in told
    late = on_the_line([0], [(0, 2)], 2000, breaks=breaks)
    assert play(*late).units["missed"][0] == 1


@pytest.mark.parametrize(
    ("policy", "unit"),
    [
        (policies.nearest(), 1),
        (policies.home_first(), 0),
        (policies.home_first(patience=100), 1),
        (policies.tiers([0, 1], [600, 600]), 0),
        (policies.tiers([0, 1], [100, 600]), 1),
        (policies.reserve(keep=2), -1),
        (policies.reserve(keep=1), 1),
        (policies.reserve_in_area(keep=1), 0),
        (Policy(lambda call, seconds, units, settings: 0), 0),
    ],
)
def test_the_rule_decides(policy, unit):
    """A call of area 0 at place 4; unit 0 of area 0 at place 0, unit 1 of area 1 at place 5."""
    scenario, calls = on_the_line(
        [0, 5], [(0, 4)], 100, kind=[0, 1], area=[0] * 5 + [1] * 6, policy=policy, priority=[2],
    )  # fmt: skip
    assert play(scenario, calls).calls["unit"][0] == unit


def test_a_recorded_dispatch_is_repeated_to_the_second():
    scenario, calls = on_the_line([0, 5], [(0, 4), (50, 6)], 100, policy=policies.as_recorded())
    calls = dataclasses.replace(
        calls, orders=np.array([[0], [1]]), order_seconds=np.array([[333.5], [np.nan]])
    )
    told = story(scenario, calls)
    assert (333.5, "arrived", 0, 0) in told
    assert (110, "arrived", 1, 1) in told


# --- comparison, stopping, spreading ----------------------------------------------------------


def city(policy=None, post=(0, 5)):
    return Scenario(
        calls=Demand(rates=np.full(11, 1.5e-4), service=500.0), units=Units(post=post),
        travel=LINE, seconds=200_000.0, policy=policy or policies.nearest(),
    )  # fmt: skip


def test_a_plan_compared_with_itself_differs_by_nothing():
    difference = compare(city(), city(), seed=1, replications=4).difference("response")
    assert (difference.mean, difference.half) == (0, 0)


def test_the_same_calls_make_differences_plain():
    both = compare(city(), city(post=(2, 8)), seed=1, replications=12)
    apart = estimate(both.b.of("response")).half + estimate(both.a.of("response")).half
    paired = both.difference("response")
    assert paired.high < 0
    assert paired.half < apart


def test_a_run_is_decided_by_its_seed():
    a, b, c = run(city(), 1, 3), run(city(), 1, 3), run(city(), 2, 3)
    assert np.array_equal(a.values, b.values)
    assert not np.array_equal(a.values, c.values)
    assert np.array_equal(run(city(), 1, 2).values, a.values[:2])


def test_a_run_can_be_stopped_and_keeps_what_it_has():
    seen = []
    result = run(city(), 1, 10, progress=lambda done, asked: seen.append((done, asked)) or done < 4)
    assert seen == [(1, 10), (2, 10), (3, 10), (4, 10)]
    assert result.stopped
    assert len(result.values) == 4
    both = compare(city(), city(), 1, 10, progress=lambda done, asked: done < 3)
    assert len(both.a.values) == len(both.b.values)


def test_calls_follow_their_rates():
    rates = np.array([[[3e-3, 1e-3]], [[0.0, 2e-3]]])
    demand = Demand(rates=rates, period_of_hour=np.arange(168) // 84, service=60.0, spread=0.3)
    calls = draw(demand, 20 * 604_800.0, seed=1)
    half = (calls.at // 3600 % 168) // 84
    seconds = 20 * 604_800 / 2
    for period, place, rate in ((0, 0, 3e-3), (0, 1, 1e-3), (1, 0, 0.0), (1, 1, 2e-3)):
        count = np.count_nonzero((half == period) & (calls.place == place))
        assert abs(count - rate * seconds) <= 4 * np.sqrt(rate * seconds)
    assert calls.service.mean() == pytest.approx(60, rel=0.01)
    assert calls.service.std() == pytest.approx(18, rel=0.03)
    gaps = np.diff(calls.at[half == 0])
    gaps = gaps[gaps < 3600]
    assert gaps.std() == pytest.approx(gaps.mean(), rel=0.05)


SCENARIOS = [city(), city(policies.home_first()), city(policies.reserve(1, urgent=-1))]


def test_a_sweep_over_processes_gives_the_same_numbers():
    alone = [run(scenario, 5, 3).values for scenario in SCENARIOS]
    for workers in (1, 2):
        spread = sweep(SCENARIOS, 5, 3, workers=workers)
        assert all(np.array_equal(a, b.values) for a, b in zip(alone, spread, strict=True))


def test_a_sweep_on_a_cluster_gives_the_same_numbers():
    distributed = pytest.importorskip("distributed")
    import joblib

    alone = [run(scenario, 5, 3).values for scenario in SCENARIOS]
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as here,
        distributed.Client(here),
        joblib.parallel_config("dask"),
    ):
        spread = sweep(SCENARIOS, 5, 3)
    assert all(np.array_equal(a, b.values) for a, b in zip(alone, spread, strict=True))


@pytest.mark.parametrize(
    "wrong",
    [
        {"travel": np.zeros((2, 3))},
        {"travel": -LINE},
        {"units": Units(post=[11])},
        {"units": Units(post=[0], kind=[63])},
        {"units": Units(post=[0], shifts=[(0, 5, 1)])},
        {"units": Units(post=[0], shifts=[(0, 0, 9), (0, 5, 20)])},
        {"units": Units(post=[0], shifts=[(1, 0, 9)])},
        {"units": Units(post=[0], breaks=[(2, 0, 9, 1)])},
        {"area": [0]},
        {"may_take": [[1]]},
        {"returns": "never"},
        {"slice_of_hour": np.ones(168, int)},
        {"calls": Demand(rates=np.array([-1.0]))},
        {"calls": Demand(rates=np.full(11, 1e-4), period_of_hour=[0])},
        {"calls": Calls(at=np.array([2.0, 1.0]), place=np.zeros(2, int), service=np.ones(2))},
        {"calls": Calls(at=np.array([1.0]), place=np.array([11]), service=np.ones(1))},
        {"calls": Calls(at=np.array([1.0]), place=np.array([1]), service=np.ones((1, 2)))},
    ],
)
def test_a_scenario_that_is_not_whole_is_refused(wrong):
    with pytest.raises(Refusal):
        run(dataclasses.replace(city(), **wrong), replications=1)


def test_an_unknown_figure_is_refused():
    with pytest.raises(Refusal, match="response"):
        run(city(), replications=1).of("speed")
