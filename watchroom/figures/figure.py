"""A figure: an indicator in a period and scope, as one number and in words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from watchroom.base.rounding import half_up, minutes, percent
from watchroom.base.text import Text

from .indicator import PERCENTILES, SHARES, Indicator
from .periods import Period

NONE: Mapping[float, float | None] = dict.fromkeys(PERCENTILES)
NOTHING = "—"
MASKED = Text("少于 {n}", "under {n}")


@dataclass(frozen=True)
class Figure:
    """An indicator in a period and scope. A percentile of nothing is None, never zero.

    `count`: the samples; of a ratio, what stands below the line; of "distinct", the different ones.
    `agencies`: whose, with all below them at the time; None is everybody's. `beat`: of this one.
    `known_at`: from what had been recorded by then; None is now.
    `masked`: fewer than the indicator's floor, and the reader stands outside: no number is said.
    """

    indicator: Indicator
    period: Period
    count: int
    percentiles: Mapping[float, float | None]
    part: float = 0.0
    masked: bool = False
    agencies: tuple[int, ...] | None = None
    beat: int | None = None
    known_at: datetime | None = None

    @property
    def share(self) -> Decimal | None:
        """Of a share or ratio, the per cent; None of nothing, and of anything else."""
        one = self.indicator
        return percent(self.part, self.count, one.places) if one.unit in SHARES else None

    @property
    def yuan(self) -> Decimal | None:
        """Of an amount, the sum in yuan, exactly; None of anything else."""
        return Decimal(int(self.part)) / 100 if self.indicator.unit == "fen" else None

    @property
    def value(self) -> Decimal | None:
        """The number of its unit: count, per cent, yuan, or the median in whole seconds."""
        if self.masked:
            return None
        if self.indicator.unit == "seconds":
            median = self.percentiles[0.5]
            return None if median is None else half_up(median)
        if self.indicator.unit in SHARES:
            return self.share
        return self.yuan if self.indicator.unit == "fen" else Decimal(self.count)

    def said(self, lang: str) -> str:
        """The value as it is published; a dash where there is none."""
        if self.masked:
            return MASKED.format(n=self.indicator.floor).say(lang)
        return said(self.indicator, self.value, lang)

    def behind_floor(self) -> "Figure":
        """What somebody outside the agency may read of it."""
        floor = self.indicator.floor
        parts = {self.count}
        if self.indicator.unit == "share":
            parts |= {int(self.part), self.count - int(self.part)} - {0}
        if self.indicator.unit == "ratio":
            parts |= {int(self.part)}
        if min(parts) >= floor:
            return self
        return replace(self, count=0, part=0.0, percentiles=NONE, masked=True)


def said(indicator: Indicator, value: Decimal | None, lang: str) -> str:
    """A value of an indicator as it is published, in its unit."""
    if value is None:
        return NOTHING
    if indicator.unit == "seconds":
        return minutes(value)
    if indicator.unit in SHARES:
        return Text(f"{value}%", f"{value} %").say(lang)
    if indicator.unit == "fen":
        return Text(f"{value:,.2f} 元", f"{value:,.2f} yuan").say(lang)
    return f"{value:,}"
