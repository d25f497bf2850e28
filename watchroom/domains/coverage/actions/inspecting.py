"""Somebody comes to look: in order, or a finding that is put right and verified."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from .. import queries
from ..flow import INSPECT, INSPECTION
from ..models import FINDINGS, Inspection
from ..rules.words import FINDINGS as FINDING_WORDS

NOT_TOLD = {"words": ""}
"""What somebody wrote stays with the inspection; the trail, which keeps for ever, does not say."""


def inspect(
    actor: Actor,
    post_id: int,
    *,
    finding: str = "",
    words: str = "",
    seen: int | None = None,
    under_way: bool = False,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Look at a post now. Without a finding it is in order; `seen`: how many people were there.

    `under_way`: the inspector has come and says later what they found.
    """
    post = queries.find_post(actor, post_id, INSPECT)
    posting = queries.running_at(post.pk, occurred_at)
    _known(finding, words)

    def change(matter: Matter) -> Mapping[str, Any]:
        Inspection.objects.create(
            matter=matter, post=post, posting=posting, inspector_id=actor.staff_id, seen=seen
        )
        return {"post": post.code, "seen": seen}

    with acts.together():
        if known := acts.seen(act_id):
            return known
        matter = acts.open_matter(
            actor,
            INSPECTION.kind,
            title=f"查勤 {post.name}",
            agency_id=post.agency_id,
            occurred_at=occurred_at,
            change=change,
            act_id=act_id,
            parent_id=posting.pk if posting else None,
            owner_id=actor.staff_id,
            place=post.name,
            lon=post.lon,
            lat=post.lat,
        )
        if under_way:
            return matter
        if finding:
            return find(actor, matter.pk, finding=finding, words=words, occurred_at=occurred_at)
        return acts.take(actor, matter.pk, "pass", occurred_at=occurred_at)


def _known(finding: str, words: str) -> None:
    if finding and finding not in FINDINGS:
        raise Refusal(Text(f"没有问题类型“{finding}”", f"There is no kind of finding “{finding}”"))
    if finding and not words.strip():
        raise Refusal(Text("请写明发现了什么", "Say what was found"))


def in_order(actor: Actor, inspection_id: int, **told: Any) -> Matter:
    """Nothing is wrong."""
    access.find(actor, pk=inspection_id, kind=INSPECTION.kind)
    return acts.take(actor, inspection_id, "pass", **told)


def find(actor: Actor, inspection_id: int, *, finding: str, words: str, **told: Any) -> Matter:
    """Something is wrong, and must be put right in time. The trail says what kind of thing."""
    access.find(actor, pk=inspection_id, kind=INSPECTION.kind)
    _known(finding, words)

    def change(matter: Matter) -> Mapping[str, Any]:
        Inspection.objects.filter(pk=matter.pk).update(finding=finding, words=words.strip())
        matter.title = f"{matter.title}：{FINDING_WORDS[finding].zh}"
        return NOT_TOLD

    data = {"finding": finding, "words": words.strip()}
    return acts.take(actor, inspection_id, "find", data=data, change=change, **told)


def put_right(actor: Actor, inspection_id: int, *, words: str, **told: Any) -> Matter:
    """The post says what it has done about it."""
    access.find(actor, pk=inspection_id, kind=INSPECTION.kind)

    def change(matter: Matter) -> Mapping[str, Any]:
        Inspection.objects.filter(pk=matter.pk).update(remedy=words.strip())
        return NOT_TOLD

    data = {"words": words.strip()}
    return acts.take(actor, inspection_id, "put_right", data=data, change=change, **told)


def verify(actor: Actor, inspection_id: int, **told: Any) -> Matter:
    """Another person has seen that it was put right."""
    access.find(actor, pk=inspection_id, kind=INSPECTION.kind)
    return acts.take(actor, inspection_id, "verify", **told)


def not_right(actor: Actor, inspection_id: int, *, reason: str, **told: Any) -> Matter:
    """It was not put right; the clock runs anew."""
    access.find(actor, pk=inspection_id, kind=INSPECTION.kind)
    return acts.take(actor, inspection_id, "not_right", reason=reason, **told)


def set_aside(actor: Actor, inspection_id: int, *, reason: str, **told: Any) -> Matter:
    """The finding does not stand, says another person than who found it, and why."""
    access.find(actor, pk=inspection_id, kind=INSPECTION.kind)
    return acts.take(actor, inspection_id, "set_aside", reason=reason, **told)
