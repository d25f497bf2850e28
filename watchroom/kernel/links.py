"""Two matters that belong together, said by hand: seen from both sides, taken back with a reason.

Links that follow from a step (a duplicate that ended) are made by the domain and end with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text

from . import access, acts, search
from .access import Actor, NotFound
from .models import Link, Matter

PERMISSION = "matter.link"
RELATED = Text("相关", "related")
SEEN_FROM: Mapping[str, tuple[Text, Text]] = {
    "related": (RELATED, RELATED),
    "place": (Text("同一地点", "same place"), Text("同一地点", "same place")),
    "follow-on": (Text("接续", "follows on"), Text("后续", "followed by")),
    "cause": (Text("引起", "led to"), Text("起因", "caused by")),
    "duplicate": (Text("重复于", "duplicate of"), Text("另有重复", "has a duplicate")),
}
"""Kind → what the target is called on the source's page, and the source on the target's."""
BACKWARD = "~"


def _relations() -> dict[str, Text]:
    found: dict[str, Text] = {}
    for kind, (ahead, back) in SEEN_FROM.items():
        found[kind] = ahead
        if back != ahead:
            found[BACKWARD + kind] = back
    return found


RELATIONS: Mapping[str, Text] = _relations()
"""What somebody may say of another matter, standing at one: "cause", or "~cause" backward."""


@dataclass(frozen=True)
class Linked:
    """A link as seen from one of its matters."""

    link: Link
    other: Matter
    title: Text


def of(actor: Actor, matter: Matter, limit: int) -> list[Linked]:
    """The matters linked with this one that the actor may see, the newest link first."""
    links = list(Link.objects.filter(Q(source=matter) | Q(target=matter)).order_by("-id")[:limit])
    ids = {_other(link, matter) for link in links}
    if not ids:
        return []
    rows = access.visible(actor).filter(pk__in=ids).select_related("agency")
    seen = {row.pk: row for row in rows}
    return [
        Linked(link, seen[other], _title(link, matter))
        for link in links
        if (other := _other(link, matter)) in seen
    ]


def _other(link: Link, matter: Matter) -> int:
    return link.target_id if link.source_id == matter.pk else link.source_id


def _title(link: Link, matter: Matter) -> Text:
    ahead, back = SEEN_FROM.get(link.kind, (RELATED, RELATED))
    return ahead if link.source_id == matter.pk else back


def add(
    actor: Actor,
    matter_id: int,
    number: str,
    relation: str,
    *,
    reason: str = "",
    act_id: UUID | None = None,
) -> Link:
    """Link a matter with another, named by its number or its last digits. An entry on both."""
    matter, other = access.find(actor, pk=matter_id), search.by_number(actor, number)
    if other is None:
        raise Refusal(
            Text("没有您能查看的事项 {n}", "There is no matter {n} that you may see").format(
                n=number.strip() or "?"
            )
        )
    kind = relation.removeprefix(BACKWARD)
    if relation not in RELATIONS:
        raise Refusal(Text("请选择关系", "Choose how they belong together"))
    if other.pk == matter.pk:
        raise Refusal(Text("不能与自身关联", "A matter is not linked with itself"))
    source, target = (other, matter) if relation.startswith(BACKWARD) else (matter, other)
    with acts.together():
        _hold(actor, source, target)
        if acts.repeated(act_id, "linked"):
            return Link.objects.get(source=source, target=target, kind=kind)
        _once(source, target, kind)
        acts.link(actor, source, target, kind, by_hand=True, reason=reason.strip(), act_id=act_id)
    return Link.objects.get(source=source, target=target, kind=kind)


def _hold(actor: Actor, source: Matter, target: Matter) -> None:
    """Both locked, and the permission asked on both."""
    acts.lock([source.pk, target.pk])
    for one in (source, target):
        access.require(actor, PERMISSION, one)


def _once(source: Matter, target: Matter, kind: str) -> None:
    wanted = Q(source=source, target=target)
    if len(set(SEEN_FROM[kind])) == 1:  # the same from both sides
        wanted |= Q(source=target, target=source)
    if Link.objects.filter(wanted, kind=kind).exists():
        raise Conflict(
            Text("{a} 与 {b} 已经这样关联", "{a} and {b} are linked like this already").format(
                a=source.number, b=target.number
            )
        )


def end(actor: Actor, link_id: int, *, reason: str) -> None:
    """Take a link back that was made by hand. The reason stands on both matters."""
    link = Link.objects.filter(pk=link_id).first()
    if link is None:
        raise NotFound
    source, target = (access.find(actor, pk=pk) for pk in (link.source_id, link.target_id))
    if not link.by_hand:
        raise Refusal(
            Text(
                "这个关联由办理环节产生，不能手工解除",
                "This link follows from a step and cannot be taken back by hand",
            )
        )
    if not reason.strip():
        raise Refusal(Text("请写明解除的理由", "Say why they no longer belong together"))
    with acts.together():
        _hold(actor, source, target)
        acts.unlink(actor, link, reason.strip())
