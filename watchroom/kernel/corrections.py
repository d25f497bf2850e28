"""Putting right what was entered wrongly: a matter's own fields, with what stood there kept.

A domain says in `forms.AMENDABLE` which columns of the matter may be corrected, by whom, and in
which states. Both values stand in the trail for good: no field with personal data belongs here.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from . import access, acts
from .access import Actor
from .fields import Amendable, Field
from .models import Matter
from .registry import registry

UNCHANGED = Text("没有改动", "Nothing was changed")


def declared(matter: Matter) -> Sequence[Amendable]:
    """What may be corrected of a matter as it stands now."""
    domain = registry.domain_of(matter.kind)
    every: Mapping[str, Sequence[Amendable]] = domain.part("forms", "AMENDABLE", {})
    return [
        one for one in every.get(matter.kind, ()) if not one.states or matter.state in one.states
    ]


def open_to(actor: Actor, matter: Matter) -> list[Field]:
    """The fields this actor may correct now."""
    found = declared(matter)
    allowed = access.allowed(actor, matter, {one.permission for one in found}) if found else ()
    return [one.field for one in found if one.permission in allowed]


def correct(
    actor: Actor,
    matter_id: int,
    values: Mapping[str, Any],
    *,
    reason: str,
    version: int | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Give these fields new values. Those that are the same already are left as they are."""
    matter = access.find(actor, pk=matter_id)
    known = {one.field.name: one for one in declared(matter)}
    if unknown := sorted(set(values) - set(known)):
        raise Refusal(
            Text("不能更正：{n}", "Cannot be corrected: {n}").format(n=", ".join(unknown))
        )
    if not reason.strip():
        raise Refusal(Text("请写明更正的理由", "Say why it is put right"))
    for name in values:
        access.require(actor, known[name].permission, matter)
    if not values:
        raise Refusal(UNCHANGED)
    permission = known[next(iter(values))].permission

    def change(row: Matter) -> dict[str, Any]:
        return {"changes": _changed(row, values, {n: one.field for n, one in known.items()})}

    told: dict[str, Any] = {"reason": reason.strip(), "version": version, "act_id": act_id}
    return acts.amend(actor, matter.pk, permission, "corrected", change=change, **told)


def _changed(
    row: Matter, values: Mapping[str, Any], fields: Mapping[str, Field]
) -> dict[str, dict[str, Any]]:
    changes = {
        name: {"was": getattr(row, name), "now": new}
        for name, value in values.items()
        if (new := _fitting(fields[name], value)) != getattr(row, name)
    }
    if not changes:
        raise Refusal(UNCHANGED)
    for name, both in changes.items():
        setattr(row, name, both["now"])
    return changes


def _fitting(field: Field, value: Any) -> Any:
    longest = getattr(Matter._meta.get_field(field.name), "max_length", None)
    if value in (None, "") and not field.optional:
        raise Refusal(Text("“{t}”不能为空", "“{t}” cannot be empty").format(t=field.title))
    if longest and len(str(value or "")) > longest:
        raise Refusal(
            Text("“{t}”不超过 {n} 字", "“{t}” has at most {n} characters").format(
                t=field.title, n=longest
            )
        )
    return "" if value is None else value
