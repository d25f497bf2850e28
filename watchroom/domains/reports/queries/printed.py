"""A report as it is read: its parts in order, with the numbers where their tokens stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from watchroom.base.text import Text
from watchroom.figures.charts.drawn import picture
from watchroom.figures.charts.kinds import Chart, read
from watchroom.figures.charts.picture import svg
from watchroom.figures.indicator import Indicator
from watchroom.kernel import indicators
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from ..models import Block, Number, Report
from ..rules import spans, tokens, wording
from . import blocks, edits, numbers, period_of, writing

Piece = str | Number


@dataclass(frozen=True)
class Part:
    """A heading, paragraph or chart. `typed`: digits in it that somebody wrote by hand."""

    block: Block
    pieces: Sequence[Piece]
    chart: Chart | None
    typed: Sequence[str]

    @property
    def svg(self) -> Markup:
        """The chart as it stands on a page; nothing where there is none."""
        return Markup(svg(picture(self.chart), inline=True) if self.chart else "")  # noqa: S704


@dataclass(frozen=True)
class Source:
    """Where a number comes from: for the list at the end of a report."""

    number: Number
    title: Text
    reading: Text
    definition: Text
    period: Text
    base: Text | None


@dataclass(frozen=True)
class Printed:
    """The whole report. `sources`: of every number that is shown, in the order of their places."""

    report: Report
    matter: Matter
    period: Text
    parts: Sequence[Part]
    sources: Sequence[Source]

    @property
    def lang(self) -> str:
        """The language it is written in."""
        return self.report.lang


def printed(report: Report, *, dropped: bool = False) -> Printed:
    """The report as it stands; `dropped`: with what was left out, for its editors."""
    by_place = numbers(report)
    rows = [block for block in blocks(report) if dropped or not block.dropped]
    parts = [_part(block, by_place) for block in rows]
    used = sorted({p.n for part in parts for p in part.pieces if isinstance(p, Number)})
    known = indicators.all_indicators()
    sources = [_source(by_place[n], known) for n in used]
    period = spans.named(report.sort, period_of(report))
    return Printed(report, report.matter, period, parts, sources)


def _part(block: Block, by_place: Mapping[int, Number]) -> Part:
    pieces = [by_place[p] if isinstance(p, int) else p for p in tokens.pieces(block.words)]
    typed = tokens.typed(block.words, block.written) if block.sort == "words" else []
    return Part(block, pieces, read(block.chart) if block.chart else None, typed)


def _source(number: Number, known: Mapping[str, Indicator]) -> Source:
    one = known.get(number.indicator)
    gone = Text(number.indicator, number.indicator)
    base = None
    if number.base_since and number.base_until:
        base = _days(writing.Period(number.base_since, number.base_until))
    return Source(
        number,
        one.title if one else gone,
        wording.READINGS[number.reading],
        one.definition if one else gone,
        _days(writing.Period(number.since, number.until)),
        base,
    )


def _days(period: writing.Period) -> Text:
    return spans.named("campaign", period)


@dataclass(frozen=True)
class Changed:
    """A number that reads otherwise now than in the report."""

    source: Source
    then: str
    now: str


def changed_since(actor: Actor, report: Report) -> list[Changed]:
    """The numbers a report shows that come out otherwise from the records as they are now.

    The reader need not see figures for it: they read the same numbers of the same agency as the
    report tells them.
    """
    sources = printed(report).sources
    agency = report.matter.agency
    again = writing.read_again(
        writing.counting(actor), agency, report.lang, [one.number for one in sources]
    )
    return [
        Changed(one, one.number.said, again[one.number.key].said)
        for one in sources
        if one.number.key in again and again[one.number.key].said != one.number.said
    ]


@dataclass(frozen=True)
class Marked:
    """An edit as it is shown: who, when, in which paragraph, and what became of its words."""

    who: str
    at: object
    block: Block
    words: Sequence[tuple[str, Sequence[Piece]]]
    dropped: bool | None


def marked_edits(report: Report) -> list[Marked]:
    """Every edit with its marks, the newest first."""
    by_place = numbers(report)
    return [
        Marked(
            one.by_name,
            one.at,
            one.block,
            [
                (how, [by_place[p] if isinstance(p, int) else p for p in tokens.pieces(text)])
                for how, text in tokens.marked(one.before, one.after)
            ],
            one.dropped,
        )
        for one in edits(report)
    ]
