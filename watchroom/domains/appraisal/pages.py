"""The pages of appraisal: schemes, proposing one, its table, and the panel of a matter."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.figures import guard, scoring
from watchroom.figures.scoring import Item, Line
from watchroom.kernel import access, typed
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Agency, Matter

from . import actions, forms, queries, rules
from .actions import Draft
from .flow import DRAFT, FLOWS, VIEW
from .models import Scheme

if TYPE_CHECKING:
    from .queries import Cell, League

SHOWN = 200


@require_GET
@needs(VIEW)
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Schemes; `over`: those that ended, and those the guard refused, with the rule."""
    over = "over" in request.GET
    values = {
        "rows": list(queries.schemes(actor, over=over)[:SHOWN]),
        "over": over,
        "levels": rules.LEVELS,
        "flows": {flow.kind: flow for flow in FLOWS},
        "may_propose": bool(actor.reach(DRAFT)),
    }
    return render(request, "appraisal/list.html", values)


@require_http_methods(["GET", "POST"])
@needs(DRAFT)
def propose(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Propose a scheme. What the guard would refuse is said beside each figure before."""
    values = {"typed": request.POST or forms.empty(), **_choices(queries.compares(actor))}
    return typed.form_page(
        request,
        "appraisal/propose.html",
        values,
        lambda sent: actions.propose(actor, forms.read(sent), act_id=typed.act_id(sent)),
    )


@require_http_methods(["GET", "POST"])
@needs(DRAFT)
def change(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Change a scheme that has not been checked."""
    kept = queries.by_number(actor, number)
    access.require(actor, DRAFT, kept.matter)
    values = {
        "typed": request.POST or forms.written(_draft(kept)),
        "matter": kept.matter,
        **_choices(kept.matter.agency_id),
    }
    return typed.form_page(
        request,
        "appraisal/propose.html",
        values,
        lambda sent: actions.redraft(actor, kept.pk, forms.read(sent), act_id=typed.act_id(sent)),
    )


def _draft(kept: Scheme) -> Draft:
    matter, scheme = kept.matter, queries.rules_of(kept)
    return Draft(matter.title, kept.level, kept.since, kept.until, scheme, matter.words)


def _choices(agency_id: int) -> dict[str, Any]:
    known = queries.known()
    never = {key: guard.touched(one) for key, one in known.items()}
    work = {k: v.title for k, v in known.items() if queries.indicators()[k].unit == "count"}
    return {
        "indicators": known,
        "never": {key: kinds[0].title for key, kinds in never.items() if kinds},
        "bases": forms.bases({k: title for k, title in work.items() if not never[k]}),
        "ways": scoring.WAYS,
        "betters": forms.BETTER,
        "percentiles": forms.LEVELS,
        "lines": forms.LINES,
        "levels": {k: rules.LEVELS[k] for k in queries.levels(agency_id)},
        "compared_in": Agency.objects.get(pk=agency_id),
    }


@dataclass(frozen=True)
class Row:
    """One line of the table as it is drawn. `band`: the runs it belongs to that cannot be told
    apart, by their place among the bands."""

    line: Line
    agency: Agency
    cells: list[tuple[Cell, Decimal | None, bool]]
    bands: list[int]


@require_GET
@needs(VIEW)
def table(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The table of a scheme; `w0`, `w1`…: what if the items weighed this, on the screen only."""
    kept = queries.by_number(actor, number)
    values: dict[str, Any] = {"kept": kept, "matter": kept.matter, "levels": rules.LEVELS}
    refused = queries.refused(kept)
    if refused:
        return render(request, "appraisal/table.html", values | {"refusals": refused})
    own = queries.rules_of(kept)
    try:
        scheme = scoring.reweighted(own, _weights(request, own))
        scoring.check(scheme)
    except Refusal as refusal:
        scheme, values["refusal"] = own, refusal.text
    league = queries.league(kept, scheme)
    values |= {
        "league": league,
        "rows": _rows(actor, league),
        "what_if": scheme != own,
        "own": own,
        "known": queries.known(),
        "period": {"since": kept.since.isoformat(), "until": kept.until.isoformat()},
        "sure": 95,
    }
    return render(request, "appraisal/table.html", values)


def _weights(request: HttpRequest, scheme: scoring.Scheme) -> dict[int, Decimal]:
    said = {n: forms.decimal(request.GET.get(f"w{n}")) for n in range(len(scheme.items))}
    return {n: weight for n, weight in said.items() if weight is not None}


def _rows(actor: Actor, league: League) -> list[Row]:
    return [
        Row(
            line,
            league.agencies[line.who],
            [
                (cell, points, _masked(actor, cell, league.agencies[line.who]))
                for cell, points in zip(league.cells[line.who], line.items, strict=True)
            ],
            [n for n, (first, last) in enumerate(league.table.bands) if first <= place <= last],
        )
        for place, line in enumerate(league.table.lines)
    ]


def _masked(actor: Actor, cell: Cell, agency: Agency) -> bool:
    """Whether this reader stands outside an agency of which there are too few to be told."""
    within = actor.within("figures.view", agency.pk)
    return not within and bool(cell.figure.count) and cell.figure.behind_floor().masked


def _measured(item: Item, value: Decimal, lang: str) -> str:
    """A value of an item's figure in its unit; as it is where the figure is declared no more."""
    from watchroom.figures.figure import said  # noqa: PLC0415 - takes a second

    one = queries.indicators().get(item.indicator)
    return said(one, value, lang) if one else str(value)


def matter_context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """What the page of a matter adds: the items, what the guard said, the way to the table."""
    kept = queries.scheme_of(actor, matter.pk)
    scheme = queries.rules_of(kept)
    return {
        "kept": kept,
        "scheme": scheme,
        "known": queries.known(),
        "measured": _measured,
        "level": rules.LEVELS.get(kept.level, Text(kept.level, kept.level)),
        "refusals": kept.refusals,
        "may_change": matter.state == "proposed" and access.may(actor, DRAFT, matter),
        "percentiles": forms.LEVELS,
        "betters": forms.BETTER,
    }
