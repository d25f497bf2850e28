"""Who is at a post: check in, check out, hand over, change who stands there."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from watchroom.base.clock import local, now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter, Staff

from .. import queries, rules
from ..flow import POSTING, RESPOND
from ..models import Posting, Presence
from ..rules import Arrival
from .postings import POSTED

EARLY = timedelta(hours=1)
"""How long before the shift somebody may check in."""
LEAVE_EARLY = timedelta(minutes=10)
"""Who leaves longer than this before the end says why."""


@dataclass
class _Held:
    """A posting that nobody else changes until the act is over."""

    matter: Matter
    row: Posting
    at: datetime


@contextmanager
def _held(actor: Actor, posting_id: int, at: datetime | None) -> Iterator[_Held]:
    access.find(actor, pk=posting_id, kind=POSTING.kind)
    try:
        with acts.together():
            matter = acts.lock([posting_id])[posting_id]
            row = Posting.objects.select_related("post").get(pk=posting_id)
            yield _Held(matter, row, at or now())
    except IntegrityError as error:
        raise Conflict(
            Text("刚刚有人登记了同一人，请看过再操作", "Somebody has just entered this: look again")
        ) from error


def check_in(
    actor: Actor,
    posting_id: int,
    *,
    staff_id: int | None = None,
    arrival: Arrival | None = None,
    secret: str = "",
    version: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Somebody is at the post: shown by a position, by the code on the wall, or by who leads there.

    `staff_id` is for who leads; a person checks in themselves.
    """
    with _held(actor, posting_id, occurred_at) as held:
        if known := acts.seen(act_id):
            return known
        person = _person(actor, held.matter, staff_id)
        how, metres = _shown(actor, held, arrival, secret)
        _in_time(held)
        presence = _expected(actor, held, person)

        def change(_matter: Matter) -> dict[str, Any]:
            presence.in_at, presence.in_how, presence.in_metres = held.at, how, metres
            presence.save()
            late = max(0, round((held.at - held.row.starts_at).total_seconds()))
            return {"staff_id": person, "how": how, "late_s": late}

        acts.take(
            actor,
            posting_id,
            "check_in",
            version=version,
            occurred_at=held.at,
            change=change,
            act_id=act_id,
        )
        acts.involve(held.matter, [person], POSTED)
        return _follow(actor, held)


def _person(actor: Actor, matter: Matter, staff_id: int | None) -> int:
    """Who is meant. Another than oneself only by who leads there."""
    if staff_id is None and actor.staff_id is not None:
        return actor.staff_id
    if staff_id is None:
        raise Refusal(Text("请指明是谁", "Say who it is"))
    if staff_id != actor.staff_id:
        access.require_in(actor, RESPOND, matter.agency_id)
    return staff_id


def _shown(
    actor: Actor, held: _Held, arrival: Arrival | None, secret: str
) -> tuple[str, float | None]:
    """(how it was shown, metres from the post)"""
    post = held.row.post
    if secret:
        if secret != post.secret:
            raise Refusal(
                Text(
                    "这不是该岗位现在的二维码。请扫岗位上新贴的码，或请值班领导代签",
                    "This is not the post's present QR code: scan the new one, "
                    "or ask your duty leader",
                )
            )
        return "qr", None
    if arrival is not None:
        metres, why_not = rules.why_not_here(
            arrival, post.lon, post.lat, post.radius_m, post.outline
        )
        if why_not is not None:
            raise Refusal(why_not, code="not-there")
        return "position", round(metres, 1)
    if not (actor.everywhere or actor.within(RESPOND, held.matter.agency_id)):
        raise Refusal(
            Text(
                "没有得到定位。请允许定位，或扫岗位二维码，或请值班领导代签",
                "There is no position. Allow it, scan the post's QR code, or ask your duty leader",
            ),
            code="not-there",
        )
    return "desk", None


def _in_time(held: _Held) -> None:
    begins, ends = held.row.starts_at, held.row.ends_at
    if held.at < begins - EARLY:
        raise Refusal(
            Text(
                f"太早了：{local(begins - EARLY):%H:%M} 起可以上岗",
                f"Too early: check in from {local(begins - EARLY):%H:%M}",
            )
        )
    if held.at >= ends:
        raise Refusal(
            Text(f"班次已于 {local(ends):%H:%M} 结束", f"The shift was over at {local(ends):%H:%M}")
        )


def _expected(actor: Actor, held: _Held, person: int) -> Presence:
    """The person's row at this posting; who leads may bring in somebody who was not planned."""
    elsewhere = queries.on_post_now(person)
    if elsewhere is not None and elsewhere.posting_id == held.row.pk:
        raise Conflict(Text("已经在岗", "Already on post"))
    if elsewhere is not None:
        where = elsewhere.posting.post
        raise Refusal(
            Text(
                f"还在 {where.name} 岗上，请先在那里下岗",
                f"Still on post at {where.label('en')}: check out there first",
            )
        )
    row = Presence.objects.filter(posting=held.row, staff_id=person, out_at=None).first()
    if row is not None:
        return row
    was_here = Presence.objects.filter(posting=held.row, staff_id=person).exists()
    if not was_here and not (actor.everywhere or actor.within(RESPOND, held.matter.agency_id)):
        raise Refusal(
            Text(
                "您不在本班次名单里，请值班领导调整人员",
                "You are not on this posting: ask your duty leader to change who stands there",
            )
        )
    return Presence(posting=held.row, staff_id=person, planned=False)


