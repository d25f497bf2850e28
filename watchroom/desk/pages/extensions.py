"""More time for a clock: asking on the matter's page, deciding there or from a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, extensions
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import needs, signed_in
from watchroom.kernel.models import Deadline, Extension, Matter
from watchroom.kernel.registry import registry
from watchroom.law.rule import Extension as Rung

from .. import steps
from ..errors import STATUS

STATES = {
    "asked": Text("待批准", "waiting for a decision"),
    "granted": Text("已批准", "granted"),
    "refused": Text("未批准", "refused"),
    "withdrawn": Text("已撤回", "withdrawn"),
}


@dataclass(frozen=True)
class Asked:
    """One request as a page shows it. `outside`: those who decide do not work here."""

    row: Extension
    gives: Text
    approver: Text
    state: Text
    mine: bool
    may_decide: bool
    outside: bool


@dataclass(frozen=True)
class More:
    """What a clock's page says about more time: what could be asked for, and what was."""

    offers: Sequence[tuple[Rung, date | None]]
    asked: Sequence[Asked]

    @property
    def waiting(self) -> bool:
        """Somebody has asked and nobody has decided."""
        return any(one.row.state == "asked" for one in self.asked)


def beside(actor: Actor, matter: Matter, deadlines: Sequence[Deadline]) -> dict[int, More]:
    """By the deadline's id: the ladder from here, and the requests so far."""
    known = extensions.of(deadlines) if deadlines else {}
    return {
        row.pk: More(_offers(row), [as_shown(actor, matter, one) for one in known.get(row.pk, ())])
        for row in deadlines
    }


def _offers(row: Deadline) -> Sequence[tuple[Rung, date | None]]:
    try:
        return extensions.on_offer(row)
    except Refusal:  # a rule that is no longer in the book: its clock says so itself
        return ()


def as_shown(actor: Actor, matter: Matter, row: Extension) -> Asked:
    """A request with everything its line needs."""
    rung = extensions.rung_of(row)
    waiting = row.state == "asked"
    return Asked(
        row,
        _gives(rung, row.amount),
        rung.approver if rung else Text("另一人", "another person"),
        STATES[row.state],
        waiting and row.asked_by_id == actor.staff_id,
        waiting and extensions.may_decide(actor, matter, row),
        waiting and extensions.seat(matter.agency, rung.seat if rung else "outside") is None,
    )


def _gives(rung: Rung | None, amount: int | None) -> Text:
    if rung is None:
        return Text("延长", "more time")
    said = Text("{g}，申请 {n}", "{g}, {n} asked for")
    return rung.gives if amount is None else said.format(g=rung.gives, n=amount)


@require_http_methods(["GET", "POST"])
@signed_in
def ask(request: HttpRequest, actor: Actor, number: str, clock: str) -> HttpResponse:
    """Ask for more time; a refusal shows its sentence beside what was typed."""
    matter = access.find(actor, number=number.upper())
    row = Deadline.objects.filter(matter=matter, clock=clock).order_by("-id").first()
    if row is None:
        raise NotFound
    refusal = None
    if request.method == "POST":
        try:
            _ask(request, actor, matter, clock)
            return redirect(reverse("matter", args=[matter.number]) + "#clocks")
        except Refusal as error:
            refusal = error
    values = {
        "matter": matter,
        "clock": _title(matter, clock),
        "name": clock,
        "more": beside(actor, matter, [row])[row.pk],
        "given": request.POST,
        "act_id": uuid7(),
        "refusal": refusal and refusal.text,
    }
    status = STATUS.get(refusal.code, 422) if refusal else 200
    return render(request, "desk/extension_ask.html", values, status=status)


def _ask(request: HttpRequest, actor: Actor, matter: Matter, clock: str) -> None:
    amount = request.POST.get("amount", "").strip()
    if amount and not (amount.isascii() and amount.isdigit()):
        raise Refusal(Text("延长多少应为整数", "How much more should be a whole number"))
    extensions.ask(
        actor,
        matter.pk,
        clock,
        request.POST.get("rung", ""),
        amount=int(amount) if amount else None,
        reason=request.POST.get("reason", ""),
        act_id=steps.read_id(request.POST.get("act_id", "")),
    )


def _title(matter: Matter, clock: str) -> Text:
    known = registry.flow(matter.kind).clocks.get(clock)
    return known.title if known else Text(clock, clock)


@require_POST
@signed_in
def decide(request: HttpRequest, actor: Actor, extension_id: int, what: str) -> HttpResponse:
    """Grant, refuse or withdraw. What was typed comes back with a refusal."""
    try:
        done = _decide(request, actor, extension_id, what)
    except Refusal as refusal:
        return _still(request, actor, extension_id, refusal)
    if request.POST.get("from") == "approvals":
        return redirect("approvals")
    return redirect(reverse("matter", args=[done.deadline.matter.number]) + "#clocks")


def _decide(request: HttpRequest, actor: Actor, extension_id: int, what: str) -> Extension:
    answer = request.POST.get("answer", "")
    if what == "grant":
        at = steps.happened(request.POST.get("occurred_at", ""))
        by = request.POST.get("by", "")
        return extensions.grant(actor, extension_id, answer=answer, by=by, at=at)
    if what == "refuse":
        return extensions.refuse(actor, extension_id, answer=answer)
    if what == "withdraw":
        return extensions.withdraw(actor, extension_id)
    raise NotFound


def _still(request: HttpRequest, actor: Actor, extension_id: int, refusal: Refusal) -> HttpResponse:
    row = extensions.find(actor, extension_id)
    matter = row.deadline.matter
    values = {
        "matter": matter,
        "clock": _title(matter, row.deadline.clock),
        "asked": as_shown(actor, matter, row),
        "given": request.POST,
        "refusal": refusal.text,
    }
    status = STATUS.get(refusal.code, 422)
    return render(request, "desk/extension_decide.html", values, status=status)


@require_GET
@needs(extensions.DECIDE)
def approvals(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything that waits for the reader's decision."""
    waiting: list[dict[str, Any]] = [
        {
            "matter": row.deadline.matter,
            "clock": _title(row.deadline.matter, row.deadline.clock),
            "due_at": row.deadline.due_at,
            "started_at": row.deadline.started_at,
            "asked": as_shown(actor, row.deadline.matter, row),
        }
        for row in extensions.waiting_for(actor)
    ]
    return render(request, "desk/approvals.html", {"waiting": waiting})


urlpatterns = [
    path("m/<str:number>/clocks/<str:clock>/extension/", ask, name="extension-ask"),
    path("extensions/<int:extension_id>/<slug:what>/", decide, name="extension-decide"),
    path("approvals/", approvals, name="approvals"),
]
