"""What is to end is listed; where an agency wants it, two people decide before it does.

One proposes what is over by now, another approves or refuses; the next night ends what was
approved, except what a hold has caught meanwhile.
"""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from watchroom.base.clock import now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text

from . import acts, holds
from .access import Actor, NotFound, require_in
from .kept import Kept
from .models import Agency, ErasureReview, Matter, ReviewedClass

VIEW, PROPOSE, APPROVE, POLICY = (
    "retention.view",
    "retention.propose",
    "retention.approve",
    "retention.policy",
)


def below(agency: Agency, path: str) -> Q:
    """Records of an agency and those below it, by the class's path to the agency.

    Of a class without one: everything for the agency above all, nothing for any other.
    """
    if not path:
        return Q() if agency.parent_id is None else Q(pk__in=[])
    return Q(**{f"{path}__path__startswith": agency.path})


def reviewed(rule: str, path: str) -> Q:
    """The records of a class that end only once approved."""
    wanted = Q(pk__in=[])
    for one in ReviewedClass.objects.filter(rule=rule).select_related("agency"):
        if path or one.agency.parent_id is None:
            wanted |= below(one.agency, path) if path else ~Q(pk=None)
    return wanted


def approved(rule: str) -> list[ErasureReview]:
    """Lists of a class that were approved and are not ended yet."""
    rows = ErasureReview.objects.filter(rule=rule, state="approved").select_related("agency")
    return list(rows.order_by("id"))


def finish(review: ErasureReview, erased: int) -> None:
    """What the list covered is ended."""
    ErasureReview.objects.filter(pk=review.pk).update(state="done", erased=erased, done_at=now())


@dataclass(frozen=True)
class Standing:
    """One class as it stands for an agency: what is over, what a hold keeps, who decides."""

    kept: Kept
    due: int
    held: int
    policy: ReviewedClass | None
    above: bool
    open: ErasureReview | None
    last: ErasureReview | None

    @property
    def reviewed(self) -> bool:
        """Whether somebody must approve before anything ends."""
        return self.policy is not None or self.above


def standing(kept: Kept, agency: Agency) -> Standing:
    """How a class stands for an agency and those below it."""
    rows = kept.due(kept.over()).filter(below(agency, kept.agency))
    held = rows.filter(kept.held_back()).count()
    lists = ErasureReview.objects.filter(agency=agency, rule=kept.rule).order_by("-id")
    lists = lists.select_related("proposed_by", "decided_by")
    line = [int(part) for part in agency.path.strip(".").split(".") if part]
    policies = {p.agency_id: p for p in ReviewedClass.objects.filter(rule=kept.rule)}
    above = any(pk in policies for pk in line if pk != agency.pk)
    return Standing(
        kept,
        rows.count() - held,
        held,
        policies.get(agency.pk),
        above,
        lists.filter(state__in=["proposed", "approved"]).first(),
        lists.filter(state__in=["done", "refused"]).first(),
    )


def matters(kept: Kept, agency: Agency, seen: QuerySet[Matter], limit: int) -> list[Matter]:
    """Matters of which records of this class would end, of those in `seen`; the oldest first."""
    if not isinstance(kept.matter, str) or not kept.matter:
        return []
    rows: Any = kept.free(kept.over()).filter(below(agency, kept.agency))
    found = seen.filter(pk__in=rows.values(kept.matter))
    return list(found.select_related("agency").order_by("closed_at", "pk")[:limit])


@transaction.atomic
def require_review(actor: Actor, agency: Agency, rule: str, *, wanted: bool, reason: str) -> None:
    """Say for an agency whether a class ends only once approved."""
    require_in(actor, POLICY, agency.pk)
    words = holds.said(reason)
    rows = ReviewedClass.objects.filter(agency=agency, rule=rule)
    if wanted:
        ReviewedClass.objects.get_or_create(
            agency=agency, rule=rule, defaults={"set_by_id": holds.person(actor), "set_at": now()}
        )
    else:
        rows.delete()
    data = {"class": rule, "reviewed": wanted}
    acts.happened(actor, "retention.policy_set", agency.pk, data=data, reason=words)


@transaction.atomic
def propose(actor: Actor, kept: Kept, agency: Agency) -> ErasureReview:
    """List what is over now, for another person to approve."""
    require_in(actor, PROPOSE, agency.pk)
    staff_id, before = holds.person(actor), kept.over()
    records = kept.free(before).filter(below(agency, kept.agency)).count()
    if not records:
        raise Refusal(Text("没有到期的记录", "There are no records whose time is over"))
    try:
        with transaction.atomic():
            made = ErasureReview.objects.create(
                agency=agency,
                rule=kept.rule,
                before=before,
                records=records,
                proposed_by_id=staff_id,
                proposed_at=now(),
            )
    except IntegrityError as error:
        raise Conflict(
            Text("这一类已有待处理的清单", "There is a list of this class already")
        ) from error
    _said(actor, made, "retention.proposed")
    return made


@transaction.atomic
def decide(actor: Actor, review_id: int, *, approve: bool, answer: str) -> ErasureReview:
    """Approve or refuse a list: another person than who proposed it."""
    rows = ErasureReview.objects.select_for_update(of=("self",)).select_related("agency")
    review = rows.filter(pk=review_id).first()
    if review is None or not actor.within(VIEW, review.agency_id):
        raise NotFound
    require_in(actor, APPROVE, review.agency_id)
    if review.state != "proposed":
        raise Conflict(Text("这份清单已处理", "This list has been decided already"))
    staff_id, words = holds.person(actor), holds.said(answer)
    if review.proposed_by_id == staff_id:
        raise Refusal(
            Text("不能批准自己提出的清单", "Another person than who proposed it must decide"),
            code="forbidden",
        )
    review.state = "approved" if approve else "refused"
    review.decided_by_id, review.decided_at, review.answer = staff_id, now(), words
    review.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    _said(actor, review, f"retention.{review.state}", words)
    return review


def _said(actor: Actor, review: ErasureReview, event: str, reason: str = "") -> None:
    data = {
        "review": review.pk,
        "class": review.rule,
        "records": review.records,
        "before": review.before.isoformat(),
    }
    acts.happened(actor, event, review.agency_id, data=data, reason=reason)
