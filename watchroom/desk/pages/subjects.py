"""本人信息查阅: somebody asks what is kept about them; one officer asks, another approves."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import retention, subject_access
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import signed_in
from watchroom.kernel.models import Agency

from ..errors import STATUS

SHOWN = 100
STATES = {
    "asked": Text("待批准", "waiting for approval"),
    "approved": Text("已批准", "approved"),
    "refused": Text("不予提供", "refused"),
    "over": Text("已过期", "over"),
}


def _concerned(actor: Actor) -> None:
    if not actor.holds(subject_access.ASK) and not actor.holds(subject_access.APPROVE):
        raise NotFound


@require_http_methods(["GET", "POST"])
@signed_in
def all_of_them(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The requests there are, and entering one."""
    _concerned(actor)
    refusal = None
    if request.method == "POST":
        try:
            made = _ask(request, actor)
            return redirect("subject", made)
        except Refusal as error:
            refusal = error
    values = {
        "requests": subject_access.may_see(actor)[:SHOWN],
        "states": STATES,
        "may_ask": actor.holds(subject_access.ASK),
        "given": request.POST,
        "refusal": refusal and refusal.text,
    }
    status = STATUS.get(refusal.code, 422) if refusal else 200
    return render(request, "desk/subjects.html", values, status=status)


def _ask(request: HttpRequest, actor: Actor) -> int:
    made = subject_access.ask(
        actor,
        Agency.objects.get(pk=actor.agency_id),
        name=request.POST.get("name", "")[:64],
        numbers={kind: request.POST.get(kind, "")[:64] for kind in subject_access.NUMBERS},
        basis=request.POST.get("basis", ""),
    )
    return made.pk


@require_GET
@signed_in
def one(request: HttpRequest, actor: Actor, request_id: int) -> HttpResponse:
    """One request: what would be given, by class, to who decides."""
    _concerned(actor)
    found = subject_access.find(actor, request_id)
    titles = {kept.rule: kept.title for kept in retention.classes()}
    waiting = found.state == "asked"
    values = {
        "found": found,
        "states": STATES,
        "titles": titles,
        "counted": subject_access.counted(actor, found) if waiting else {},
        "may_decide": waiting
        and actor.within(subject_access.APPROVE, found.agency_id)
        and found.asked_by_id != actor.staff_id,
        "may_take": found.state == "approved" and found.asked_by_id == actor.staff_id,
    }
    return render(request, "desk/subject.html", values)


@require_POST
@signed_in
def decide(request: HttpRequest, actor: Actor, request_id: int) -> HttpResponse:
    """Approve or refuse."""
    subject_access.decide(
        actor,
        request_id,
        approve=request.POST.get("act") == "approve",
        answer=request.POST.get("reason", ""),
        withheld=request.POST.getlist("withheld"),
    )
    return redirect("subject", request_id)


@require_POST
@signed_in
def take(request: HttpRequest, actor: Actor, request_id: int) -> HttpResponse:
    """The copy, to print or as data. By POST: each one is recorded and counted."""
    found, given = subject_access.export(actor, request_id)
    lang: str = request.lang  # type: ignore[attr-defined]
    if request.POST.get("as") == "json":
        data = subject_access.as_data(found, given, lang, now())
        answer = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
        answer["Content-Disposition"] = f'attachment; filename="subject-{found.pk}.json"'
        return answer
    values = {"found": found, "given": given, "note": subject_access.NOTE, "at": now()}
    return render(request, "desk/subject_copy.html", values)


urlpatterns = [
    path("subjects/", all_of_them, name="subjects"),
    path("subjects/<int:request_id>/", one, name="subject"),
    path("subjects/<int:request_id>/decide/", decide, name="subject-decide"),
    path("subjects/<int:request_id>/copy/", take, name="subject-copy"),
]
