"""Personal data is masked until the reader says what for; every reading is an entry."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from django.contrib.sessions.backends.base import SessionBase

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from . import access, acts
from .access import Actor
from .models import Matter

PERMISSION = "personal.read"
PURPOSE_NEEDED = "purpose-needed"
PURPOSES_KEY, READ_KEY = "purposes", "personal_read"

PURPOSES: Mapping[str, Text] = {
    "handling": Text("办理本事项", "Handling this matter"),
    "contact": Text("联系当事人", "Contacting the person concerned"),
    "safety": Text("保护人身安全", "Protecting somebody's safety"),
    "review": Text("核查、督办", "Review or supervision"),
    "complaint": Text("答复投诉或信访", "Answering a complaint"),
    "other": Text("其他（请说明）", "Something else (say what)"),
}

NEEDED = Text(
    "查看个人信息须先说明用途", "Say what you need the personal data for before you read it"
)


@dataclass(frozen=True)
class Shown:
    """What a page shows of somebody: the values as they may be read, and whether to ask why."""

    values: Mapping[str, str]
    masked: bool
    may_ask: bool


def purpose(code: str, words: str = "") -> str:
    """A purpose as it is kept: its code, and the person's own words. Refusal if it says nothing."""
    words = words.strip()
    if code not in PURPOSES or (code == "other" and len(words) < 4):
        raise Refusal(NEEDED, code=PURPOSE_NEEDED)
    return f"{code}: {words[:200]}" if words else code


def with_said_purpose(actor: Actor, said: str) -> Actor:
    """The actor with the purpose a machine gave as "code" or "code: words" (X-Purpose)."""
    if not said:
        return actor
    code, _, words = said.partition(":")
    return replace(actor, purpose=purpose(code.strip(), words))


def remember(session: SessionBase, matter: Matter, said: str) -> None:
    """Keep a purpose for this matter until the session ends."""
    session[PURPOSES_KEY] = {**session.get(PURPOSES_KEY, {}), str(matter.pk): said}


def for_matter(actor: Actor, session: SessionBase, matter: Matter) -> Actor:
    """The actor with the purpose given for this matter in this session, if any."""
    said = session.get(PURPOSES_KEY, {}).get(str(matter.pk), "")
    return replace(actor, purpose=said) if said else actor


def reveal(actor: Actor, matter: Matter, field_names: Iterable[str]) -> None:
    """Write that the actor reads these fields. Refusal without permission or purpose."""
    access.require(actor, PERMISSION, matter)
    if not actor.purpose and not actor.everywhere:
        raise Refusal(NEEDED, code=PURPOSE_NEEDED)
    data = {"fields": sorted(field_names), "purpose": actor.purpose}
    acts.record(actor, matter, "personal_read", data=data)


def shown(
    actor: Actor,
    session: SessionBase,
    matter: Matter,
    values: Mapping[str, tuple[str, str | None]],
) -> Shown:
    """Values for a page, given as {field: (kind, value)}; kind is name, phone, id or address.

    Clear once a purpose was given for the matter in this session, with one entry a session.
    """
    if not opened(actor, session, matter, values):
        hidden = {field: mask(kind, value) for field, (kind, value) in values.items()}
        return Shown(hidden, masked=True, may_ask=access.may(actor, PERMISSION, matter))
    clear = {field: value or "" for field, (_, value) in values.items()}
    return Shown(clear, masked=False, may_ask=False)


def opened(actor: Actor, session: SessionBase, matter: Matter, field_names: Iterable[str]) -> bool:
    """Whether a page may show these fields clear: who may read them said why in this session.

    Writes that they are read, one entry a session, however often the page is drawn.
    """
    actor = for_matter(actor, session, matter)
    if not actor.purpose or not access.may(actor, PERMISSION, matter):
        return False
    _once(actor, session, matter, field_names)
    return True


def _once(actor: Actor, session: SessionBase, matter: Matter, names: Iterable[str]) -> None:
    mark = f"{matter.pk}:{','.join(sorted(names))}:{actor.purpose}"
    if mark not in session.get(READ_KEY, []):
        reveal(actor, matter, names)
        session[READ_KEY] = [*session.get(READ_KEY, []), mark]


def mask(kind: str, value: str | None) -> str:
    """A value as somebody without a purpose sees it."""
    return MASKS[kind](value) if value else ""


def mask_name(value: str) -> str:
    """张三丰 → 张**; a name of one character is hidden whole."""
    return value[:1] + "*" * (len(value) - 1) if len(value) > 1 else "*"


def mask_phone(value: str) -> str:
    """13812345678 → 138****5678; short numbers keep their last two digits."""
    if len(value) < 8:
        return "*" * max(len(value) - 2, 0) + value[-2:] if len(value) > 4 else "*" * len(value)
    return value[:3] + "*" * (len(value) - 7) + value[-4:]


def mask_id(value: str) -> str:
    """An identity number keeps its first and its last two characters; a short one none."""
    if len(value) <= 6:
        return "*" * len(value)
    return value[:1] + "*" * (len(value) - 3) + value[-2:]


def mask_address(value: str) -> str:
    """An address keeps its first six characters: district and road, not the door."""
    return value[: min(6, len(value) // 2)] + "****"


MASKS: Mapping[str, Callable[[str], str]] = {
    "name": mask_name,
    "phone": mask_phone,
    "id": mask_id,
    "address": mask_address,
}
