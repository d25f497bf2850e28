"""What a domain declares holds together: titles, rules of law, fields, samples."""

import re
from string import Formatter

import pytest

from watchroom.base.text import Text
from watchroom.kernel import fields
from watchroom.kernel.flow import Flow, Step
from watchroom.kernel.registry import SHELL, registry
from watchroom.law.rulebook import shipped

from .conftest import World

FLOWS = list(registry.flows.values())
STEPS = [(flow, step) for flow in FLOWS for step in flow.steps]


def _name(item: object) -> str | None:
    return getattr(item, "kind", None) or getattr(item, "name", None)


@pytest.mark.parametrize("permission", sorted(registry.permissions))
def test_every_permission_has_a_title(permission: str) -> None:
    titles = dict(SHELL)
    for domain in registry.domains.values():
        titles |= domain.permissions
    assert isinstance(titles.get(permission), Text)


@pytest.mark.parametrize("flow", FLOWS, ids=_name)
def test_every_clock_stands_on_a_rule(flow: Flow) -> None:
    known = {rule.id for rule in shipped().rules()}
    for clock in flow.clocks.values():
        parts = "".join(
            re.escape(text) + (".+" if name is not None else "")
            for text, name, _, _ in Formatter().parse(clock.rule)
        )
        assert any(re.fullmatch(parts, rule) for rule in known), clock.rule


@pytest.mark.parametrize(("flow", "step"), STEPS, ids=_name)
def test_a_clock_stands_still_only_for_a_reason_the_law_knows(flow: Flow, step: Step) -> None:
    rules = {rule.id: rule for rule in shipped().rules()}
    for name in step.pauses:
        rule = rules.get(flow.clocks[name].rule)
        assert rule is None or step.because in {d.key for d in rule.deductions}
    for name in step.restarts:
        rule = rules.get(flow.clocks[name].rule)
        assert rule is None or step.because in {r.key for r in rule.restarts}


@pytest.mark.parametrize(("flow", "step"), STEPS, ids=_name)
def test_what_a_step_needs_has_a_titled_field(flow: Flow, step: Step) -> None:
    if step.hidden or not step.sources:
        pytest.skip("no person fills it in on the page of a matter")
    bare = [f.name for f in fields.of(flow, step) if f.title.zh == f.title.en == f.name]
    assert not bare, f"say it in forms.FIELDS: {bare}"


@pytest.mark.parametrize("flow", FLOWS, ids=_name)
def test_two_steps_of_one_state_do_not_share_a_key(flow: Flow) -> None:
    for state in flow.states:
        keys = [step.key for step in flow.after(state) if step.key and not step.hidden]
        assert len(keys) == len(set(keys)), f"{state}: {keys}"


def test_there_is_a_sample_in_every_state(world: World) -> None:
    wanted = {(flow.kind, state) for flow in FLOWS for state in flow.states}
    assert wanted - set(world.samples) == set()
    for (kind, state), matter in world.samples.items():
        assert (matter.kind, matter.state) == (kind, state)
