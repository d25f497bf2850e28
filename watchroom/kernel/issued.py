"""Figures that went out: each under a short id that opens to its definition, query and records.

What is issued stays what it was. Opened again, it is asked anew as it was known then, which proves
it, and as it is known now, which shows what came in late.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from watchroom.base.clock import now, utc
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.figures import proof
from watchroom.figures.figure import Figure
from watchroom.figures.indicator import Indicator
from watchroom.figures.periods import Period

from .access import Actor, NotFound, require
from .indicators import PERMISSION, Asked, all_indicators, ask, inside, pairs, seen
from .models import Agency, IssuedFigure, Matter

WRITTEN = re.compile(rf"F-?([{proof.LETTERS}]{{6,12}})")


@dataclass(frozen=True)
class Opened:
    """An issued figure and what stands behind it, as far as the reader may see.

    `then`, `now`: asked anew, as it was known when it was issued and as it is known now; None where
    the indicator no longer exists. `proven`: the records of then are still the same. `masked`: the
    reader stands outside and it is under the floor.
    """

    row: IssuedFigure
    agencies: list[Agency]
    indicator: Indicator | None
    then: Figure | None
    now: Figure | None
    proven: bool
    redefined: bool
    masked: bool
    records: list[tuple[Matter, float]]
    hidden: int

    @property
    def changed(self) -> bool:
        """Whether what is known now says another number than what was issued."""
        return self.now is not None and self.now.value != self.row.value


def issue(figure: Figure, actor: Actor) -> str:
    """Keep a figure for good and give its short id; the same figure again has the same id.

    Asked once more at this moment, so that number and records belong together. Refusal for who
    reads no figures there and for what is masked.
    """
    require(actor, PERMISSION)
    if figure.masked or not inside(actor, figure.agencies):
        raise Refusal(Text("该数不在您的范围内", "This figure is not yours to issue"))
    name = name_of(figure.indicator)
    asked = Asked([figure.period], figure.agencies, figure.known_at, figure.beat)
    known_at = figure.known_at or now()
    (told,) = ask(figure.indicator, asked)
    row = _row(name, told, proof.snapshot(pairs(figure.indicator, asked)), known_at)
    row.issued_by_id, row.issued_at = actor.staff_id, now()
    return _kept(row)


def name_of(indicator: Indicator) -> str:
    """ "<domain>.<key>" of a declared indicator; Refusal for one that no domain declares."""
    for name, one in all_indicators().items():
        if one is indicator:
            return name
    raise Refusal(Text("没有登记这个指标", "No domain declares this indicator"))


def _row(name: str, told: Figure, snapshot: str, known_at: datetime) -> IssuedFigure:
    definition = proof.definition(told.indicator)
    return IssuedFigure(
        indicator=name,
        definition=definition,
        version=proof.version(definition),
        agencies=told.agencies and list(told.agencies),
        beat_id=told.beat,
        starts=told.period.start,
        ends=told.period.end,
        value=told.value,
        said={lang: told.said(lang) for lang in ("zh", "en")},
        count=told.count,
        known_at=known_at,
        snapshot=snapshot,
    )


def _kept(row: IssuedFigure) -> str:
    days = [utc(moment).isoformat() for moment in (row.starts, row.ends)]
    same = (row.version, row.agencies, row.beat_id, *days, str(row.value), row.snapshot)
    for length in range(proof.SHORTEST, 13):
        row.id = proof.short_id(f"{row.indicator} {same}", length)
        known = IssuedFigure.objects.filter(pk=row.id).first()
        if known is None:
            IssuedFigure.objects.bulk_create([row], ignore_conflicts=True)
            return row.id
        if (known.indicator, known.version, known.snapshot, known.starts, known.ends) == (
            row.indicator, row.version, row.snapshot, row.starts, row.ends,
        ):  # fmt: skip
            return row.id
    raise AssertionError("sixty bits of a hash are never shared by chance")


def find(actor: Actor, said: str) -> IssuedFigure:
    """The issued figure with this id, as typed; NotFound also for who reads no figures at all."""
    match = WRITTEN.fullmatch(said.strip().upper())
    row = match and IssuedFigure.objects.filter(pk=f"F-{match.group(1)}").first()
    if not row or not actor.reach(PERMISSION):
        raise NotFound
    return row


def opened(actor: Actor, said: str) -> Opened:
    """Everything about an issued figure that the actor may see."""
    row = find(actor, said)
    roots = None if row.agencies is None else tuple(row.agencies)
    asked = Asked([Period(row.starts, row.ends)], roots, beat=row.beat_id)
    indicator = all_indicators().get(row.indicator)
    then, current, behind = None, None, []
    if indicator is not None:
        before = replace(asked, known_at=row.known_at)
        (then,), (current,) = ask(indicator, before), ask(indicator, asked)
        behind = pairs(indicator, before)
    masked = not inside(actor, roots) and _under(row, then, current)
    records, hidden = ([], 0) if masked else seen(actor, behind)
    return Opened(
        row,
        list(Agency.objects.filter(pk__in=roots or ()).order_by("path")),
        indicator,
        then,
        current,
        proven=indicator is not None and proof.snapshot(behind) == row.snapshot,
        redefined=indicator is not None and _version(indicator) != row.version,
        masked=masked,
        records=records,
        hidden=hidden,
    )


def _under(row: IssuedFigure, *told: Figure | None) -> bool:
    low = any(one is None or one.behind_floor().masked for one in told)
    return low or row.count < row.definition["floor"]


def _version(indicator: Indicator) -> str:
    return proof.version(proof.definition(indicator))
