"""What the tables of the kernel keep of people, how it ends, and why the rest stays."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet

from watchroom.base.clock import now

from .kept import CODE, PLACE, RULE, STAFF, TRAIL, WITH_SESSION, Kept
from .models import Document, Matter, SubjectRequest

GONE = "—"
"""The title of a matter whose words have ended."""
VOICE = Q(media_type__startswith="audio/") | Q(media_type__startswith="video/")
PHOTO = Q(media_type__startswith="image/")
FILES: dict[str, Q] = {
    "matter.keep.voice": VOICE,
    "matter.keep.photo": PHOTO,
    "matter.keep.document": ~(VOICE | PHOTO),
}


def files(wanted: Q, before: datetime) -> QuerySet[Document]:
    """Documents with personal data, of matters that ended before."""
    rows = Document.objects.filter(matter__closed_at__lt=before, personal=True, erased_at=None)
    return rows.filter(wanted)


def erase_files(keys: Sequence[Any]) -> int:
    """Their names now, their content as soon as no other matter keeps the same."""
    return Document.objects.filter(pk__in=keys).update(name="", erased_at=now())


def words(before: datetime) -> QuerySet[Matter]:
    """Matters that ended before and still say in words what they were about."""
    return Matter.objects.filter(closed_at__lt=before).exclude(title=GONE, place="", words="")


def erase_words(keys: Sequence[Any]) -> int:
    """What they were about; kind, time, agency, beat and position stay, for they are counted."""
    return Matter.objects.filter(pk__in=keys).update(title=GONE, place="", words="")


def sought(before: datetime) -> QuerySet[SubjectRequest]:
    """What was searched by, of requests asked before."""
    return SubjectRequest.objects.filter(asked_at__lt=before).exclude(sought="")


def erase_sought(keys: Sequence[Any]) -> int:
    """Requests that nobody decided end with it."""
    rows = SubjectRequest.objects.filter(pk__in=keys)
    rows.filter(state__in=["asked", "approved"]).update(state="over")
    return rows.update(sought="", ending="")


def _files(rule: str, wanted: Q) -> Kept:
    due: Callable[[datetime], QuerySet[Any]] = partial(files, wanted)
    return Kept(rule, due, erase_files, {"Document.name": "words"})


KEPT = (
    *(_files(rule, wanted) for rule, wanted in FILES.items()),
    Kept(
        "matter.keep.words",
        words,
        erase_words,
        {"Matter.title": "words", "Matter.place": "address", "Matter.words": "words"},
        matter="pk",
        agency="agency",
    ),
    Kept(
        "matter.keep.subject",
        sought,
        erase_sought,
        {"SubjectRequest.sought": "key"},
        matter="",
        agency="agency",
    ),
)

EXEMPT = {
    **dict.fromkeys(
        (
            "Agency.code", "Agency.name", "Agency.name_en", "Agency.kind", "Agency.path",
            "Beat.code", "Beat.name", "Beat.outline", "Place.name", "Place.aliases",
            "Place.initials", "Place.kind", "Counterpart.key", "Counterpart.name",
            "Counterpart.name_en", "Counterpart.address", "Closure.title", "Closure.line",
            "Unit.code", "Unit.name", "Unit.kind", "Device.name",
        ),
        PLACE,
    ),
    **dict.fromkeys(
        (
            "Deadline.clock", "Deadline.rule", "Extension.rung", "DemandCell.kind",
            "DemandCell.by_hour", "Document.media_type", "Document.sha256", "Handset.digest",
            "Matter.number", "Matter.kind", "Matter.state", "Involvement.role", "Link.kind",
            "Receipt.digest", "RecoveryCode.digest", "Attempts.key", "ApiToken.digest",
            "Device.digest", "Chain.head", "ReviewedClass.rule", "ErasureReview.rule",
            "SubjectRequest.withheld", "FormerPlace.path", "IssuedFigure.indicator",
            "IssuedFigure.definition", "IssuedFigure.version", "IssuedFigure.agencies",
            "IssuedFigure.said", "IssuedFigure.snapshot", "KeptIndicator.key",
            "KeptIndicator.version",
        ),
        CODE,
    ),
    **dict.fromkeys(
        (
            "Deadline.events", "Extension.reason", "Extension.answer", "Staff.password",
            "Staff.username", "Staff.name", "Staff.badge", "Staff.skills", "Staff.totp_secret",
            "Staff.oidc_subject", "Hold.reason", "Hold.lifted_because", "Seal.reason",
            "Seal.lifted_because", "ErasureReview.answer", "SubjectRequest.basis",
            "SubjectRequest.answer", "LookReview.words",
        ),
        STAFF,
    ),
    **dict.fromkeys(
        (
            "Role.key", "Role.title", "Role.title_en", "Role.permissions", "ApiToken.name",
            "ApiToken.scopes", "Unit.skills", "Webhook.name", "Webhook.url", "Webhook.events",
            "Webhook.secret", "WebhookDelivery.event", "WebhookDelivery.error", "Seal.roles",
        ),
        RULE,
    ),
    **dict.fromkeys(
        (
            "Entry.event", "Entry.from_state", "Entry.to_state", "Entry.actor_name",
            "Entry.reason", "Entry.data", "Entry.hash",
        ),
        TRAIL,
    ),
    **dict.fromkeys(
        ("Handset.agent", "Session.session_key", "Session.session_data", "Session.address",
         "Session.agent"),
        WITH_SESSION,
    ),
}  # fmt: skip
"""Columns that could hold a name, a number or words, and why they stay."""
