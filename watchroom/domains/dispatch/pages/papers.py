"""Paper for when the screens are dark: cards of open incidents and free units."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from watchroom.base.clock import now
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs

from .. import queries


@require_GET
@needs("dispatch.view")
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The cards as a page to print."""
    free = [u for u in queries.units(actor) if u.status in ("free", "rest")]
    values = {"rows": queries.board(actor), "units": free, "at": now()}
    return render(request, "dispatch/cards.html", values)


@require_GET
@needs("dispatch.view")
def pdf(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The same as a PDF, made now for what the reader may see."""
    from .. import cards  # noqa: PLC0415 - brings a whole PDF library

    body = cards.drawn(queries.board(actor), queries.units(actor), now())
    return HttpResponse(
        body,
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="cards.pdf"'},
    )
