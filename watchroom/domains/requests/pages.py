"""The pages of requests: what is asked, asking, the knowledge base, and the panel of a matter."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from watchroom.base.refusal import Refusal
from watchroom.kernel import access, personal, typed
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Matter

from . import actions, queries, rules
from .flow import ARTICLE, ASK, FLOWS, KNOW, RESPOND
from .models import Request

SHOWN = 200
PEOPLE = {"asker_name": "name", "asker_phone": "phone"}


@require_GET
@needs(ASK)
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open requests by time left; `which`: mine (asked by me) or over; `sort`: one loop."""
    which, sort = request.GET.get("which", ""), request.GET.get("sort", "")
    if which == "mine":
        rows = queries.asked_by_me(actor)
    else:
        rows = queries.listed(actor, sort=sort, over=which == "over")
    values = {
        "rows": list(rows[:SHOWN]),
        "which": which,
        "sort": sort,
        "sorts": rules.SORTS,
        "shown": SHOWN,
        "flows": {flow.kind: flow for flow in FLOWS},
    }
    return render(request, "requests/list.html", values)


@require_http_methods(["GET", "POST"])
@needs(ASK)
def ask(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask, or enter what somebody asks. A refusal shows the sentence beside what was typed."""
    sort = request.POST.get("sort") or request.GET.get("sort") or rules.WORRY
    sort = sort if sort in rules.SORTS else rules.WORRY
    values: dict[str, Any] = {
        "sort": sort,
        "sorts": rules.SORTS,
        "channels": {key: title for key, title in rules.CHANNELS.items() if key != "desk"},
        "agencies": queries.may_be_asked(actor),
        "usual": queries.usually_asked(actor, above=sort == rules.LAW),
        "people": queries.may_be_chosen(actor) if rules.SORTS[sort].sealed else [],
        "chosen": set(request.POST.getlist("to")),
        "beats": [] if rules.SORTS[sort].own else queries.beats(actor),
    }
    return typed.form_page(
        request, "requests/ask.html", values, lambda sent: actions.ask(actor, **_asked(sent))
    )


def _asked(sent: QueryDict) -> dict[str, Any]:
    names = ("title", "words", "sort", "asker_name", "asker_phone", "firm", "place")
    said: dict[str, Any] = {name: sent.get(name, "") for name in names}
    if channel := sent.get("channel"):
        said["channel"] = channel
    return said | {
        "to": typed.wholes(sent.getlist("to")),
        "beat_id": typed.whole(sent.get("beat")),
        "agency_id": typed.whole(sent.get("agency")),
        "act_id": typed.act_id(sent),
    }


@require_GET
@needs(KNOW)
def knowledge(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is known: search it, read it."""
    words, sort = request.GET.get("q", "")[:120], request.GET.get("sort", "")
    values: dict[str, Any] = {
        "words": words,
        "sort": sort,
        "sorts": {key: row for key, row in rules.SORTS.items() if not row.sealed},
        "may_draft": actor.holds(RESPOND),
        "flows": {flow.kind: flow for flow in FLOWS},
        "rows": [],
    }
    try:
        values["rows"] = queries.articles(actor, words, sort)
    except Refusal as refusal:
        values["refusal"] = refusal.text
    return render(request, "requests/knowledge.html", values)


@require_http_methods(["GET", "POST"])
@needs(RESPOND)
def draft(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Propose an article; `from`: the request whose answer it grows from."""
    source = _source(actor, request.POST.get("from") or request.GET.get("from", ""))
    values: dict[str, Any] = {
        "typed": request.POST if request.method == "POST" else _grown(source),
        "source": source,
        "sorts": {key: row for key, row in rules.SORTS.items() if not row.sealed},
        "agencies": queries.may_be_asked(actor),
        "usual": queries.usually_asked(actor, above=True),
    }

    def proposed(sent: QueryDict) -> Matter:
        return actions.draft(
            actor,
            sent.get("title", ""),
            sent.get("words", ""),
            sort=sent.get("sort", ""),
            agency_id=typed.whole(sent.get("agency")),
            grown_from=source.pk if source else None,
            act_id=typed.act_id(sent),
        )

    return typed.form_page(request, "requests/draft.html", values, proposed)


def _source(actor: Actor, said: str) -> Request | None:
    number = typed.whole(said)
    return None if number is None else queries.request_of(actor, number)


def _grown(source: Request | None) -> dict[str, str]:
    if source is None:
        return {}
    last = queries.answers(source)[-1:]
    words = last[0].words if last else ""
    return {"title": source.matter.title, "words": words, "sort": source.sort}


def matter_context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """What the page of a matter adds: a request with its answers, or an article."""
    if matter.kind == ARTICLE.kind:
        article = matter.requests_article
        grown = article.grown_from
        seen = grown is not None and access.sees(actor, grown.matter)
        return {"article": article, "sort": rules.SORTS[article.sort], "grown": seen and grown}
    request = queries.request_of(actor, matter.pk)
    answers = access.may(actor, RESPOND, matter)
    return {
        "request_": request,
        "sort": rules.SORTS[request.sort],
        "channel": rules.CHANNELS[request.channel],
        "people": _people(actor, request),
        "answers": queries.answers(request),
        "known": _known(actor, matter) if answers and matter.state in ("asked", "taken") else [],
        "may_draft": answers and not matter.sealed,
    }


def _known(actor: Actor, matter: Matter) -> list[Matter]:
    return queries.similar(actor, f"{matter.title} {matter.words}")


def _people(actor: Actor, request: Request) -> dict[str, str]:
    """Masked until the reader has said what for; then every reading is an entry of the trail."""
    known = {name: getattr(request, name) for name in PEOPLE if getattr(request, name)}
    if not actor.purpose or not known:
        return {name: personal.mask(PEOPLE[name], value) for name, value in known.items()}
    personal.reveal(actor, request.matter, known)
    return known
