"""How the sources of warnings are doing, and the rows of theirs that were refused."""

from collections.abc import Callable, Mapping

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import personal
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import needs

from .. import actions, queries
from ..flow import MEND
from ..models import Reject
from ..queries import sources as queries_of
from ..rules.fields import FIELDS, PERSONAL

OPENED = "fraud_rejects"
"""Refused rows whose people this session may read, by number."""
STATES = {
    "taken": Text("已更正接收", "Put right, taken in"),
    "closed": Text("已关闭", "Closed"),
}
KEYS = {
    "valid": Text("有效", "valid"),
    "soon": Text("即将到期", "ends soon"),
    "expired": Text("已过期", "expired"),
}
KINDS = {
    "bank": Text("银行", "bank"),
    "telecom": Text("电信", "telecom"),
    "app": Text("应用", "app"),
    "centre": Text("反诈中心", "fraud centre"),
    "other": Text("其他", "other"),
}


@require_GET
@needs(MEND)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Each source: last heard, how much, how late, what of it was refused, with which keys."""
    values = {
        "sources": queries_of.sources(actor),
        "silence": queries_of.silence(),
        "kinds": KINDS,
        "keys": KEYS,
    }
    return render(request, "fraud/sources.html", values)


@require_GET
@needs(MEND)
def rejects(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Refused rows with their sentences; `settled`: those somebody has dealt with."""
    settled, feed = "settled" in request.GET, request.GET.get("feed", "")
    rows = queries_of.refused(actor, settled=settled, feed=feed)
    values = {
        "rows": list(rows[: queries_of.SHOWN]),
        "count": rows.count(),
        "settled": settled,
        "feed": feed,
        "states": STATES,
    }
    return render(request, "fraud/rejects.html", values)


@require_GET
@needs(MEND)
def one(request: HttpRequest, actor: Actor, reject_id: int) -> HttpResponse:
    """One refused row: why, what it says, and what can be done with it."""
    return _one(request, actor, queries_of.reject(actor, reject_id))


def _one(
    request: HttpRequest, actor: Actor, row: Reject, refusal: Refusal | None = None
) -> HttpResponse:
    values = {
        "row": row,
        "fields": [
            (name, title, _shown(request, row, name), _typable(request.session, row, name))
            for name, title in FIELDS.items()
        ],
        "unknown": sorted(set(row.row) - set(FIELDS)),
        "opened": _opened(request.session, row),
        "may_read": actor.within(personal.PERMISSION, row.feed.agency_id),
        "types": queries.type_names().values(),
        "purposes": personal.PURPOSES,
        "states": STATES,
        "refusal": refusal and refusal.text,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "fraud/reject.html", values, status=422 if refusal else 200)


def _opened(session: SessionBase, row: Reject) -> bool:
    return row.pk in session.get(OPENED, [])


def _typable(session: SessionBase, row: Reject, name: str) -> bool:
    """What is masked cannot be put right; what is not there at all can be."""
    return name not in PERSONAL or not row.row.get(name) or _opened(session, row)


def _shown(request: HttpRequest, row: Reject, name: str) -> str:
    """What was typed, else what the row says; masked where it tells who it is about."""
    value = str(row.row.get(name, ""))
    if not _typable(request.session, row, name):
        return personal.mask(PERSONAL[name], value)
    return request.POST.get(name, value)


def _take(request: HttpRequest, actor: Actor, row: Reject) -> Reject:
    """Only what was shown clear can have been corrected; the rest goes in as it came."""
    typed = [name for name in FIELDS if name in request.POST]
    said = {n: request.POST[n] for n in typed if _typable(request.session, row, n)}
    return actions.take_reject(actor, row.pk, said)


def _close(request: HttpRequest, actor: Actor, row: Reject) -> Reject:
    return actions.close_reject(actor, row.pk, request.POST.get("reason", ""))


def _read(request: HttpRequest, actor: Actor, row: Reject) -> Reject:
    said = personal.purpose(request.POST.get("code", ""), request.POST.get("words", ""))
    if not _opened(request.session, row):
        actions.read_reject(actor, row.pk, [f for f in PERSONAL if row.row.get(f)], said)
        request.session[OPENED] = [*request.session.get(OPENED, []), row.pk]
    return row


ACTS: Mapping[str, Callable[[HttpRequest, Actor, Reject], Reject]] = {
    "take": _take,
    "close": _close,
    "read": _read,
}


@require_POST
@needs(MEND)
def act(request: HttpRequest, actor: Actor, reject_id: int, act: str) -> HttpResponse:
    """Read it, take it in, or close it. A refusal keeps what was typed."""
    if act not in ACTS:
        raise NotFound
    row = queries_of.reject(actor, reject_id)
    try:
        ACTS[act](request, actor, row)
    except Refusal as refusal:
        return _one(request, actor, row, refusal)
    return redirect("fraud:reject", row.pk) if act == "read" else redirect("fraud:rejects")
