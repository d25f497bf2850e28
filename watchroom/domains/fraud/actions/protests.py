"""Appeals and objections: what is said is kept with what it is about, and not in the trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from watchroom.base.clock import now
from watchroom.kernel.access import Actor

from ..models.measures import Protest

P = TypeVar("P", bound=Protest)


def enter(kind: type[P], said: Mapping[str, Any], at: datetime | None, **about: int) -> P:
    """Keep what somebody says."""
    who, words = str(said.get("who", ""))[:120], str(said.get("words", ""))
    made: P = kind._default_manager.create(who=who, words=words, at=at or now(), **about)
    return made


def answer(protest: Protest, actor: Actor, said: Mapping[str, Any]) -> None:
    """Keep what they are answered, and by whom."""
    protest.answer, protest.answered_at = str(said.get("answer", "")), now()
    protest.answered_by_id = actor.staff_id
    protest.save(update_fields=["answer", "answered_at", "answered_by"])


def in_confidence(said: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """What the trail says of it: that it was given."""
    return {name: True for name in names if said.get(name)}
