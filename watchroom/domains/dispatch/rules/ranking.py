"""In which order units stand for a call, and why this order.

Every unit gets an effective time: its travel time plus what speaks against sending it, each part in
seconds and in words. The order is that of effective times; who cannot be sent stands after all who
can. Nothing is hidden in a score: the parts add up to the figure shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from watchroom.base.freshness import is_stale, stale_after
from watchroom.base.text import Text
from watchroom.kernel.skills import named

F64 = npt.NDArray[np.float64]

FREE, BUSY, REST, OFF = "free", "busy", "rest", "off"


@dataclass(frozen=True, slots=True)
class Weights:
    """Policy: what each thing that speaks against a unit costs, in seconds."""

    stale_per_s: float = 0.5
    stale_most: float = 300.0
    no_position: float = 600.0
    missing_skill: float = 600.0
    resting: float = 300.0
    per_share_lost: float = 1200.0
    beat_owner: float = -30.0
    straight_line_kmh: float = 30.0


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What is known of a unit at the moment of asking."""

    unit_id: int
    code: str
    name: str
    kind: str
    agency_id: int
    agency: str
    status: str
    lon: float | None
    lat: float | None
    position_age_s: float | None
    skills: tuple[str, ...] = ()
    crew: tuple[tuple[int, str], ...] = ()
    crew_skills: tuple[str, ...] = ()
    status_since_s: float | None = None
    seconds: float | None = None
    by_road: bool = False
    busy_until_s: float | None = None
    busy_with: str = ""
    stacked: int = 0
    lost_3: float | None = None
    lost_5: float | None = None
    beat_owner: bool = False


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """A unit in its place. `effective_s` is `seconds` and all `parts`; None where none is known."""

    facts: UnitFacts
    rank: int
    sendable: bool
    stale: bool
    missing_skills: tuple[str, ...]
    effective_s: float | None
    parts: tuple[tuple[str, float], ...]
    reasons: tuple[Text, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class UnitColumns:
    """What the order hangs on, of k units at once; nan where nothing is known."""

    code: Sequence[str]
    kind: Sequence[str]
    status: npt.NDArray[np.str_]
    seconds: F64
    position_age_s: F64
    busy_until_s: F64
    missing: F64
    """How many needed skills neither the unit nor its crew has."""
    lost_5: F64
    beat_owner: npt.NDArray[np.bool_]


def rank(
    units: Iterable[UnitFacts],
    needed: Sequence[str] = (),
    weights: Weights | None = None,
    limit: int | None = None,
) -> list[RankedUnit]:
    """The first `limit` units in order, each with its reasons.

    Ties are broken by code, so the order is stable.
    """
    policy = weights or Weights()
    rows = sorted((_weigh(unit, needed, policy) for unit in units), key=_order)[:limit]
    return [
        RankedUnit(
            r.facts, i, r.sendable, r.stale, r.missing_skills, r.effective_s, r.parts, _reasons(r)
        )
        for i, r in enumerate(rows, 1)
    ]


def order(units: UnitColumns, weights: Weights | None = None) -> npt.NDArray[np.int64]:
    """(k) the units as `rank` would order them, as indices: the reckoning without the words."""
    effective = _effective(units, weights or Weights())
    unknown = np.isnan(effective)
    cannot = (units.status != FREE) & (units.status != REST)
    keys = (np.array(units.code), np.where(unknown, 0.0, effective), unknown, cannot)
    return np.lexsort(keys)


def _effective(u: UnitColumns, policy: Weights) -> F64:
    """(k) as `_weigh` adds it up, in the same order: equal to the last bit."""
    late = u.position_age_s - np.array([stale_after(kind) for kind in u.kind])
    stale = np.clip(late * policy.stale_per_s, 0.0, policy.stale_most)
    parts = np.where(np.isnan(u.position_age_s), policy.no_position, stale)
    parts = parts + u.missing * policy.missing_skill
    parts = parts + np.where(u.status == REST, policy.resting, 0.0)
    parts = parts + np.where(u.status == BUSY, np.nan_to_num(u.busy_until_s), 0.0)
    parts = parts + np.nan_to_num(u.lost_5) * policy.per_share_lost
    parts = parts + np.where(u.beat_owner, policy.beat_owner, 0.0)
    return np.asarray(u.seconds + parts)


def _order(row: RankedUnit) -> tuple[bool, bool, float, str]:
    known = row.effective_s is not None
    return (not row.sendable, not known, row.effective_s if known else 0.0, row.facts.code)  # type: ignore[return-value]


def _weigh(unit: UnitFacts, needed: Sequence[str], policy: Weights) -> RankedUnit:
    missing = tuple(s for s in needed if s not in unit.skills and s not in unit.crew_skills)
    stale = is_stale(unit.kind, unit.position_age_s)
    parts = tuple(p for p in _parts(unit, stale, len(missing), policy) if p[1])
    total = None if unit.seconds is None else unit.seconds + sum(v for _, v in parts)
    return RankedUnit(unit, 0, unit.status in (FREE, REST), stale, missing, total, parts)


def _parts(
    unit: UnitFacts, stale: bool, missing: int, policy: Weights
) -> Iterable[tuple[str, float]]:
    if unit.position_age_s is None:
        yield "no_position", policy.no_position
    elif stale:
        late = unit.position_age_s - stale_after(unit.kind)
        yield "stale", min(policy.stale_most, late * policy.stale_per_s)
    yield "skill", missing * policy.missing_skill
    yield "rest", policy.resting if unit.status == REST else 0.0
    yield "busy", unit.busy_until_s or 0.0 if unit.status == BUSY else 0.0
    yield "coverage", (unit.lost_5 or 0.0) * policy.per_share_lost
    yield "beat", policy.beat_owner if unit.beat_owner else 0.0


def clock(seconds: float) -> str:
    """Seconds as 4′05″."""
    whole = round(seconds)
    return f"{whole // 60}′{whole % 60:02d}″"


def _reasons(row: RankedUnit) -> tuple[Text, ...]:
    unit, cost = row.facts, dict(row.parts)
    said = [_travel(unit)]
    if "no_position" in cost:
        said.append(Text("没有定位，按驻地计", "no position: reckoned from its base"))
    elif row.stale:
        age = clock(unit.position_age_s or 0)
        said.append(
            Text(f"定位已{age}未更新", f"position {age} old") + _plus(cost.get("stale", 0.0))
        )
    if row.missing_skills:
        lacks = Text("缺技能：{names}", "lacks: {names}").format(names=named(row.missing_skills))
        said.append(lacks + _plus(cost["skill"]))
    if "rest" in cost:
        said.append(Text("正在休整", "resting") + _plus(cost["rest"]))
    if unit.status == BUSY:
        said.append(_busy(unit))
    if unit.status == OFF:
        said.append(Text("未上勤", "off duty"))
    if unit.lost_3 is not None and unit.lost_5 is not None:
        said.append(_lost(unit.lost_3, unit.lost_5) + _plus(cost.get("coverage", 0.0)))
    if "beat" in cost:
        said.append(Text("本警格民警", "the officer of this beat") + _plus(cost["beat"]))
    return tuple(said)


def _plus(seconds: float) -> Text:
    sign = "−" if seconds < 0 else "+"
    return Text(f"（{sign}{clock(abs(seconds))}）", f"({sign}{clock(abs(seconds))})")


def _travel(unit: UnitFacts) -> Text:
    if unit.seconds is None:
        return Text("无路可达", "no way there by road")
    if unit.by_road:
        return Text(f"路程{clock(unit.seconds)}", f"{clock(unit.seconds)} by road")
    return Text(
        f"直线估计{clock(unit.seconds)}（未导入路网）",
        f"{clock(unit.seconds)} in a straight line (no road network imported)",
    )


def _busy(unit: UnitFacts) -> Text:
    if unit.busy_until_s is None:
        return Text(f"正在处置 {unit.busy_with}", f"busy with {unit.busy_with}")
    left = clock(unit.busy_until_s)
    return Text(
        f"正在处置 {unit.busy_with}，约{left}后可用", f"busy with {unit.busy_with}, free in {left}"
    ) + _plus(unit.busy_until_s)


def _lost(three: float, five: float) -> Text:
    if not five:
        return Text("派出不减少覆盖", "sending it uncovers nothing")
    return Text(
        f"派出后3分钟覆盖少{three:.1%}、5分钟少{five:.1%}",
        f"sending it leaves {three:.1%} (3 min) and {five:.1%} (5 min) of expected calls uncovered",
    )
