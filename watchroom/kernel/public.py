"""Public forms: whoever has the address or its QR code may ask, without signing in.

A domain says in `forms.PUBLIC` which forms there are (name → `PublicForm`), takes what was sent in
`actions.from_public(name, said, beat, act_id)`, and may say in `flow.PUBLIC_WORDS` what the asker
is told of each state. Who asks gets a number once; with it they see how it stands, and no more.

Where the asker has a word to say, the domain names the steps by state in `flow.PUBLIC_STEPS`, takes
them in `actions.from_asker(matter, step, reason, act_id)`, and says what the asker is answered in
`queries.told_the_asker(matter)`.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text, join

from . import attempts
from .access import NotFound
from .fields import Choices, Field
from .flow import Step
from .models import Agency, Beat, Matter, Receipt
from .registry import registry

PER_ADDRESS = 30
"""Forms from one network address in a quarter of an hour: a village may share one."""
LETTERS = 12
UNKNOWN = Text(
    "没有这个编号：请检查是否抄错（字母不分大小写）",
    "There is no such number: check it for slips (capitals do not matter)",
)


@dataclass(frozen=True)
class PublicForm:
    """One form. `choices`: for fields whose choices are asked for when it is shown."""

    title: Text
    intro: Text
    fields: Sequence[Field]
    choices: Mapping[str, Callable[[], Choices]] = field(default_factory=dict)

    def is_open(self) -> bool:
        """Whether everything it lets people choose from is there yet."""
        return all(ask() for ask in self.choices.values())

    def options(self) -> dict[str, list[tuple[str, Text | str]]]:
        """The choices of each field that has any."""
        asked = {name: list(ask()) for name, ask in self.choices.items()}
        given = {f.name: list(f.choices) for f in self.fields if not callable(f.choices)}
        return {name: rows for name, rows in {**given, **asked}.items() if rows}


@dataclass(frozen=True)
class Standing:
    """What whoever holds the number is told."""

    title: Text
    words: Text
    agency: Agency
    received_at: datetime
    over: bool
    answer: str = ""
    steps: tuple[Step, ...] = ()


def forms() -> dict[tuple[str, str], PublicForm]:
    """Every public form that is open, by the key of its domain and its name."""
    return {
        (domain.key, name): form
        for domain in registry.domains.values()
        for name, form in domain.part("forms", "PUBLIC", {}).items()
        if form.is_open()
    }


def form(key: str, name: str) -> PublicForm:
    """One form; NotFound where there is none."""
    found = forms().get((key, name))
    if found is None:
        raise NotFound
    return found


def read(asked: PublicForm, sent: Callable[[str], Sequence[str]]) -> dict[str, Any]:
    """What was sent, as plain data; Refusal names what is missing or not among the choices."""
    said = {f.name: f.read(sent(f.name)) for f in asked.fields}
    missing = [f.title for f in asked.fields if not f.optional and not said[f.name]]
    if missing:
        raise Refusal(Text("还缺：{m}", "Still missing: {m}").format(m=join(missing)))
    for name, rows in asked.options().items():
        if said.get(name) and said[name] not in {key for key, _ in rows}:
            raise Refusal(Text("请从列表中选择", "Choose from the list"))
    return said


def ask(
    key: str, name: str, said: Mapping[str, Any], *, address: str, beat: Beat | None, act_id: UUID
) -> str:
    """Hand a form to its domain; returns the number to follow it by. The same act sent twice gives
    the same number."""
    attempts.refuse_flood("public-form", address, PER_ADDRESS)
    attempts.failed("public-form", address)
    form(key, name)
    number = _number(act_id)
    with transaction.atomic():
        take = registry.domains[key].part("actions", "from_public")
        matter: Matter = take(name, said, beat=beat, act_id=act_id)
        Receipt.objects.get_or_create(
            matter=matter, defaults={"digest": _digest(number), "made_at": now()}
        )
    return number


def _number(act_id: UUID) -> str:
    """Twelve letters and digits (60 bits) nobody can guess, in three groups."""
    body = salted_hmac("watchroom.receipt", str(act_id), algorithm="sha256").digest()
    letters = base64.b32encode(body).decode()[:LETTERS]
    return "-".join(letters[i : i + 4] for i in range(0, LETTERS, 4))


def _digest(number: str) -> str:
    plain = "".join(c for c in number.upper() if c.isalnum())
    return hashlib.sha256(plain.translate(str.maketrans("018", "OIB")).encode()).hexdigest()


def follow(number: str, *, address: str) -> Standing:
    """How a matter stands, by its number; too many wrong numbers close the address for a while."""
    matter, received_at = _found(number, address)
    state, domain = matter.standing, registry.domain_of(matter.kind)
    told: Mapping[str, Text] = domain.part("flow", "PUBLIC_WORDS", {})
    answer: Callable[[Matter], str] = domain.part("queries", "told_the_asker", lambda _matter: "")
    return Standing(
        title=matter.flow.title,
        words=told.get(matter.state, state.title),
        agency=matter.agency,
        received_at=received_at,
        over=state.final,
        answer=answer(matter),
        steps=_steps(matter),
    )


def _steps(matter: Matter) -> tuple[Step, ...]:
    """What the asker may do now."""
    declared = registry.domain_of(matter.kind).part("flow", "PUBLIC_STEPS", {})
    return tuple(matter.flow.by_name[name] for name in declared.get(matter.state, ()))


def reply(number: str, step: str, reason: str, *, address: str, act_id: UUID) -> None:
    """The asker takes a step by the number: confirms the answer, or says why it solves nothing."""
    matter, _ = _found(number, address)
    if step not in {known.name for known in _steps(matter)}:
        raise Refusal(
            Text("现在不能这样办理，请刷新后再看", "This cannot be done now: look again"),
        )
    registry.domain_of(matter.kind).part("actions", "from_asker")(
        matter, step, reason=reason.strip()[:2000], act_id=act_id
    )


def _found(number: str, address: str) -> tuple[Matter, datetime]:
    attempts.refuse_flood("public-number", address)
    rows = Receipt.objects.select_related("matter__agency")
    found = rows.filter(digest=_digest(number)).first()
    if found is None:
        attempts.failed("public-number", address)
        raise Refusal(UNKNOWN)
    return found.matter, found.made_at
