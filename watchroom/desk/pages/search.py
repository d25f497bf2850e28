"""Search, and the jump to a number."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from watchroom.base.refusal import Refusal
from watchroom.kernel import personal, search
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import signed_in
from watchroom.kernel.registry import registry
from watchroom.kernel.search import Cursor, Found


@require_GET
@signed_in
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Matters and places in which the words occur."""
    words = request.GET.get("q", "").strip()
    older = search.read_cursor(request.GET.get("older", ""))
    if figure := _figure(actor, words):
        return redirect("figure-issued", figure)
    refusal, found = None, Found([], None)
    try:
        said = request.GET.get("purpose", "")
        asker = replace(actor, purpose=personal.purpose(said)) if said else actor
        found = search.matters(asker, words, older=older) if words else found
    except Refusal as error:
        refusal = error
    values = {
        "words": words,
        "found": found,
        "older": _address(words, found.older),
        "places": search.places(words, 6) if words and not older else [],
        "refusal": refusal and refusal.text,
        "ask_purpose": refusal is not None and refusal.code == personal.PURPOSE_NEEDED,
        "purposes": {k: v for k, v in personal.PURPOSES.items() if k != "other"},
        "highlight": search.highlight,
        "flows": registry.flows,
    }
    return render(request, "desk/search.html", values, status=422 if refusal else 200)


def _figure(actor: Actor, words: str) -> str:
    """The id of the issued figure that is asked for; empty where there is none to be seen."""
    if not words.upper().startswith("F"):
        return ""
    from watchroom.kernel import issued  # noqa: PLC0415 - figures take a second to load

    try:
        return issued.find(actor, words).pk
    except NotFound:
        return ""


def _address(words: str, older: Cursor | None) -> str:
    if older is None:
        return ""
    return reverse("search", query={"q": words, "older": search.write_cursor(older)})


@require_GET
@signed_in
def jump(request: HttpRequest, actor: Actor) -> HttpResponse:
    """To the matter with this number or these last digits; anything else is searched for."""
    said = request.GET.get("number", "").strip()
    if figure := _figure(actor, said):
        return redirect("figure-issued", figure)
    found = search.by_number(actor, said) if said else None
    if found:
        return redirect("matter", found.number)
    return redirect(reverse("search", query={"q": said}))


urlpatterns = [path("search/", show, name="search"), path("jump/", jump, name="jump")]
