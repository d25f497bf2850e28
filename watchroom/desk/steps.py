"""The steps a person may take now, each with its small form, and what was typed into it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict

from watchroom.base.clock import now
from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, fields
from watchroom.kernel.access import Actor
from watchroom.kernel.fields import Field
from watchroom.kernel.flow import Flow, Step
from watchroom.kernel.models import Matter
from watchroom.kernel.registry import registry

HAPPENED = Text("发生时间", "When it happened")
IN_FUTURE = Text("发生时间不能晚于现在", "It cannot have happened later than now")


@dataclass
class StepForm:
    """One step as a form. `typed` keeps everything a person wrote, whatever the answer is."""

    step: Step
    fields: tuple[Field, ...]
    version: int
    options: dict[str, list[tuple[str, Any]]]
    typed: dict[str, list[str]] = field(default_factory=dict)
    act_id: str = field(default_factory=lambda: str(uuid7()))

    def value(self, name: str) -> str:
        """What stands in a field."""
        return (self.typed.get(name) or [""])[-1]

    @property
    def bare(self) -> bool:
        """Nothing has to be asked: a press is enough."""
        return not self.fields and not self.step.reason


def form(actor: Actor, matter: Matter, step: Step, typed: QueryDict | None = None) -> StepForm:
    """A step's form, empty or as it was sent."""
    asked = fields.of(matter.flow, step)
    options = {f.name: f.options(actor, matter) for f in asked if f.kind in ("choice", "several")}
    made = StepForm(step, asked, matter.version, options)
    if typed is not None:
        made.typed = {name: typed.getlist(name) for name in typed}
    return made


def open_to(actor: Actor, matter: Matter) -> list[StepForm]:
    """The steps this person may take from here, main ones first."""
    steps = [step for step in matter.flow.after(matter.state) if not step.hidden]
    allowed = access.allowed(actor, matter, {step.permission for step in steps})
    mine = [step for step in steps if step.permission in allowed]
    return [form(actor, matter, step) for step in sorted(mine, key=lambda s: not s.main)]


def find(flow: Flow, name: str) -> Step:
    """A step by its name in an address; the same answer for hidden and absent ones."""
    step = flow.by_name.get(name)
    if step is None or step.hidden or not step.sources:
        raise access.NotFound
    return step


def take(actor: Actor, matter: Matter, step: Step, sent: QueryDict) -> Matter:
    """Hand what was sent to the domain's one door."""
    data = {f.name: f.read(sent.getlist(f.name)) for f in fields.of(matter.flow, step)}
    taken: Matter = registry.domain_of(matter.kind).perform(
        actor,
        matter.pk,
        step.name,
        version=whole(sent.get("version", "")),
        data={name: value for name, value in data.items() if value not in (None, "", [])},
        reason=sent.get("reason", "").strip(),
        occurred_at=happened(sent.get("occurred_at", "")),
        act_id=read_id(sent.get("act_id", "")),
    )
    return taken


def happened(said: str) -> datetime | None:
    """The moment a person says something happened; None for now."""
    if not said.strip():
        return None
    moment = fields.read_moment(said, HAPPENED)
    if moment > now():
        raise Refusal(IN_FUTURE)
    return moment


def read_id(said: str) -> UUID | None:
    """The id of an act, so that sending it twice does it once."""
    try:
        return UUID(said)
    except ValueError:
        return None


def whole(said: str) -> int | None:
    """A whole number as a form sends it; None for anything else."""
    return int(said) if said.isascii() and said.isdigit() else None


def titles(pairs: Iterable[tuple[str, Any]], lang: str) -> list[tuple[str, str]]:
    """Choices in the reader's language."""
    return [(key, t.say(lang) if isinstance(t, Text) else str(t)) for key, t in pairs]
