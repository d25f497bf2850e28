"""What the agency sets: who sends warnings, and which fraud types there are."""

from collections.abc import Sequence
from typing import Any

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts, code_lists
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.models import Agency

from ..flow import CONFIGURE
from ..models import Feed, FraudType, TypeList
from ..rules.fields import KINDS


def set_feed(
    actor: Actor, key: str, name: str, *, kind: str, agency_id: int, name_en: str = ""
) -> Feed:
    """Register a source of warnings, or say anew what it is called and whose desk it reaches."""
    access.require_in(actor, CONFIGURE, agency_id)
    if kind not in KINDS or not key or not name.strip():
        known = "、".join(KINDS)
        raise Refusal(
            Text(f"来源要有编号、名称和种类（{known}）", f"A source has key, name, kind ({known})")
        )
    if not Agency.objects.filter(pk=agency_id).exists():
        raise NotFound
    with acts.together():
        said = {"name": name.strip(), "name_en": name_en, "kind": kind, "agency_id": agency_id}
        feed, _ = Feed.objects.update_or_create(key=key, defaults=said)
        acts.happened(actor, "fraud.feed.set", agency_id, data={"key": key, "kind": kind})
    return feed


def import_types(
    actor: Actor, version: str, rows: Sequence[dict[str, Any]], *, source: str = ""
) -> TypeList:
    """Put a version of the list of fraud types in force. A version that is there is refused."""
    access.require(actor, CONFIGURE)
    types = [_type(row) for row in rows]
    with acts.together():
        made = code_lists.begin(actor, TypeList, version, source, in_force=True)
        for one in types:
            one.type_list = made
        FraudType.objects.bulk_create(types)
        data = {"version": version, "types": len(types)}
        acts.happened(actor, "fraud.types.imported", actor.agency_id, data=data)
    return made


def _type(row: dict[str, Any]) -> FraudType:
    try:
        return FraudType(
            code=str(row["code"])[:16],
            zh=row["zh"],
            en=row["en"],
            script_zh=row.get("script", {}).get("zh", ""),
            script_en=row.get("script", {}).get("en", ""),
            message_zh=row.get("message", ""),
            keywords=row.get("keywords", []),
        )
    except (KeyError, AttributeError) as error:
        raise Refusal(
            Text(f"类型要有 code、zh、en：{row}", f"A type has code, zh and en: {row}")
        ) from error
