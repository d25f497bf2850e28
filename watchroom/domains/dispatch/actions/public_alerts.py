"""Public alerts of ours: drafted, approved by another person, issued, replaced, called off."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from shapely import MultiPolygon, Polygon

from watchroom.base.clock import now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor, on_account_of
from watchroom.kernel.models import Entry, Matter
from watchroom.law import limits

from .. import rules
from ..exchange import cap
from ..flow import ALERT, DRAFT
from ..models import AlertMessage, PublicAlert
from ..rules import AlertWords, Said

WORDS = ("event", "headline", "description", "instruction", "area")
PLAIN = ("urgency", "severity", "certainty", "status", "valid")
AUTHORS = ("dispatch.alert.draft", "dispatch.alert.revise")


def draft_alert(
    actor: Actor,
    words: AlertWords,
    *,
    replaces: int | None = None,
    agency_id: int | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Write an alert down for approval. `replaces`: the alert in force that it updates."""
    rules.check_alert(words)
    earlier = _in_force(actor, replaces) if replaces is not None else None
    agency = earlier.agency_id if earlier else agency_id or actor.agency_id

    def change(matter: Matter) -> dict[str, Any]:
        PublicAlert.objects.create(
            matter=matter, replaces_id=earlier.pk if earlier else None, **_columns(words)
        )
        return {"replaces": earlier.number} if earlier else {}

    with acts.together():
        matter = acts.open_matter(
            actor,
            ALERT.kind,
            agency_id=agency,
            change=change,
            act_id=act_id,
            **_of_matter(words),
        )
        if earlier:
            acts.link(actor, matter, earlier, "follow-on")
    return matter


def _in_force(actor: Actor, alert_id: int) -> Matter:
    matter = access.find(actor, pk=alert_id, kind=ALERT.kind)
    if matter.state != "issued":
        raise Conflict(
            Text(
                f"{matter.number} 已不在生效中，请另发新预警",
                f"{matter.number} is no longer in force: draft a new alert",
            )
        )
    return matter


