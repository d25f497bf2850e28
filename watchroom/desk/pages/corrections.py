"""Putting a matter's own fields right."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.kernel import access, corrections
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import signed_in
from watchroom.kernel.models import Matter
from watchroom.kernel.typed import whole

from .. import steps
from ..errors import STATUS


@require_http_methods(["GET", "POST"])
@signed_in
def correct(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The form, and its taking; a refusal shows its sentence beside what was typed."""
    matter, refusal = access.find(actor, number=number.upper()), None
    if request.method == "POST":
        try:
            _correct(request, actor, matter)
            return redirect("matter", matter.number)
        except Refusal as error:
            refusal = error
            matter.refresh_from_db()  # as it is now, not as it was seen
    values = {
        "matter": matter,
        "fields": corrections.open_to(actor, matter),
        "given": request.POST,
        "refusal": refusal and refusal.text,
        "act_id": uuid7(),
    }
    status = STATUS.get(refusal.code, 422) if refusal else 200
    return render(request, "desk/correct.html", values, status=status)


def _correct(request: HttpRequest, actor: Actor, matter: Matter) -> None:
    asked = [one.field for one in corrections.declared(matter) if one.field.name in request.POST]
    corrections.correct(
        actor,
        matter.pk,
        {field.name: field.read(request.POST.getlist(field.name)) for field in asked},
        reason=request.POST.get("reason", ""),
        version=whole(request.POST.get("version")),
        act_id=steps.read_id(request.POST.get("act_id", "")),
    )


urlpatterns = [path("m/<str:number>/correct/", correct, name="matter-correct")]
