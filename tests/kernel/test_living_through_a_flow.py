"""Steps, conflicts, four eyes, clocks; and any walk through a flow, whatever the order."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.toy import FLOW, Town
from watchroom.base.clock import held_at, now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import acts, clocks, sweep, trail
from watchroom.kernel.access import system
from watchroom.kernel.flow import Clock, Flow, FlowError, State, Step
from watchroom.kernel.models import Deadline, Entry, Matter


def take(town: Town, matter: Matter, step: str, who: str = "officer", **given: object) -> Matter:
    return acts.take(town.actor(who), matter.pk, step, **given)


def test_who_was_overtaken_hears_by_whom_and_how_it_stands(town: Town) -> None:
    matter = town.open()
    take(town, matter, "start", "colleague")
    with pytest.raises(acts.Conflict) as caught:
        take(town, matter, "start", version=1)
    assert "王芳" in caught.value.say("zh")
    assert "办理中" in caught.value.say("zh")
    assert "“Working”" in caught.value.say("en")


def test_a_step_from_the_wrong_state_says_what_it_is_now(town: Town) -> None:
    with pytest.raises(acts.Conflict, match="已收到"):
        take(town, town.open(), "finish", data={"outcome": "x"})


def test_an_act_that_arrives_again_is_not_done_again(town: Town) -> None:
    matter, act_id = town.open(), uuid4()
    first = take(town, matter, "start", act_id=act_id)
    assert take(town, matter, "start", act_id=act_id).version == first.version == 2
    opened = uuid4()
    assert town.open(act_id=opened) == town.open(act_id=opened)


def test_a_check_is_its_own_permission(town: Town) -> None:
    matter = town.open()
    take(town, matter, "start")
    with pytest.raises(Refusal, match="没有此项权限"):
        take(town, matter, "check")
    assert take(town, matter, "check", "chief").state == "checked"


def test_who_took_the_last_step_may_not_check_it(town: Town) -> None:
    role = town.staff["officer"].posts.get().role
    role.permissions = [*role.permissions, "toy.check"]
    role.save()
    matter = take(town, town.open(), "start")
    with pytest.raises(Refusal, match="另一人"):
        take(town, matter, "check")
    assert take(town, matter, "check", "colleague").state == "checked"


def test_what_is_needed_is_asked_for(town: Town) -> None:
    matter = take(town, town.open(), "start")
    with pytest.raises(Refusal, match="outcome"):
        take(town, matter, "finish")
    with pytest.raises(Refusal, match="Reason"):
        take(town, matter, "hold", reason="  ")


def test_a_guard_that_refuses_leaves_everything_as_it_was(town: Town) -> None:
    matter = town.open()

    def never(_: Matter) -> None:
        raise Refusal(Text("不行", "no"))

    with pytest.raises(Refusal):
        take(town, matter, "start", guards=(never,))
    matter.refresh_from_db()
    assert (matter.state, matter.version) == ("received", 1)
    assert Entry.objects.count() == 1


def test_the_clock_starts_stands_still_goes_on_and_ends(town: Town) -> None:
    start = now()
    with held_at(start):
        matter = take(town, town.open(), "start")
    clock, decide = (Deadline.objects.get(clock=name) for name in ("answer", "decide"))
    assert (clock.state, clock.due_at) == ("running", start + timedelta(hours=24))
    with held_at(start + timedelta(hours=1)):
        matter = take(town, matter, "hold", reason="等回电")
    clock.refresh_from_db()
    assert (clock.state, clock.due_at, matter.due_at) == ("paused", None, decide.due_at)
    with held_at(start + timedelta(hours=3)):
        matter = take(town, matter, "go_on")
    clock.refresh_from_db()
    assert clock.due_at == matter.due_at == start + timedelta(hours=26)
    assert "2" in clocks.due(clock).explain("zh")
    with held_at(start + timedelta(hours=4)):
        matter = take(town, matter, "finish", data={"outcome": "好"})
    clock.refresh_from_db()
    assert (clock.state, matter.due_at) == ("met", None)


def test_a_clock_that_ran_out_is_missed_and_cannot_be_paused(town: Town) -> None:
    start = now()
    with held_at(start):
        matter = take(town, town.open(), "start")
    with held_at(start + timedelta(hours=25)):
        take(town, matter, "hold", reason="太晚了")
        assert Deadline.objects.get(clock="answer").state == "running"
        take(town, matter, "go_on")
        take(town, matter, "finish", data={"outcome": "好"})
    assert Deadline.objects.get(clock="answer").state == "missed"


def test_an_early_end_drops_the_clock(town: Town) -> None:
    take(town, town.open(), "void", "chief", reason="误报")
    assert Deadline.objects.get(clock="answer").state == "dropped"


def test_a_clock_that_runs_out_is_raised_once(town: Town) -> None:
    matter = town.open()
    assert sweep.raise_overdue() == 0
    with held_at(now() + timedelta(hours=25)):
        assert sweep.raise_overdue() == 1
        assert sweep.raise_overdue() == 0
    entry = Entry.objects.get(event="toy.thing.overdue")
    assert (entry.matter, entry.data["clock"]) == (matter, "answer")
    assert entry.actor_name == system().name


A, B, END = State(Text("甲", "A")), State(Text("乙", "B")), State(Text("终", "End"), final=True)
TWO, THREE = {"a": A, "end": END}, {"a": A, "b": B, "end": END}
CLOCK = {"c": Clock("C02", Text("时", "c"))}


def _step(name: str, sources: str, target: str | None = None, **more: tuple[str, ...]) -> Step:
    return Step(name, Text(name, name), "x.go", tuple(sources.split()), target, **more)


OPEN, GO = _step("open", "", "a"), _step("go", "a", "end")
WRONG = {
    "unreachable": (THREE, (OPEN, GO, _step("out", "b", "end")), {}),
    "no way to an end": (THREE, (OPEN, GO, _step("in", "a", "b")), {}),
    "unknown state": (TWO, (OPEN, _step("go", "a", "c")), {}),
    "share a name": (TWO, (OPEN, GO, GO), {}),
    "no step opens": (TWO, (GO,), {}),
    "leaves a final state": (TWO, (OPEN, GO, _step("back", "end", "a")), {}),
    "clock never started": (TWO, (OPEN, GO), CLOCK),
    "unknown clock": (TWO, (OPEN, _step("go", "a", "end", stops=("c",))), {}),
    "paused for ever": (
        TWO,
        (_step("open", "", "a", starts=("c",)), GO, _step("hold", "a", pauses=("c",))),
        CLOCK,
    ),
}


@pytest.mark.parametrize("what", WRONG, ids=list(WRONG))
def test_a_flow_that_contradicts_itself_is_refused_at_import(what: str) -> None:
    states, steps, declared = WRONG[what]
    with pytest.raises(FlowError, match=what):
        Flow("x.y", "X", Text("例", "Example"), states, steps, declared)


STEPS = [step.name for step in FLOW.steps if step.sources]


def walk(town: Town) -> type[RuleBasedStateMachine]:
    """Any order of steps by anybody: what the declared flow allows happens, and nothing else."""

    class Walk(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.matter = town.open()
            self.state, self.version = "received", 1

        @rule(
            name=st.sampled_from(STEPS),
            who=st.sampled_from(["officer", "colleague", "chief", "stranger"]),
            stale=st.booleans(),
        )
        def step(self, name: str, who: str, stale: bool) -> None:
            step = FLOW.by_name[name]
            seen = self.version - 1 if stale else self.version
            allowed = not stale and self.state in step.sources and who != "stranger"
            try:
                taken = take(
                    town, self.matter, name, who, version=seen, data={"outcome": "x"}, reason="x"
                )
            except Refusal:
                assert not allowed or step.permission == "toy.check"
                return
            assert allowed
            self.state, self.version = step.target or self.state, self.version + 1
            assert (taken.state, taken.version) == (self.state, self.version)

        @invariant()
        def every_version_has_its_entry(self) -> None:
            entries = Entry.objects.filter(matter=self.matter, matter_version__isnull=False)
            versions = list(entries.order_by("id").values_list("matter_version", "to_state"))
            assert [v for v, _ in versions] == list(range(1, self.version + 1))
            assert versions[-1][1] == Matter.objects.get(pk=self.matter.pk).state == self.state

        @invariant()
        def an_ended_matter_has_no_running_clock(self) -> None:
            if FLOW.states[self.state].final:
                assert not self.matter.deadlines.filter(state__in=clocks.OPEN).exists()

        def teardown(self) -> None:
            connection.check_constraints()
            assert list(trail.verify()) == []

    return Walk


def test_any_walk_keeps_every_promise(town: Town) -> None:
    run_state_machine_as_test(
        walk(town),
        settings=settings(
            max_examples=12,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
