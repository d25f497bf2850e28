"""What is the personal data needed for? Asked once a matter and session."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from watchroom.base.refusal import Refusal
from watchroom.kernel import access, personal
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs

from .signin import after


@require_http_methods(["GET", "POST"])
@needs(personal.PERMISSION)
def purpose(request: HttpRequest, actor: Actor, matter_id: int) -> HttpResponse:
    """A page, or for htmx a dialog; then back to where the person was, with clear values."""
    matter = access.find(actor, pk=matter_id)
    access.require(actor, personal.PERMISSION, matter)
    refusal = None
    if request.method == "POST":
        try:
            said = personal.purpose(request.POST.get("code", ""), request.POST.get("words", ""))
            personal.remember(request.session, matter, said)
            return _back(request)
        except Refusal as error:
            refusal = error.text
    values = {
        "matter": matter,
        "purposes": personal.PURPOSES,
        "next": after(request),
        "refusal": refusal,
        "code": request.POST.get("code", "handling"),
        "words": request.POST.get("words", ""),
    }
    template = "purpose_dialog" if request.headers.get("HX-Request") else "purpose"
    return render(request, f"desk/{template}.html", values, status=422 if refusal else 200)


def _back(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": after(request)})
    return redirect(after(request))


urlpatterns = [path("matters/<int:matter_id>/purpose/", purpose, name="purpose")]
