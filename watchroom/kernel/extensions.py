"""More time for a running clock: asked for by one person, decided by another.

The ladder of the clock's rule says what can be granted and from where (`seat`): the approver holds
`deadline.approve` in the agency that the seat means for this matter, or above it. Where no agency
here is that seat (a procuratorate, both parties, a city that does not work on this Watchroom),
somebody with the permission enters what was decided there, and by whom.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from watchroom.base.clock import now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text
from watchroom.law import limits
from watchroom.law.rule import Extension as Rung

from . import access, acts, clocks
from .access import Actor, NotFound
from .models import Agency, Deadline, Extension, Matter

ASK, DECIDE = "deadline.ask", "deadline.approve"
RANKS = {"county": 1, "city": 2, "province": 3}
"""Kinds of agency that are a public security organ of their own, from below."""
LONGEST = 1_000
"""Characters of a reason or an answer."""


def on_offer(deadline: Deadline) -> tuple[tuple[Rung, date | None], ...]:
    """The rungs that could be asked for now, each with the last local day to ask."""
    if deadline.state not in clocks.OPEN:
        return ()
    due = clocks.due(deadline)
    return () if due.overdue(now()) else due.next_rungs


def rung_of(extension: Extension) -> Rung | None:
    """What was asked for, as the rule says it; None for a rule that is no longer in the book."""
    try:
        rungs = clocks.due(extension.deadline).rule.extensions
    except Refusal:
        return None
    return next((rung for rung in rungs if rung.key == extension.rung), None)


@transaction.atomic
def ask(
    actor: Actor,
    matter_id: int,
    clock: str,
    rung: str,
    *,
    reason: str,
    amount: int | None = None,
    act_id: UUID | None = None,
) -> Extension:
    """Ask for one rung of the ladder. Refusal where the law could not allow it now."""
    if known := acts.repeated(act_id, "extension_asked"):
        return Extension.objects.get(pk=known.data["extension"])
    matter = access.find(actor, pk=matter_id)
    access.require(actor, ASK, matter)
    staff_id, reason = _person(actor), _said(reason)
    acts.lock([matter.pk])
    deadline = Deadline.objects.filter(matter=matter, clock=clock, state__in=clocks.OPEN).first()
    if deadline is None:
        raise Conflict(Text("这个时限已经停止", "This clock has stopped"))
    if deadline.extensions.filter(state="asked").exists():
        raise Conflict(Text("已有人申请延长，待批准", "An extension has been asked for already"))
    event = limits.Event("extend", now(), by="?", rung=rung, amount=amount)
    until = clocks.would_be_due(deadline, event)
    made = Extension.objects.create(
        deadline=deadline,
        rung=rung,
        amount=amount,
        reason=reason,
        asked_by_id=staff_id,
        asked_at=event.at,
    )
    data = {"clock": clock, "rung": rung, "amount": amount, "until": until, "extension": made.pk}
    acts.record(actor, matter, "extension_asked", data=data, reason=reason, act_id=act_id)
    return made


@transaction.atomic
def grant(
    actor: Actor, extension_id: int, *, answer: str = "", by: str = "", at: datetime | None = None
) -> Extension:
    """Grant it. `by` names who decided where the seat is not here; `at` is when they did."""
    extension, deadline, matter = _decided(actor, extension_id)
    outside = seat(matter.agency, _seat_of(extension)) is None
    if outside and not by.strip():
        raise Refusal(
            Text(
                "批准机关不在本系统内：请写明由谁批准和文书编号",
                "Those who approve do not work here: say who approved, and the document's number",
            )
        )
    approver = f"{by.strip()[:200]}（{actor.name}）" if outside else actor.name
    event = limits.Event(
        "extend",
        at or now(),
        by=approver,
        rung=extension.rung,
        amount=extension.amount,
        reason=extension.reason,
        note=answer.strip()[:LONGEST],
    )
    clocks.extend(deadline, event)
    data = {"clock": deadline.clock, "rung": extension.rung, "amount": extension.amount}
    said = {**data, "until": deadline.due_at and deadline.due_at.isoformat(), "by": approver}
    acts.record(actor, matter, "extended", data=said, reason=event.note, occurred_at=event.at)
    return _settle(actor, extension, "granted", event.note)


@transaction.atomic
def refuse(actor: Actor, extension_id: int, *, answer: str) -> Extension:
    """Refuse it, with a reason; the clock runs on."""
    extension, deadline, matter = _decided(actor, extension_id)
    answer = _said(answer)
    data = {"clock": deadline.clock, "rung": extension.rung, "amount": extension.amount}
    acts.record(actor, matter, "extension_refused", data=data, reason=answer)
    return _settle(actor, extension, "refused", answer)


@transaction.atomic
def withdraw(actor: Actor, extension_id: int) -> Extension:
    """Whoever asked no longer needs it."""
    extension, deadline, matter = _waiting(actor, extension_id)
    if extension.asked_by_id != actor.staff_id:
        raise _forbidden("只能由申请人撤回", "Only the person who asked can withdraw it")
    data = {"clock": deadline.clock, "rung": extension.rung, "amount": extension.amount}
    acts.record(actor, matter, "extension_withdrawn", data=data)
    return _settle(actor, extension, "withdrawn", "")


def _settle(actor: Actor, extension: Extension, state: str, answer: str) -> Extension:
    extension.state, extension.answer = state, answer
    extension.decided_by_id, extension.decided_at = actor.staff_id, now()
    extension.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    return extension


def _decided(actor: Actor, extension_id: int) -> tuple[Extension, Deadline, Matter]:
    """A request that the actor may decide now, with its matter locked."""
    extension, deadline, matter = _waiting(actor, extension_id)
    _person(actor)
    access.require(actor, DECIDE, matter)
    if extension.asked_by_id == actor.staff_id:
        raise _forbidden(
            "不能批准自己的申请，须由另一人决定",
            "You asked for it yourself: another person must decide",
        )
    if not sits(actor, matter, extension):
        raise _forbidden("须由{a}决定", "{a} must decide this", a=approver(extension))
    if deadline.state not in clocks.OPEN:
        raise Conflict(Text("这个时限已经停止", "This clock has stopped"))
    return extension, deadline, matter


def find(actor: Actor, extension_id: int) -> Extension:
    """One request on a matter the actor may see, with everything its line needs."""
    rows = Extension.objects.select_related(
        "deadline__matter__agency", "asked_by", "decided_by"
    ).filter(deadline__matter__in=access.visible(actor))
    found = rows.filter(pk=extension_id).first()
    if found is None:
        raise NotFound
    return found


def _waiting(actor: Actor, extension_id: int) -> tuple[Extension, Deadline, Matter]:
    """A request on a matter the actor may see; locked, and read again under the lock."""
    rows = Extension.objects.select_related("deadline")
    matter = find(actor, extension_id).deadline.matter
    acts.lock([matter.pk])
    extension = rows.get(pk=extension_id)
    if extension.state != "asked":
        who = extension.decided_by.name if extension.decided_by else ""
        raise Conflict(
            Text("{n} 已经处理了这件申请", "{n} has dealt with this request").format(n=who)
        )
    extension.deadline.matter = matter
    return extension, extension.deadline, matter


def _person(actor: Actor) -> int:
    if actor.staff_id is None:
        raise _forbidden(
            "延长期限须由人申请和决定", "People ask for more time and decide about it, not machines"
        )
    return actor.staff_id


def _said(words: str) -> str:
    if not 0 < len(words := words.strip()) <= LONGEST:
        raise Refusal(
            Text("请写明理由，不超过 {n} 字", "Give a reason of at most {n} characters").format(
                n=LONGEST
            )
        )
    return words


def _forbidden(zh: str, en: str, **values: object) -> Refusal:
    return Refusal(Text(zh, en).format(**values), code="forbidden")


def approver(extension: Extension) -> Text:
    """Who decides, in the words of the rule."""
    rung = rung_of(extension)
    return rung.approver if rung else Text("另一人", "another person")


def _seat_of(extension: Extension) -> str:
    rung = rung_of(extension)
    return rung.seat if rung else "outside"


def seat(agency: Agency, named: str) -> Agency | None:
    """The agency that a seat of the ladder means for a matter of `agency`; None: not of ours."""
    line = list(_upward(agency))
    organs = [one for one in line if one.kind in RANKS]
    if named == "here":
        return agency
    if named == "upper":  # a station's organ is the one it belongs to; any other's, the next above
        higher = organs if agency.kind == "station" else organs[1:]
        return higher[0] if higher else None
    return next((one for one in organs if RANKS[one.kind] >= RANKS.get(named, 99)), None)


def _upward(agency: Agency) -> Iterator[Agency]:
    """The agency and all above it, from below."""
    ids = [int(part) for part in agency.path.strip(".").split(".") if part]
    return reversed(list(Agency.objects.filter(pk__in=ids).order_by("path")))


def sits(actor: Actor, matter: Matter, extension: Extension) -> bool:
    """Whether the actor decides from the right place: the seat's agency, or one above it."""
    at = seat(matter.agency, _seat_of(extension)) or matter.agency
    return any(at.path.startswith(path) for path in actor.grants.get(DECIDE, ()))


