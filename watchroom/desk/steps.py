"""Taking a step as a form sends it."""

from collections.abc import Iterable
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
from watchroom.kernel.flow import Flow, Step
from watchroom.kernel.models import Matter
from watchroom.kernel.registry import registry
from watchroom.kernel.step_forms import StepForm, form, open_to
from watchroom.kernel.typed import whole

__all__ = [
    "StepForm",
    "find",
    "form",
    "happened",
    "open_to",
    "read_id",
    "take",
    "titles",
    "uuid7",
]

HAPPENED = Text("发生时间", "When it happened")
IN_FUTURE = Text("发生时间不能晚于现在", "It cannot have happened later than now")


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
        version=whole(sent.get("version")),
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


def titles(pairs: Iterable[tuple[str, Any]], lang: str) -> list[tuple[str, str]]:
    """Choices in the reader's language."""
    return [(key, t.say(lang) if isinstance(t, Text) else str(t)) for key, t in pairs]
