"""The steps a person may take now, each with its small form, for whatever page draws them."""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from watchroom.base.ids import uuid7

from . import access, fields
from .access import Actor
from .fields import Field
from .flow import Step
from .models import Matter


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
