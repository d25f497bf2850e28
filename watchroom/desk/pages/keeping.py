"""Putting a matter under legal hold or seal; set by one person, lifted by another."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, holds, seals
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import signed_in
from watchroom.kernel.models import Matter, Role

from ..errors import STATUS

OFFERED = (holds.SET, holds.LIFT, seals.PERMISSION, seals.LIFT)


@dataclass(frozen=True)
class Standing:
    """What keeps or hides a matter now, and what the reader may do about it."""

    matter: Matter
    hold: Any
    seal: Any
    may: frozenset[str]

    @property
    def may_hold(self) -> bool:
        return (holds.LIFT if self.hold else holds.SET) in self.may

    @property
    def may_seal(self) -> bool:
        if self.seal:
            return seals.LIFT in self.may
        return seals.PERMISSION in self.may and not self.matter.sealed


def standing(matter: Matter, may: frozenset[str]) -> Standing:
    """What keeps or hides a matter, for somebody with these permissions there."""
    return Standing(matter, holds.of(matter), seals.of(matter), may)


@require_http_methods(["GET", "POST"])
@signed_in
def hold(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Put under hold, or lift the hold there is."""
    matter = access.find(actor, number=number.upper())
    change = holds.lift if holds.of(matter) else holds.put
    return _page(request, actor, matter, "hold", lambda said: change(actor, matter.pk, said))


@require_http_methods(["GET", "POST"])
@signed_in
def seal(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Seal, or lift the seal there is."""
    matter = access.find(actor, number=number.upper())
    named = request.POST.getlist("roles")
    sealed = seals.of(matter) is not None

    def change(said: str) -> Matter:
        if sealed:
            return seals.lift(actor, matter.pk, said)
        return seals.put(actor, matter.pk, named, said)

    return _page(request, actor, matter, "seal", change)


def _page(request: HttpRequest, actor: Actor, matter: Matter, what: str, act: Any) -> HttpResponse:
    refusal = None
    if request.method == "POST":
        try:
            act(request.POST.get("reason", ""))
            return _after(actor, matter)
        except Refusal as error:
            refusal = error
    values = {
        "matter": matter,
        "what": what,
        "keeping": standing(matter, access.allowed(actor, matter, OFFERED)),
        "roles": [(role.key, Text(role.title, role.title_en)) for role in _roles()],
        "lifting": {role.key for role in _roles() if seals.LIFT in role.permissions},
        "chosen": request.POST.getlist("roles"),
        "reason": request.POST.get("reason", ""),
        "refusal": refusal and refusal.text,
    }
    status = STATUS.get(refusal.code, 422) if refusal else 200
    return render(request, "desk/keeping.html", values, status=status)


def _roles() -> Any:
    return Role.objects.order_by("title")


def _after(actor: Actor, matter: Matter) -> HttpResponse:
    """Back to the matter; who has just sealed it away from themselves has nothing to go back to."""
    seen = access.visible(actor).filter(pk=matter.pk).exists()
    return redirect(reverse("matter", args=[matter.number]) if seen else reverse("worklist"))


urlpatterns = [
    path("m/<str:number>/hold/", hold, name="matter-hold"),
    path("m/<str:number>/seal/", seal, name="matter-seal"),
]
