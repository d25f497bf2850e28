"""How long what tells who somebody is may stay: classes that domains declare, ended each night.

A domain says it in its module `retention`: KEPT, and in EXEMPT why another column stays. How long
is a limit like any other: policy that an agency overrides with its own file
(`docs/reference/limits.md`). What ends is names, numbers and words; what is counted stays, so
figures are the same before and after. Nothing of a matter under legal hold ends (`holds`); where an
agency wants a class reviewed first, only what somebody approved (`erasure_reviews`).
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from . import acts, documents, erasure_reviews, holds
from .access import system
from .kept import Kept
from .models import ErasureReview
from .own_kept import KEPT as OWN
from .registry import registry

EVENT = "retention.erased"
AT_ONCE = 2_000
"""Records in one transaction: a long night locks nobody out."""


def by_app() -> list[tuple[str, Kept]]:
    """What the kernel and the domains declare, each with the app whose tables it names."""
    parts = {key: domain.part("retention", "KEPT", ()) for key, domain in registry.domains.items()}
    return [(app, one) for app, part in {"kernel": OWN, **parts}.items() for one in part]


def classes() -> list[Kept]:
    """Every class, the kernel's first."""
    return [one for _, one in by_app()]


def of(rule: str) -> Kept:
    """The class that a limit belongs to. KeyError for none."""
    return {one.rule: one for one in classes()}[rule]


def erase_due() -> dict[str, int]:
    """End everything whose time is over; class → how many records. Each part is an entry."""
    done = {one.rule: sum(_parts(one)) for one in classes()}
    documents.remove_files()
    return done


def _parts(one: Kept) -> Iterator[int]:
    """Part after part: first what nobody need approve, then what was approved."""
    before, reviewed = one.over(), erasure_reviews.reviewed(one.rule, one.agency)
    while done := _part(one, one.free(before).exclude(reviewed), before):
        yield done
    for review in erasure_reviews.approved(one.rule):
        yield erase_reviewed(one, review)


def erase_reviewed(one: Kept, review: ErasureReview) -> int:
    """End what an approved list covers, and nothing younger; returns how many records."""
    before = min(one.over(), review.before)
    rows = one.free(before).filter(erasure_reviews.below(review.agency, one.agency))
    total = 0
    while done := _part(one, rows, before, review):
        total += done
    erasure_reviews.finish(review, total)
    return total


def _part(
    one: Kept, rows: QuerySet[Any], before: datetime, review: ErasureReview | None = None
) -> int:
    actor = system()
    with acts.together():
        holds.wait()  # a hold is set before a part or after it, never during it
        keys = list(rows.values_list("pk", flat=True)[:AT_ONCE])
        done = one.erase(keys) if keys else 0
        if done:
            data = {"class": one.rule, "records": done, "before": before.isoformat()}
            said = {**data, "review": review.pk} if review else data
            acts.happened(actor, EVENT, actor.agency_id, data=said)
    return done
