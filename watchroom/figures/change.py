"""What changed between two periods, and what that says in words."""

from dataclasses import dataclass
from decimal import Decimal

from watchroom.base.rounding import change_percent, half_up
from watchroom.base.text import Text

PLACES = 2
UNDEFINED = Text("无法计算（基数为零）", "undefined (the base is zero)")
BELOW_ZERO = Text("无法计算（基数为负）", "undefined (the base is below zero)")
UNKNOWN = Text("无法计算（没有可比数）", "undefined (there is nothing to compare with)")
NO_CHANGE = Text("持平", "unchanged")
UP, DOWN = Text("上升 {by}", "up {by}"), Text("下降 {by}", "down {by}")


@dataclass(frozen=True)
class Against:
    """A figure now and at another time; None where there is none. `points`: both are per cent.

    Of a figure in per cent the change is said in percentage points, of any other in per cent of
    the base, half up to two decimals. `percent` is None, never 0, where the base is zero
    (or below: clocks in the wrong order).
    """

    now: Decimal | None
    base: Decimal | None
    points: bool = False

    @property
    def difference(self) -> Decimal | None:
        """Now less the base, in the figure's own unit."""
        return None if self.now is None or self.base is None else self.now - self.base

    @property
    def percent(self) -> Decimal | None:
        """100 · (now - base) / base; None where that is undefined."""
        if self.now is None or self.base is None or self.base <= 0:
            return None
        return change_percent(self.now, self.base, PLACES)

    @property
    def by(self) -> Decimal | None:
        """The number that is published: points of a share, per cent of anything else."""
        if not self.points:
            return self.percent
        return None if self.difference is None else half_up(self.difference, PLACES)

    def said(self, lang: str) -> str:
        """ "上升 5.26%", "down 0.40 points", or why nothing can be said."""
        if self.now is None or self.base is None:
            return UNKNOWN.say(lang)
        if self.by is None:
            return (UNDEFINED if self.base == 0 else BELOW_ZERO).say(lang)
        if self.by == 0:
            return NO_CHANGE.say(lang)
        unit = Text("个百分点", " points") if self.points else Text("%", " %")
        said = Text(f"{abs(self.by)}{unit.zh}", f"{abs(self.by)}{unit.en}")
        return (UP if self.by > 0 else DOWN).format(by=said).say(lang)


@dataclass(frozen=True)
class Change:
    """A figure beside that of the period before (环比) and of the same one last year (同比)."""

    now: Decimal | None
    before: Decimal | None
    year_ago: Decimal | None
    points: bool = False

    @property
    def on_before(self) -> Against:
        """环比."""
        return Against(self.now, self.before, self.points)

    @property
    def on_year(self) -> Against:
        """同比."""
        return Against(self.now, self.year_ago, self.points)