def _follow(actor: Actor, held: _Held) -> Matter:
    """The posting stands as its people say."""
    matter, row = held.matter, held.row
    present = Presence.objects.filter(posting=row, in_at__isnull=False, out_at=None).count()
    over = matter.state == "leaving" or held.at >= row.ends_at
    step = rules.follow(matter.state, present, row.strength, over=over)
    if step is None:
        return matter
    able = access.on_account_of(actor, RESPOND)
    matter = acts.take(able, matter.pk, step, occurred_at=held.at, data={"present": present})
    if matter.standing.final:
        acts.release(matter, POSTED)
    return matter


def check_out(
    actor: Actor,
    posting_id: int,
    *,
    staff_id: int | None = None,
    reason: str = "",
    version: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Somebody leaves the post; the last one out after the shift stands it down."""
    with _held(actor, posting_id, occurred_at) as held:
        if known := acts.seen(act_id):
            return known
        person = _person(actor, held.matter, staff_id)
        row = Presence.objects.filter(
            posting=held.row, staff_id=person, in_at__isnull=False, out_at=None
        ).first()
        if row is None:
            raise Refusal(Text("不在岗上", "Not on post"))
        _may_leave(held, reason)

        def change(_matter: Matter) -> dict[str, Any]:
            row.out_at = max(held.at, row.in_at or held.at)
            row.save(update_fields=["out_at"])
            return {"staff_id": person}

        acts.take(
            actor,
            posting_id,
            "check_out",
            version=version,
            reason=reason,
            occurred_at=held.at,
            change=change,
            act_id=act_id,
        )
        return _follow(actor, held)


def _may_leave(held: _Held, reason: str) -> None:
    if held.at < held.row.starts_at:
        raise Refusal(
            Text("班次还没有开始", "The shift has not begun yet"),
        )
    if held.at < held.row.ends_at - LEAVE_EARLY and not reason.strip():
        raise Refusal(
            Text(
                f"班次 {local(held.row.ends_at):%H:%M} 才结束，提前离岗请写理由",
                f"The shift ends at {local(held.row.ends_at):%H:%M}: say why you leave before that",
            )
        )


def hand_over(
    actor: Actor,
    posting_id: int,
    *,
    words: str = "",
    version: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """The next shift is there and knows what it must know; everybody of this one leaves."""
    with _held(actor, posting_id, occurred_at) as held:
        if known := acts.seen(act_id):
            return known
        successor = queries.successor(held.row)
        if successor is None:
            raise Refusal(
                Text(
                    "下一班还没有人到岗，不能交接；没有下一班时请下岗",
                    "Nobody of the next shift is there yet. Where there is none, check out",
                )
            )

        def change(_matter: Matter) -> dict[str, Any]:
            present = Presence.objects.filter(posting=held.row, in_at__isnull=False, out_at=None)
            left = present.update(out_at=held.at)
            Posting.objects.filter(pk=held.row.pk).update(handover=words.strip())
            return {"left": left, "to": successor.matter.number, "told": bool(words.strip())}

        matter = acts.take(
            actor,
            posting_id,
            "hand_over",
            version=version,
            occurred_at=held.at,
            change=change,
            act_id=act_id,
        )
        acts.record(
            actor,
            successor.matter,
            "took_over",
            data={"from": matter.number},
            occurred_at=held.at,
        )
        acts.release(matter, POSTED)
        return matter


def roster(
    actor: Actor,
    posting_id: int,
    staff_ids: Sequence[int],
    *,
    version: int | None = None,
    reason: str = "",
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """These people are expected; who is there stays there until they check out."""
    with _held(actor, posting_id, occurred_at) as held:
        if known := acts.seen(act_id):
            return known
        wanted = _known_people(actor, staff_ids)

        def change(matter: Matter) -> dict[str, Any]:
            rows = Presence.objects.filter(posting=held.row, out_at=None)
            there = set(rows.values_list("staff_id", flat=True))
            gone = rows.filter(in_at=None).exclude(staff_id__in=wanted)
            dropped = list(gone.values_list("staff_id", flat=True))
            gone.delete()
            new = sorted(wanted - there)
            Presence.objects.bulk_create([Presence(posting=held.row, staff_id=s) for s in new])
            matter.involvements.filter(role=POSTED, staff_id__in=dropped).update(until=now())
            acts.involve(matter, new, POSTED)
            return {"staff": sorted(wanted), "new": new, "dropped": sorted(dropped)}

        return acts.take(
            actor,
            posting_id,
            "roster",
            version=version,
            data={"staff": sorted(wanted)},
            reason=reason,
            occurred_at=held.at,
            change=change,
            act_id=act_id,
        )


def _known_people(actor: Actor, ids: Iterable[int]) -> set[int]:
    wanted = {int(pk) for pk in ids}
    known: set[int] = set(
        Staff.objects.filter(pk__in=wanted & queries.people_ids(actor)).values_list("pk", flat=True)
    )
    if known != wanted:
        raise Refusal(
            Text("有人不在您可安排的范围内", "Somebody is not among the people you can plan for")
        )
    return known


def cancel(actor: Actor, posting_id: int, *, reason: str, **told: Any) -> Matter:
    """This posting will not be."""
    access.find(actor, pk=posting_id, kind=POSTING.kind)
    with acts.together():
        matter = acts.take(actor, posting_id, "cancel", reason=reason, **told)
        acts.release(matter, POSTED)
    return matter
