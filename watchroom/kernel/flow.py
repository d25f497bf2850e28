"""The life of a kind of matter, as data. Pure: no Django.

The same data drives `take`, draws the buttons and the diagram in the docs, and generates the tests.
A flow that cannot be lived to its end is refused at import.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from watchroom.base.text import Text


class FlowError(Exception):
    """A declared flow contradicts itself; the message names the step or state."""


@dataclass(frozen=True)
class State:
    """A place in a life. `final` ends it; `tone` is calm, active, waiting or danger."""

    title: Text
    final: bool = False
    tone: str = "calm"


@dataclass(frozen=True)
class Clock:
    """A deadline. `rule` may hold facts of the matter: "dispatch.dispatch.P{priority}".

    A rule that comes out empty ("{confirm_rule}") says: this clock is not for this matter.
    """

    rule: str
    title: Text


@dataclass(frozen=True)
class Step:
    """One act that a person can take.

    `sources` empty means: a step that opens the matter; of several the first is the usual one.
    `target` None means: the state stays.
    `needs` are names of data fields that must be given; `reason` asks for a sentence;
    `other_person` refuses the one who took the previous step (four-eyes).
    `because` is the law's own key of what pauses or restarts the clocks ("appraisal").
    """

    name: str
    title: Text
    permission: str
    sources: tuple[str, ...] = ()
    target: str | None = None
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    restarts: tuple[str, ...] = ()
    because: str = ""
    needs: tuple[str, ...] = ()
    reason: bool = False
    other_person: bool = False
    key: str = ""
    main: bool = False
    hidden: bool = False

    @property
    def again(self) -> bool:
        """Whether it can be taken again right after itself."""
        return self.target is None or self.target in self.sources


@dataclass(frozen=True)
class Flow:
    """A kind of matter: its states, steps and clocks. `kind` is "<domain>.<name>".

    In the states of `published`, whoever may see such matters at or below the matter's agency reads
    it: what a bureau publishes, its stations know. `of_beat`: the officer of the matter's beat and
    the deputies need to see it for as long as the beat is theirs, and their successors after them.
    """

    kind: str
    prefix: str
    title: Text
    states: Mapping[str, State]
    steps: tuple[Step, ...]
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    view: str = ""
    published: tuple[str, ...] = ()
    of_beat: bool = False

    def __post_init__(self) -> None:
        check(self)

    @property
    def domain(self) -> str:
        """The key of the domain this flow belongs to."""
        return self.kind.split(".")[0]

    @property
    def view_permission(self) -> str:
        """What somebody needs to see a matter of this kind."""
        return self.view or f"{self.domain}.view"

    @cached_property
    def by_name(self) -> dict[str, Step]:
        """Steps by name."""
        return {step.name: step for step in self.steps}

    @cached_property
    def opening(self) -> Step:
        """The step that usually brings a matter into being."""
        return self.openings[0]

    @cached_property
    def openings(self) -> tuple[Step, ...]:
        """The steps that can bring a matter into being."""
        return tuple(step for step in self.steps if not step.sources)

    def after(self, state: str) -> tuple[Step, ...]:
        """Steps that can be taken from `state`, in declared order."""
        return tuple(step for step in self.steps if state in step.sources)

    @cached_property
    def permissions(self) -> frozenset[str]:
        """Every permission this flow asks for."""
        return frozenset({step.permission for step in self.steps} | {self.view_permission})


def check(flow: Flow) -> None:
    """Refuse a flow with an unknown name, an unreachable state, a dead end or an idle clock."""
    _names(flow)
    _reachable(flow)
    _no_dead_end(flow)
    _clocks(flow)


def _names(flow: Flow) -> None:
    names = [step.name for step in flow.steps]
    if len(names) != len(set(names)):
        raise FlowError(f"{flow.kind}: two steps share a name")
    if not flow.openings:
        raise FlowError(f"{flow.kind}: no step opens the matter")
    for step in flow.steps:
        for state in (*step.sources, *([step.target] if step.target else [])):
            if state not in flow.states:
                raise FlowError(f"{flow.kind}.{step.name}: unknown state {state}")
        if any(flow.states[state].final and step.target for state in step.sources):
            raise FlowError(f"{flow.kind}.{step.name}: leaves a final state")
    for state in flow.published:
        if state not in flow.states:
            raise FlowError(f"{flow.kind}: unknown published state {state}")
    if any(step.target is None for step in flow.openings):
        raise FlowError(f"{flow.kind}: an opening step has no target")


def _spread(start: Iterable[str], edges: Mapping[str, set[str]]) -> set[str]:
    seen, todo = set(start), list(start)
    while todo:
        new = edges.get(todo.pop(), set()) - seen
        seen |= new
        todo.extend(new)
    return seen


def _edges(flow: Flow, *, backward: bool) -> dict[str, set[str]]:
    edges: dict[str, set[str]] = {}
    for step in flow.steps:
        for source in step.sources:
            if step.target:
                a, b = (step.target, source) if backward else (source, step.target)
                edges.setdefault(a, set()).add(b)
    return edges


def _reachable(flow: Flow) -> None:
    seen = _spread([step.target or "" for step in flow.openings], _edges(flow, backward=False))
    if missing := set(flow.states) - seen:
        raise FlowError(f"{flow.kind}: unreachable {sorted(missing)}")


def _no_dead_end(flow: Flow) -> None:
    finals = [name for name, state in flow.states.items() if state.final]
    if missing := set(flow.states) - _spread(finals, _edges(flow, backward=True)):
        raise FlowError(f"{flow.kind}: no way to an end from {sorted(missing)}")


def _clocks(flow: Flow) -> None:
    uses = {
        verb: {c for s in flow.steps for c in getattr(s, verb)}
        for verb in ("starts", "stops", "pauses", "resumes", "restarts")
    }
    for verb, clocks in uses.items():
        if unknown := clocks - set(flow.clocks):
            raise FlowError(f"{flow.kind}: {verb} unknown clock {sorted(unknown)}")
    if idle := set(flow.clocks) - uses["starts"]:
        raise FlowError(f"{flow.kind}: clock never started {sorted(idle)}")
    if paused := uses["pauses"] - uses["resumes"]:
        raise FlowError(f"{flow.kind}: clock paused for ever {sorted(paused)}")