def revise_alert(
    actor: Actor,
    alert_id: int,
    words: AlertWords,
    *,
    version: int | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Change a draft; what was approved is changed only after it was sent back."""
    access.find(actor, pk=alert_id, kind=ALERT.kind)
    rules.check_alert(words)

    def change(matter: Matter) -> dict[str, Any]:
        PublicAlert.objects.filter(pk=matter.pk).update(**_columns(words))
        for name, value in _of_matter(words).items():
            setattr(matter, name, value)
        return {}

    return acts.take(actor, alert_id, "revise", version=version, change=change, act_id=act_id)


def _columns(words: AlertWords) -> dict[str, Any]:
    said = {name: getattr(words, name)._asdict() for name in WORDS}
    plain = {name: getattr(words, name) for name in PLAIN}
    lists = {"category": list(words.category), "response": list(words.response)}
    return {**said, **plain, **lists, "rings": words.rings}


def _of_matter(words: AlertWords) -> dict[str, Any]:
    inside = MultiPolygon([Polygon(ring) for ring in words.rings]).representative_point()
    return {
        "title": words.headline.zh[:200],
        "place": words.area.zh[:240],
        "lon": float(inside.x),
        "lat": float(inside.y),
        "words": "\n".join((*words.headline, *words.description)),
    }


def approve_alert(
    actor: Actor,
    alert_id: int,
    *,
    version: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Say that it may go out. Whoever wrote any of it cannot, nor can a machine."""
    _not_back_dated(occurred_at)
    access.find(actor, pk=alert_id, kind=ALERT.kind)

    def another_person(matter: Matter) -> None:
        wrote = Entry.objects.filter(matter=matter, event__in=AUTHORS, actor_id=actor.staff_id)
        if actor.staff_id is None or wrote.exists():
            raise Refusal(
                Text(
                    "预警须由起草人以外的人批准",
                    "An alert is approved by a person who did not write it",
                ),
                code="four-eyes",
            )

    return acts.take(
        actor, alert_id, "approve", version=version, guards=(another_person,), act_id=act_id
    )


def _not_back_dated(occurred_at: datetime | None) -> None:
    if occurred_at is not None:
        raise Refusal(
            Text("公共预警不能补录到过去", "A public alert cannot be back-dated"), code="not-back"
        )


def issue_alert(
    actor: Actor,
    alert_id: int,
    *,
    version: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Tell the public now. The alert it updates ends with it, in the same transaction."""
    _not_back_dated(occurred_at)
    access.find(actor, pk=alert_id, kind=ALERT.kind)
    row = PublicAlert.objects.select_related("replaces").get(pk=alert_id)
    with acts.together():
        rows = acts.lock([alert_id, *([row.replaces_id] if row.replaces_id else [])])
        if known := acts.seen(act_id):
            return known
        if row.replaces_id:
            _in_force(actor, row.replaces_id)
        at = now()
        row.issued_at, row.expires_at = at, limits.due(f"dispatch.alert_valid.{row.valid}", at).at

        def change(matter: Matter) -> dict[str, Any]:
            PublicAlert.objects.filter(pk=matter.pk).update(
                issued_at=row.issued_at, expires_at=row.expires_at
            )
            message = "Update" if row.replaces_id else "Alert"
            return {"message": _tell(matter, row, message, at).identifier}

        matter = acts.take(
            actor,
            alert_id,
            "issue",
            version=version,
            occurred_at=at,
            facts={"valid": row.valid},
            change=change,
            act_id=act_id,
        )
        if row.replaces_id:
            by = {"by": matter.number}
            permitted = on_account_of(actor, DRAFT)
            acts.take(permitted, rows[row.replaces_id].pk, "replace", data=by, occurred_at=at)
    return matter


def cancel_alert(
    actor: Actor,
    alert_id: int,
    *,
    reason: str = "",
    version: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Call it off: a CAP Cancel goes out that refers to what was told."""
    _not_back_dated(occurred_at)
    access.find(actor, pk=alert_id, kind=ALERT.kind)
    at = now()

    def change(matter: Matter) -> dict[str, Any]:
        row = PublicAlert.objects.get(pk=matter.pk)
        return {"message": _tell(matter, row, "Cancel", at).identifier}

    return acts.take(
        actor,
        alert_id,
        "cancel",
        version=version,
        reason=reason,
        occurred_at=at,
        change=change,
        act_id=act_id,
    )


def expire_alert(actor: Actor, alert_id: int) -> Matter:
    """Its time is over; doing it again, or after it ended otherwise, does no harm."""
    with acts.together():
        matter = acts.lock([alert_id])[alert_id]
        if matter.state == "issued":
            row = PublicAlert.objects.get(pk=alert_id)
            matter = acts.take(actor, alert_id, "expire", occurred_at=row.expires_at)
    return matter


def send_back_alert(actor: Actor, alert_id: int, *, reason: str = "", **more: Any) -> Matter:
    """Back to the author, with the reason."""
    access.find(actor, pk=alert_id, kind=ALERT.kind)
    return acts.take(actor, alert_id, "send_back", reason=reason, **more)


def discard_alert(actor: Actor, alert_id: int, *, reason: str = "", **more: Any) -> Matter:
    """It does not go out; it is kept with the reason."""
    access.find(actor, pk=alert_id, kind=ALERT.kind)
    return acts.take(actor, alert_id, "discard", reason=reason, **more)


# -- what goes out ----------------------------------------------------------------------------


def _tell(matter: Matter, row: PublicAlert, message: str, at: datetime) -> AlertMessage:
    """Keep the message exactly as it goes out."""
    sender = f"{re.sub(r'[^A-Za-z0-9.-]', '-', matter.agency.code)}@{settings.WATCHROOM_NAME}"
    identifier = matter.number + (".C" if message == "Cancel" else "")
    told = cap.Alert(
        identifier=identifier,
        sender=sender,
        sent=at,
        status=row.status,
        message=message,
        scope="Public",
        infos=tuple(_info(matter, row, lang, message) for lang in ("zh", "en")),
        references=tuple(_references(row)),
    )
    return AlertMessage.objects.create(
        alert=row,
        identifier=identifier,
        sender=sender,
        message=message,
        sent_at=at,
        body=cap.build(told).decode(),
    )


def _references(row: PublicAlert) -> list[cap.Reference]:
    """Every earlier message of the story, the first one first."""
    before = _references(row.replaces) if row.replaces else []
    own = [cap.Reference(m.sender, m.identifier, cap.moment(m.sent_at)) for m in row.messages.all()]
    return [*before, *own]


LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
OVER = {"zh": "预警解除：", "en": "Cancelled: "}
OVER_TOLD = {"zh": "本预警已解除。", "en": "This alert is no longer in force."}


def _info(matter: Matter, row: PublicAlert, lang: str, message: str) -> cap.Info:
    def said(pair: Mapping[str, str]) -> str:
        return pair[lang]

    info = cap.Info(
        language=LANGUAGES[lang],
        category=tuple(row.category),
        event=said(row.event),
        urgency=row.urgency,
        severity=row.severity,
        certainty=row.certainty,
        response=tuple(row.response),
        expires=row.expires_at,
        sender_name=matter.agency.label(lang),
        headline=said(row.headline),
        description=said(row.description),
        instruction=said(row.instruction),
        areas=(cap.Area(said(row.area), tuple(tuple(map(tuple, r)) for r in row.rings)),),
    )
    if message != "Cancel":
        return info
    return replace(
        info,
        urgency="Past",
        response=("AllClear",),
        headline=OVER[lang] + info.headline,
        description=OVER_TOLD[lang],
        instruction="",
    )


def words_of(row: PublicAlert) -> AlertWords:
    """What an alert says, for a form that begins with it."""
    said: dict[str, Any] = {name: Said(**getattr(row, name)) for name in WORDS}
    plain: dict[str, Any] = {name: getattr(row, name) for name in PLAIN}
    return AlertWords(
        **said,
        **plain,
        category=tuple(row.category),
        response=tuple(row.response),
        rings=tuple(tuple((x, y) for x, y in ring) for ring in row.rings),
    )
