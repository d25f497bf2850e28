"""How records look that were made at their time and on their own, and how some others do.

Every finding is something to be looked at: it says what stands in the records, never who did wrong
or why. Tests on digits are made for many agencies at once, so they are taken together (`chance`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10

import numpy as np
import numpy.typing as npt
from scipy import stats

from watchroom.base.text import Text

from .chance import discoveries

Counts = npt.NDArray[np.int64]

BENFORD = np.array([log10(1 + 1 / digit) for digit in range(1, 10)])
"""How often each first digit comes in values that spread over orders of magnitude (Benford, Proc.
Am. Philos. Soc. 78, 1938, 551-572)."""
FEW = 100
"""Values below which digits say nothing."""
SPREAD = 1000.0
"""Largest over smallest (1st and 99th percentile) from which first digits follow Benford's law."""
ALMOST_ALL = 0.99
Q = 0.05
"""The share of agencies named by their digits that chance alone may name."""
NOTABLE = 0.10
"""How far digits have to be off, as the largest difference of a share: with a hundred thousand
values a difference nobody would notice is certain."""


@dataclass(frozen=True)
class Kind:
    """One way in which records can look odd. `means`: what may lie behind it, harmless first."""

    key: str
    title: Text
    means: Text


KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            "order",
            Text("时间先后颠倒", "Clocks in the wrong order"),
            Text(
                "后一步的发生时间早于前一步：多为补录时写错时间，或设备时钟不准",
                "A step happened before the one it follows: mostly a time mistyped when entered "
                "later, or a device whose clock is wrong",
            ),
        ),
        Kind(
            "bulk",
            Text("集中办结", "Bulk closings"),
            Text(
                "五分钟内由同一账号办结十件以上：可能是统一核销，也可能是未逐件核实",
                "Ten or more ended from one account within five minutes: a clearing-up, or not "
                "looked at one by one",
            ),
        ),
        Kind(
            "same",
            Text("时间完全相同", "Identical times"),
            Text(
                "五件以上同类记录的补录时间分秒不差：可能是同一事件，也可能是照抄",
                "Five or more records of one kind entered afterwards with the same time to the "
                "second: one event, or copied",
            ),
        ),
        Kind(
            "late",
            Text("事后补录", "Entered long after"),
            Text(
                "发生一天以后才录入：可能当时没有网络，也可能事后补写",
                "Entered more than a day after it happened: no network at the time, or written "
                "afterwards",
            ),
        ),
        Kind(
            "rate",
            Text("比率接近百分之百", "Almost all"),
            Text(
                "比率几乎不可能低于 99%：可能确实做到，也可能没做到的没有登记",
                "A share that is hardly below 99 %: it may be so, or those that were not are not "
                "recorded",
            ),
        ),
        Kind(
            "minutes",
            Text("分钟数偏整", "Round minutes"),
            Text(
                "补录时间的分钟多落在 0 和 5：时间可能是估的",
                "The minutes of times entered afterwards are mostly 0 and 5: the times may be "
                "estimates",
            ),
        ),
        Kind(
            "digits",
            Text("用时首位数异常", "First digits of durations"),
            Text(
                "各步用时的首位数不像自然形成：可能是系统自动推进，也可能是倒推填写",
                "The first digits of durations do not look as if they came about by themselves: a "
                "step taken by a machine, or times filled in backwards",
            ),
        ),
    )
}


def almost_all(part: int, whole: int) -> bool:
    """Whether a share lies above 99 % almost certainly (Jeffreys' lower 95 % bound)."""
    return whole > 0 and float(stats.beta.ppf(0.05, part + 0.5, whole - part + 0.5)) > ALMOST_ALL


def round_minutes(last: Sequence[Counts]) -> list[bool]:
    """Of each agency's last digits of minutes (10 counts): whether 0 and 5 stand out."""
    off = _off(last, np.full(10, 0.1))
    return [o and one[0] + one[5] > 0.2 * one.sum() for o, one in zip(off, last, strict=True)]


def first_digits(first: Sequence[Counts], spread: Sequence[float]) -> list[bool]:
    """Of each agency's first digits (9 counts, 1 to 9): whether they are not Benford's. Not asked
    where the values do not spread far enough for the law to hold."""
    found = [
        counts if wide >= SPREAD else np.zeros(9, dtype=np.int64)
        for counts, wide in zip(first, spread, strict=True)
    ]
    return _off(found, BENFORD)


def _off(counts: Sequence[Counts], expected: npt.NDArray[np.float64]) -> list[bool]:
    """Which agencies' digits are off by chance-corrected test and by size."""
    asked = [n for n, one in enumerate(counts) if one.sum() >= FEW]
    p = np.array([stats.chisquare(counts[n], expected * counts[n].sum()).pvalue for n in asked])
    named = {n for n, found in zip(asked, discoveries(p, Q), strict=True) if found}
    return [n in named and _far(one, expected) for n, one in enumerate(counts)]


def _far(counts: Counts, expected: npt.NDArray[np.float64]) -> bool:
    return bool(np.abs(counts / counts.sum() - expected).max() >= NOTABLE)
