"""Linking two matters by hand, and taking a link back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.kernel import access, links, search
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import signed_in
from watchroom.kernel.models import Matter
from watchroom.kernel.registry import registry

from .. import steps
from ..errors import STATUS

SHOWN = 200


@require_http_methods(["GET", "POST"])
@signed_in
def link(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Link this matter with another; a refusal shows its sentence beside what was typed."""
    matter = access.find(actor, number=number.upper())
    if request.method == "GET":
        return _page(request, matter)
    try:
        links.add(
            actor,
            matter.pk,
            request.POST.get("number", ""),
            request.POST.get("relation", ""),
            reason=request.POST.get("reason", ""),
            act_id=steps.read_id(request.POST.get("act_id", "")),
        )
    except Refusal as refusal:
        return _page(request, matter, refusal)
    return _back(matter)


@require_POST
@signed_in
def unlink(request: HttpRequest, actor: Actor, number: str, link_id: int) -> HttpResponse:
    """Take a link back, with a reason."""
    matter = access.find(actor, number=number.upper())
    known = {one.link.pk: one for one in links.of(actor, matter, SHOWN)}
    if link_id not in known:
        raise NotFound
    try:
        links.end(actor, link_id, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        return _page(request, matter, refusal, known[link_id])
    return _back(matter)


@require_GET
@signed_in
def find(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Which matter a number means that is being typed."""
    access.find(actor, number=number.upper())
    said = request.GET.get("number", "").strip()
    values = {
        "found": search.by_number(actor, said) if said else None,
        "said": said,
        "flows": registry.flows,
    }
    return render(request, "desk/parts/link_found.html", values)


def _page(
    request: HttpRequest,
    matter: Matter,
    refusal: Refusal | None = None,
    ending: links.Linked | None = None,
) -> HttpResponse:
    values = {
        "matter": matter,
        "relations": links.RELATIONS,
        "ending": ending,
        "given": request.POST,
        "refusal": refusal and refusal.text,
        "act_id": uuid7(),
    }
    status = STATUS.get(refusal.code, 422) if refusal else 200
    return render(request, "desk/link.html", values, status=status)


def _back(matter: Matter) -> HttpResponse:
    return redirect(reverse("matter", args=[matter.number]) + "#related")


urlpatterns = [
    path("m/<str:number>/link/", link, name="matter-link"),
    path("m/<str:number>/link/find/", find, name="matter-link-find"),
    path("m/<str:number>/links/<int:link_id>/end/", unlink, name="matter-unlink"),
]
