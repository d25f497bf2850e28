"""指标看板: every figure of an agency beside the period before, last year and twelve months."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from watchroom.base.clock import now
from watchroom.base.text import Text
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Agency
from watchroom.kernel.registry import registry

if TYPE_CHECKING:
    from watchroom.figures.change import Change
    from watchroom.figures.figure import Figure
    from watchroom.figures.periods import Named

MONTHS = 12
WIDTH, HEIGHT = 96, 24


@dataclass(frozen=True)
class Line:
    """One figure on the board; `months` are its last twelve, oldest first."""

    name: str
    now: Figure
    before: Figure
    year_ago: Figure
    change: Change
    months: Sequence[Figure]

    @property
    def spark(self) -> list[str]:
        """The twelve months as polylines; a month without a value is a gap."""
        return polylines([figure.value for figure in self.months])


@require_GET
@needs("figures.view")
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The board of one agency with all below it."""
    from watchroom.figures.periods import usual  # noqa: PLC0415

    agency = _agency(actor, request.GET.get("agency", ""))
    every = {one.key: one for one in usual(now())}
    chosen = every.get(request.GET.get("period", ""), every["this-month"])
    lines, months = _lines(actor, agency, chosen)
    values = {
        "agency": agency,
        "above": _above(actor, agency),
        "below": Agency.objects.filter(parent=agency).order_by("path"),
        "periods": every,
        "chosen": chosen,
        "groups": list(_groups(lines)),
        "months": months,
        "days": {"since": str(chosen.period.first), "until": str(chosen.period.last)},
        "width": WIDTH,
        "height": HEIGHT,
    }
    return render(request, "desk/figures_board.html", values)


def _agency(actor: Actor, code: str) -> Agency:
    """The agency that is asked for, or the topmost the reader reads; NotFound for others."""
    mine = Agency.objects.filter(pk__in=actor.reach("figures.view")).order_by("path")
    found = mine.filter(code=code).first() if code else mine.first()
    if found is None:
        raise NotFound
    return found


def _above(actor: Actor, agency: Agency) -> list[Agency]:
    ids = [int(part) for part in agency.path.split(".") if part]
    rows = Agency.objects.filter(pk__in=ids).exclude(pk=agency.pk).order_by("path")
    return [row for row in rows if actor.within("figures.view", row.pk)]


def _lines(actor: Actor, agency: Agency, chosen: Named) -> tuple[list[Line], list[str]]:
    from watchroom.figures.change import Change  # noqa: PLC0415
    from watchroom.figures.indicator import SHARES  # noqa: PLC0415
    from watchroom.figures.periods import months_back  # noqa: PLC0415
    from watchroom.kernel.indicators import all_indicators  # noqa: PLC0415
    from watchroom.kernel.kept_figures import board  # noqa: PLC0415

    months = months_back(now(), MONTHS)
    asked = [chosen.period, chosen.before, chosen.year_ago, *months]
    found = board(actor, all_indicators(), asked, agency)
    lines = []
    for name, (this, before, year_ago, *rest) in found.items():
        points = this.indicator.unit in SHARES
        change = Change(this.value, before.value, year_ago.value, points)
        lines.append(Line(name, this, before, year_ago, change, rest))
    return lines, [f"{month.first:%Y-%m}" for month in months]


def _groups(lines: Iterable[Line]) -> Iterable[tuple[Text, list[Line]]]:
    """The lines of each domain that has any."""
    by_domain: dict[str, list[Line]] = {}
    for line in lines:
        by_domain.setdefault(line.name.split(".", 1)[0], []).append(line)
    for key, found in by_domain.items():
        yield registry.domains[key].title, found


def polylines(values: Sequence[Decimal | None]) -> list[str]:
    """The points of each unbroken run of values, in a box of WIDTH by HEIGHT from zero up."""
    known = [value for value in values if value is not None]
    low, high = min([Decimal(0), *known]), max([Decimal(0), *known])
    span, step = (high - low) or Decimal(1), Decimal(WIDTH - 4) / max(1, len(values) - 1)
    runs: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        up = (value - low) / span * (HEIGHT - 4)
        runs[-1].append(f"{2 + place * step:.1f},{HEIGHT - 2 - up:.1f}")
    return [" ".join(run if len(run) > 1 else run * 2) for run in runs if run]


urlpatterns = [path("figures/board/", show, name="figures-board")]
