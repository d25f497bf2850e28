"""What a step asks a person for, as data: pages, the phone and the API's documentation draw it.

A domain says it in `forms.FIELDS`: "<kind>.<step>" or "<step>" → the fields of that step, in order.
Every name in the step's `needs` has its field. `forms.AMENDABLE` says what of a matter may be
corrected afterwards: kind → `Amendable`s.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from watchroom.base.clock import SHANGHAI, local, utc
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from .flow import Flow, Step
from .registry import registry

if TYPE_CHECKING:
    from .access import Actor
    from .models import Matter

Kind = Literal["line", "text", "number", "choice", "several", "day", "moment", "tick"]
Choices = Sequence[tuple[str, Text | str]]


@dataclass(frozen=True)
class Field:
    """One thing to fill in. `choices` is a list, or asks for it: (actor, matter) → list.

    `named`: what a value kept in the trail is called, for choices that depend on who asks.
    """

    name: str
    title: Text
    kind: Kind = "line"
    choices: "Choices | Callable[[Actor, Matter], Choices]" = ()
    help: Text | None = None
    optional: bool = False
    named: "Callable[[str], Text | str] | None" = None

    def options(self, actor: "Actor", matter: "Matter") -> list[tuple[str, Text | str]]:
        """The choices for this reader and matter."""
        given = self.choices(actor, matter) if callable(self.choices) else self.choices
        return [(str(key), title) for key, title in given]

    def read(self, values: Sequence[str]) -> Any:
        """What a form sent, as plain data; None for nothing. Refusal for what cannot be read."""
        if self.kind == "several":
            return [value for value in values if value]
        said = values[-1].strip() if values else ""
        if self.kind == "tick":
            return bool(said)
        if not said:
            return None
        if self.kind == "number":
            return self._number(said)
        if self.kind == "day":
            return read_day(said, self.title).isoformat()
        return read_moment(said, self.title).isoformat() if self.kind == "moment" else said

    def _number(self, said: str) -> int | float:
        try:
            return int(said) if said.lstrip("-").isdigit() else float(said)
        except ValueError as error:
            raise Refusal(
                Text("“{t}”应为数字", "“{t}” should be a number").format(t=self.title)
            ) from error


@dataclass(frozen=True)
class Amendable:
    """A column of the matter, a line, text or number, to be corrected in these states or in all."""

    field: Field
    permission: str
    states: tuple[str, ...] = ()


def read_day(said: str, title: Text) -> date:
    """A date as typed ("2026-05-20")."""
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise Refusal(Text("“{t}”应为日期", "“{t}” should be a date").format(t=title)) from error


def read_moment(said: str, title: Text) -> datetime:
    """A moment as typed on the wall clock here ("2026-05-20T21:30"), or with its own zone."""
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise Refusal(
            Text("“{t}”应为日期和时间", "“{t}” should be a date and time").format(t=title)
        ) from error
    return utc(moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI))


def write_moment(moment: datetime) -> str:
    """A moment as a form shows it: the wall clock here."""
    return local(moment).strftime("%Y-%m-%dT%H:%M")


def of(flow: Flow, step: Step) -> tuple[Field, ...]:
    """The fields of a step; a needed name that the domain did not title stands for itself."""
    domain = registry.domains.get(flow.domain)
    declared: Mapping[str, Sequence[Field]] = domain.part("forms", "FIELDS", {}) if domain else {}
    found = declared.get(f"{flow.kind}.{step.name}", declared.get(step.name, ()))
    known = {field.name for field in found}
    bare = (Field(name, Text(name, name)) for name in step.needs if name not in known)
    return (*found, *bare)
