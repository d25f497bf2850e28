"""Which period a report tells of, what it is called, and what it is compared with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from watchroom.base.clock import day_end, day_start
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.figures.periods import Period, previous, same_last_year

SORTS: Mapping[str, Text] = {
    "month": Text("月报", "Month"),
    "half": Text("半年报", "Half-year"),
    "year": Text("年报", "Year"),
    "campaign": Text("专项行动", "Campaign"),
}
MONTHS: Mapping[str, int] = {"month": 1, "half": 6, "year": 12}
EACH: Mapping[str, Text] = {
    "month": Text("个月", "months"),
    "half": Text("个半年", "half-years"),
    "year": Text("年", "years"),
}
EARLIER: Mapping[str, int] = {"month": 12, "half": 6, "year": 6}
"""How many earlier periods are looked at for a record."""
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Against:
    """What a period is compared with: "before" (环比) or "year" (同比)."""

    key: str
    title: Text
    period: Period


def months(sort: str, year: int, month: int) -> Period:
    """The period of a sort that begins with a month."""
    first = date(year, month, 1)
    return Period(day_start(first), day_start(_on(first, MONTHS[sort])))


def campaign(first: date, last: date) -> Period:
    """From the beginning of one day to the end of another; Refusal where it would run back."""
    if last < first:
        raise Refusal(Text("结束日期不能早于开始日期", "It cannot end before it begins"))
    return Period(day_start(first), day_end(last))


def _on(first: date, months_on: int) -> date:
    number = first.year * 12 + first.month - 1 + months_on
    return date(number // 12, number % 12 + 1, 1)


def named(sort: str, period: Period) -> Text:
    """What the period is called: 2026年上半年, May 2026, 1 May to 30 June 2026."""
    first, last = period.first, period.last
    if sort == "month":
        return Text(f"{first.year}年{first.month}月", f"{_MONTHS[first.month - 1]} {first.year}")
    if sort == "half" and first.month in (1, 7):
        which = ("上", "first") if first.month == 1 else ("下", "second")
        return Text(f"{first.year}年{which[0]}半年", f"the {which[1]} half of {first.year}")
    if sort == "year" and first.month == 1:
        return Text(f"{first.year}年", f"{first.year}")
    if sort in MONTHS:
        return Text(
            f"{first.year}年{first.month}月至{last.year}年{last.month}月",
            f"{_MONTHS[first.month - 1]} {first.year} to {_MONTHS[last.month - 1]} {last.year}",
        )
    return Text(f"{_day(first).zh}至{_day(last).zh}", f"{_day(first).en} to {_day(last).en}")


def _day(day: date) -> Text:
    return Text(
        f"{day.year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    )


day_named = _day
"""A day as a report writes it."""


def title(agency: Text, sort: str, period: Period, campaign_name: str, lang: str) -> str:
    """The title a report is given."""
    if campaign_name:
        said = Text("{a}{n}工作综述", "{a}: report on {n}").format(a=agency, n=campaign_name)
    else:
        said = Text("{a}{p}工作综述", "{a}: report on {p}").format(a=agency, p=named(sort, period))
    return said.say(lang)


def against(sort: str, period: Period) -> tuple[Against, ...]:
    """What the figures of the period are compared with, in the order in which it is told."""
    year = Against("year", Text("上年同期", "the same period last year"), same_last_year(period))
    words = {
        "month": Text("上月", "the month before"),
        "half": Text("前六个月", "the six months before"),
        "campaign": Text("此前同样长的一段时间", "the same length of time before"),
    }
    if sort == "year":
        return (Against("year", Text("上年", "the year before"), year.period),)
    return (year, Against("before", words[sort], previous(period)))


def earlier(sort: str, period: Period) -> list[Period]:
    """The periods of the same length before this one, newest first; none for a campaign."""
    found, one = [], period
    for _ in range(EARLIER.get(sort, 0)):
        one = previous(one)
        found.append(one)
    return found