def of(deadlines: Iterable[Deadline]) -> dict[int, list[Extension]]:
    """What was asked for these deadlines, by the deadline's id, oldest first."""
    rows = Extension.objects.filter(deadline__in=deadlines).order_by("id")
    found: dict[int, list[Extension]] = {}
    for row in rows.select_related("deadline", "asked_by", "decided_by"):
        found.setdefault(row.deadline_id, []).append(row)
    return found


def may_decide(actor: Actor, matter: Matter, extension: Extension) -> bool:
    """Whether `grant` and `refuse` are open to the actor."""
    return (
        actor.staff_id is not None
        and extension.state == "asked"
        and extension.deadline.state in clocks.OPEN
        and extension.asked_by_id != actor.staff_id
        and access.may(actor, DECIDE, matter)
        and sits(actor, matter, extension)
    )


def waiting_for(actor: Actor, limit: int = 200) -> list[Extension]:
    """Requests that the actor could decide, the clock that runs out first at the top."""
    if not actor.holds(DECIDE):
        return []
    rows = Extension.objects.filter(
        state="asked",
        deadline__state__in=clocks.OPEN,
        deadline__matter__in=access.visible(actor),
    ).exclude(asked_by_id=actor.staff_id)
    rows = rows.select_related("deadline__matter__agency", "asked_by").order_by("deadline__due_at")
    return [row for row in rows[:limit] if may_decide(actor, row.deadline.matter, row)]
