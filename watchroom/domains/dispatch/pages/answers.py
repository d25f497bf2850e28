"""How an act is answered: a sentence in the page, and which incidents have changed."""

import json
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel.access import Actor, NotFound

from .. import queries

OVERTAKEN = "overtaken"
GONE = Text("找不到这条警情，或您无权查看", "This incident cannot be found, or you may not see it")


def lang_of(request: HttpRequest) -> str:
    """The language the reader chose."""
    return str(getattr(request, "lang", "zh"))


def status_of(refusal: Refusal) -> int:
    """409 where somebody was faster, 403 without the permission, else 422."""
    return {OVERTAKEN: 409, "forbidden": 403, "not-found": 404}.get(refusal.code, 422)


def changed(ids: Iterable[int], **more: Any) -> str:
    """The header that tells the page which incidents to ask for again."""
    return json.dumps({"dispatch:changed": {"ids": list(ids), **more}})


def done(request: HttpRequest, text: Text, ids: Iterable[int], href: str = "") -> HttpResponse:
    """It is done: the sentence, and what to refresh; without htmx, back to the page."""
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(href or _where_from(request))
    response = render(request, "dispatch/parts/said.html", {"said": text, "tone": "good"})
    response["HX-Trigger"] = changed(ids, done=True)
    return response


def _where_from(request: HttpRequest) -> str:
    """The page of ours the act was taken on; never another site."""
    said = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(said, {request.get_host()}, request.is_secure())
    return said if ours else "/dispatch/"


def refused(
    request: HttpRequest, actor: Actor, refusal: Refusal, incident_id: int | None = None
) -> HttpResponse:
    """It is not done: the sentence, and where somebody was faster, how things stand now."""
    standing = _standing(actor, incident_id) if refusal.code == OVERTAKEN else None
    values = {"said": refusal.text, "tone": "late", "code": refusal.code, "standing": standing}
    response = render(request, "dispatch/parts/said.html", values, status=status_of(refusal))
    if status_of(refusal) not in (409, 422):
        response = HttpResponse(
            refusal.text.say(lang_of(request)),
            status=status_of(refusal),
            content_type="text/plain; charset=utf-8",
        )
    if incident_id is not None:
        response["HX-Trigger"] = changed([incident_id])
    return response


def _standing(actor: Actor, incident_id: int | None) -> queries.IncidentView | None:
    if incident_id is None:
        return None
    try:
        return queries.incident(actor, incident_id)
    except NotFound:
        return None
