"""The report as its figures write it: chapters of the domains, sentences chosen by what they say.

Nothing is stored here. Numbers keep their places (`numbered`) when a draft is counted again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from watchroom.base.clock import local, local_date, now
from watchroom.base.rounding import half_up
from watchroom.base.text import Text, join
from watchroom.figures.charts.kinds import Chart, kept
from watchroom.figures.figure import Figure
from watchroom.figures.indicator import Indicator
from watchroom.figures.periods import Period, months_back
from watchroom.kernel import access, charts, indicators
from watchroom.kernel.access import Actor
from watchroom.kernel.chapters import Chapter, Outcomes, Shown, Told, all_chapters
from watchroom.kernel.models import Agency
from watchroom.kernel.registry import registry

from ..models import Number
from ..rules import spans, tokens, wording
from ..rules.wording import Base, Facts
from . import Beginning

ORDINALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Plan:
    """What is to be written: whose report, of which period, in which language and chapters."""

    agency: Agency
    sort: str
    period: Period
    lang: str
    chapters: tuple[str, ...]


@dataclass(frozen=True)
class Written:
    """One block as the figures write it; `key` stays the same however often it is written."""

    key: str
    chapter: str
    sort: str
    words: str
    chart: dict[str, Any] | None = None


@dataclass(frozen=True)
class Reading:
    """One number: read from a figure, or from two of them where it is a change."""

    n: int
    key: str
    indicator: str
    reading: str
    value: Decimal | None
    said: str
    figure: Figure
    base: Figure | None = None


@dataclass
class Composed:
    """A whole report: its blocks in order and its numbers by key."""

    blocks: list[Written] = field(default_factory=list)
    readings: dict[str, Reading] = field(default_factory=dict)


def compose(actor: Actor, plan: Plan, numbered: Mapping[str, int]) -> Composed:
    """Write the report from the figures as they are known now."""
    return _Writer(actor, plan, dict(numbered)).written()


class _Writer:
    def __init__(self, actor: Actor, plan: Plan, numbered: dict[str, int]) -> None:
        self.actor, self.plan, self.numbered = actor, plan, numbered
        self.out = Composed()
        self.known = indicators.all_indicators()

    def written(self) -> Composed:
        declared = all_chapters()
        self.out.blocks.append(Written("opening", "", "words", _opening(self.plan)))
        wanted = [(key, one) for key, one in declared.items() if key in self.plan.chapters]
        for number, (key, chapter) in enumerate(wanted):
            self._chapter(number, key, chapter)
        return self.out

    def _chapter(self, number: int, key: str, chapter: Chapter) -> None:
        lang = self.plan.lang
        count = f"{ORDINALS[number]}、" if lang == "zh" else f"{number + 1}. "
        self._block(f"{key}:heading", key, "heading", count + chapter.title.say(lang))
        begun = Beginning(charts.kept_since(key, self.plan.agency))
        if said := _since(begun, self.plan):
            self._block(f"{key}:since", key, "words", said.say(lang))
        if begun.at is None or begun.at >= self.plan.period.end:
            return
        for k, paragraph in enumerate(chapter.paragraphs):
            self._block(f"{key}:{k}", key, "words", self._paragraph(key, paragraph, begun))
        for k, wanted in enumerate(chapter.charts):
            self._chart(f"{key}:chart{k}", key, wanted, begun)

    def _paragraph(self, domain: str, told: Sequence[Told], begun: Beginning) -> str:
        """The sentences about what was recorded, and one that names what was not."""
        said, nothing = [], []
        for one in told:
            words = self._sentence(domain, one, begun)
            if words:
                said.append(words)
            else:
                nothing.append(self.known[f"{domain}.{one.indicator}"].title)
        if nothing:
            said.append(wording.nothing_of(nothing).say(self.plan.lang))
        return ("" if self.plan.lang == "zh" else " ").join(said)

    def _block(self, key: str, chapter: str, sort: str, words: str) -> None:
        self.out.blocks.append(Written(key, chapter, sort, words))

    def _sentence(self, domain: str, told: Told, begun: Beginning) -> str:
        name = f"{domain}.{told.indicator}"
        one, plan = self.known[name], self.plan
        against = spans.against(plan.sort, plan.period) if told.compared else ()
        against = tuple(a for a in against if begun.covers(a.period))
        before = spans.earlier(plan.sort, plan.period) if told.compared else []
        before = [period for period in before if begun.covers(period)]
        periods = [plan.period, *(a.period for a in against), *before]
        figures = indicators.series(self.actor, one, periods, agency=plan.agency)
        figure, bases = figures[0], figures[1 : 1 + len(against)]
        if figure.count == 0:
            return ""
        facts = Facts(
            one.title,
            one.unit,
            figure.value,
            figure.count,
            [
                Base(a.key, a.title, base.value, base.count)
                for a, base in zip(against, bases, strict=True)
            ],
            [earlier.value for earlier in figures[1 + len(against) :]],
            spans.EACH.get(plan.sort),
        )
        by_key = {a.key: base for a, base in zip(against, bases, strict=True)}
        token = self._token(name, figure, by_key)
        return wording.sentence(told.said, facts, token, plan.lang, compared=told.compared)

    def _token(
        self, name: str, figure: Figure, bases: Mapping[str, Figure]
    ) -> Callable[[str], str]:
        def token(key: str) -> str:
            base = bases.get(key.removeprefix("change:"))
            reading = wording.reading_of(key, figure.indicator.unit)
            value = value_of(reading, figure, base)
            said = wording.shown(reading, value, self.plan.lang)
            full = f"{name}|{key}"
            n = self.numbered.setdefault(full, max(self.numbered.values(), default=0) + 1)
            self.out.readings[full] = Reading(n, full, name, reading, value, said, figure, base)
            return tokens.token(n)

        return token

    def _chart(self, key: str, domain: str, wanted: Shown | Outcomes, begun: Beginning) -> None:
        made = _drawn(self.actor, self.plan, domain, wanted, begun)
        if made is None:
            return
        self.out.blocks.append(Written(key, domain, "chart", made.title, kept(made)))


def value_of(reading: str, figure: Figure, base: Figure | None) -> Decimal | None:
    """The number that a reading takes from a figure, or from two."""
    if reading in ("percent", "points"):
        return wording.change_of(figure.indicator.unit, figure.value, base.value if base else None)
    if reading == "n":
        return Decimal(figure.count)
    if reading == "p90":
        return _rounded(figure.percentiles[0.9])
    return figure.value


def _rounded(seconds: float | None) -> Decimal | None:
    return None if seconds is None else half_up(seconds)


def _since(begun: Beginning, plan: Plan) -> Text | None:
    """What is said where records do not go back far enough for the period or a comparison."""
    if begun.at is None or begun.at >= plan.period.end:
        return Text("本期没有此项业务的记录。", "Nothing of this kind was kept in this period.")
    missing = [a.title for a in spans.against(plan.sort, plan.period) if not begun.covers(a.period)]
    if not missing:
        return None
    said = Text(
        "本章的记录自{d}起，故不与{m}比较。",
        "Records of this chapter begin on {d}, so nothing is compared with {m}.",
    )
    day = spans.day_named(local_date(begun.at))
    return said.format(d=day, m=join(missing, en=" or "))


def _opening(plan: Plan) -> str:
    first, last = spans.day_named(plan.period.first), spans.day_named(plan.period.last)
    whole = Text(
        "本综述统计期为{a}至{b}，数据取自{now}的记录；此后补录或更正的，不改变已印发的文本。",
        "This report counts {a} to {b}, from the records as they stood on {now}; what is recorded "
        "or corrected later does not change what was issued.",
    )
    seen = now()
    at = spans.day_named(local_date(seen)) + Text(f"{local(seen):%H:%M}", f"at {local(seen):%H:%M}")
    return whole.format(a=first, b=last, now=at).say(plan.lang)


MOST_AGENCIES = 30


def _drawn(
    actor: Actor, plan: Plan, domain: str, wanted: Shown | Outcomes, begun: Beginning
) -> Chart | None:
    lang, agency, period = plan.lang, plan.agency, plan.period
    if isinstance(wanted, Outcomes):
        flows = charts.outcomes(actor, registry.flow(wanted.kind), period, lang, agency=agency)
        return flows if flows.links else None
    one: Indicator = indicators.all_indicators()[f"{domain}.{wanted.indicator}"]
    if wanted.way == "months":
        periods = [p for p in months_of(period) if begun.at is None or p.end > begun.at]
        return charts.over_time(actor, one, periods, labels_of(periods), lang, agency=agency)
    if wanted.way == "agencies":
        below = list(Agency.objects.filter(parent=agency).order_by("code")[:MOST_AGENCIES])
        return charts.by_agency(actor, one, period, below, lang, handed_on=True) if below else None
    if wanted.way == "hours":
        return charts.by_hour(actor, one, period, lang, agency=agency)
    areas = charts.on_beats(actor, one, period, lang, agency=agency, handed_on=True)
    return areas if areas.areas else None


def months_of(period: Period) -> list[Period]:
    """The months a chart of a period shows: those it touches, and a year of them at least."""
    last = period.end - timedelta(microseconds=1)
    first, until = local(period.start), local(last)
    touched = (until.year - first.year) * 12 + until.month - first.month + 1
    return months_back(last, max(touched, 12))


def labels_of(periods: Sequence[Period]) -> list[str]:
    """Months as they stand under a chart."""
    return [f"{local(p.start):%Y-%m}" for p in periods]


def read_again(
    actor: Actor, agency: Agency, lang: str, held: Iterable[Number]
) -> dict[str, Reading]:
    """Numbers read once more from the records as they are now, one question an indicator."""
    known, found = indicators.all_indicators(), {}
    by_name: dict[str, list[Number]] = {}
    for number in held:
        by_name.setdefault(number.indicator, []).append(number)
    for name, those in by_name.items():
        if name not in known:  # its domain no longer declares it: there is nothing to compare with
            continue
        asked = sorted({p for one in those for p in _periods(one)}, key=lambda p: (p.start, p.end))
        figures = indicators.series(actor, known[name], asked, agency=agency)
        by_period = dict(zip(asked, figures, strict=True))
        for one in those:
            figure, *base = (by_period[period] for period in _periods(one))
            value = value_of(one.reading, figure, base[0] if base else None)
            said = wording.shown(one.reading, value, lang)
            found[one.key] = Reading(
                one.n, one.key, name, one.reading, value, said, figure, base[0] if base else None
            )
    return found


def counting(actor: Actor) -> Actor:
    """Whoever may read the report, reading the figures it is made of."""
    return access.on_account_of(actor, indicators.PERMISSION)


def _periods(number: Number) -> list[Period]:
    base = (
        [Period(number.base_since, number.base_until)]
        if number.base_since and number.base_until
        else []
    )
    return [Period(number.since, number.until), *base]


def with_kept(actor: Actor, plan: Plan, composed: Composed, held: Iterable[Number]) -> Composed:
    """The report with those numbers too that only edited words still show, read again."""
    missing = [one for one in held if one.key not in composed.readings]
    again = read_again(actor, plan.agency, plan.lang, missing)
    return Composed(composed.blocks, {**composed.readings, **again})
