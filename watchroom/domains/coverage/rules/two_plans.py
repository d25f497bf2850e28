"""Two sets of posts against the same expected calls: what each reaches, what changes, and why.

Everything is counted anew from the table of seconds, so what is shown does not hang on how a plan
was found. c calls' places, s sites; a plan is a sequence of site numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

import numpy as np
import numpy.typing as npt

from watchroom.base.text import Text

F64 = npt.NDArray[np.float64]
TIERS = (60, 180, 300)
GAINS = (1.0, 0.6, 0.3)
"""What a call reached within 1, 3 and 5 minutes is worth, where the agency says nothing else."""
STAYS, COMES, GOES = "stays", "comes", "goes"
WHAT = {
    STAYS: Text("不变", "stays"),
    COMES: Text("新设", "comes"),
    GOES: Text("撤下", "goes"),
}
MOVED_M = 2000.0
"""A post that goes and one that comes nearer than this are one post that moves."""
MOST_POSTS = 200


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one site. `alone`: share of the calls within the limit of it and of no other
    post of its plan. `still`: how much of that plan B reaches all the same. `partner`: the site it
    moves to or from, `metres` away."""

    site: int
    what: str
    alone: float
    still: float
    partner: int | None = None
    metres: float = 0.0


def new_place(lon: float, lat: float, street: Text | None) -> Text:
    """What a place is called at which there is no post yet."""
    name = street or Text("路口", "Crossing")
    return Text(f"{name.zh} {lon:.4f}, {lat:.4f}", f"{name.en} {lon:.4f}, {lat:.4f}")


def hours_of(first: int, last: int) -> list[int]:
    """The hours of the day from one to before another; over midnight where the other is earlier."""
    return list(range(24)) if (last - first) % 24 == 0 else [
        (first + i) % 24 for i in range((last - first) % 24)
    ]  # fmt: skip


def runs_in(starts: time, ends: time, hours: Sequence[int]) -> bool:
    """Whether a shift runs at any time in these hours of the day."""
    begin, end = starts.hour * 60 + starts.minute, ends.hour * 60 + ends.minute
    length = (end - begin) % 1440 or 1440
    return any((hour * 60 - begin) % 1440 < length or (begin - hour * 60) % 1440 < 60
               for hour in hours)  # fmt: skip


def nearest_s(seconds: F64, plan: Sequence[int]) -> F64:
    """(c) seconds from the nearest post of a plan; inf where it has none."""
    if not len(plan):
        return np.full(len(seconds), np.inf)
    return np.asarray(seconds[:, list(plan)].min(axis=1))


def shares(seconds: F64, weight: F64, plan: Sequence[int]) -> list[float]:
    """Share of the weight within each of `TIERS`."""
    nearest = nearest_s(seconds, plan)
    return [float(weight[nearest <= limit].sum()) for limit in TIERS]


def no_later(seconds: F64, plan: Sequence[int]) -> F64:
    """(c) seconds within which another plan must be there, so that nobody far off loses by it."""
    return np.maximum(nearest_s(seconds, plan), max(TIERS))


def worth(seconds: F64, weight: F64, plan: Sequence[int], gains: Sequence[float]) -> float:
    """Points of 100: every call counts with the gain of the tier it is reached in."""
    tier = np.searchsorted(np.array(TIERS, float), nearest_s(seconds, plan))
    return float(100 * (np.append(gains, 0.0)[tier] * weight).sum())


def alone(seconds: F64, plan: Sequence[int], limit: float) -> npt.NDArray[np.bool_]:
    """(c, posts) which calls only this post of the plan reaches in time."""
    within = seconds[:, list(plan)] <= limit
    return np.asarray(within & (within.sum(axis=1) == 1)[:, None])


def changes(
    seconds: F64,
    weight: F64,
    before: Sequence[int],
    after: Sequence[int],
    apart_m: F64,
    limit: float = 180.0,
) -> list[Change]:
    """What comes and goes, what reaches most first; then what stays. apart_m: (s, s) metres."""
    pairs = moved(sorted(set(before) - set(after)), sorted(set(after) - set(before)), apart_m)
    reached = nearest_s(seconds, after) <= limit
    found = []
    for plan, of in ((after, set(after)), (before, set(before) - set(after))):
        only = alone(seconds, plan, limit)
        for column, site in enumerate(plan):
            if site not in of:
                continue
            what = GOES if plan is before else STAYS if site in before else COMES
            mine = only[:, column]
            partner = pairs.get(site)
            metres = 0.0 if partner is None else float(apart_m[site, partner])
            share, still = float(weight[mine].sum()), float(weight[mine & reached].sum())
            found.append(Change(site, what, share, still, partner, metres))
    return sorted(found, key=lambda one: (one.what == STAYS, -one.alone, one.site))


def moved(goes: Sequence[int], comes: Sequence[int], apart_m: F64) -> dict[int, int]:
    """Both ways: which post that goes is which that comes, the closest pairs first."""
    near = sorted((float(apart_m[a, b]), a, b) for a in goes for b in comes)
    pairs: dict[int, int] = {}
    for metres, a, b in near:
        if metres <= MOVED_M and a not in pairs and b not in pairs:
            pairs[a], pairs[b] = b, a
    return pairs


def reason(change: Change, partner: Text | None, minutes: int = 3) -> Text:
    """Why, in a sentence."""
    share, still = f"{100 * change.alone:.1f}", f"{100 * change.still:.1f}"
    if change.what == GOES:
        said = Text(
            f"现在只有它 {minutes} 分钟内能到的预期警情占 {share}%，"
            f"其中 {still}% 在方案乙中由别的岗位按时到达",
            f"it alone reaches {share} % of expected calls within {minutes} minutes now; "
            f"of these, plan B reaches {still} % from elsewhere",
        )
    else:
        said = Text(
            f"{minutes} 分钟内能到 {share}% 的预期警情，方案乙中别的岗位都到不了",
            f"reaches {share} % of expected calls within {minutes} minutes that nobody else in "
            "plan B reaches",
        )
    if partner is None or change.what == STAYS:
        return said
    way = Text("移至“{p}”", "moves to “{p}”") if change.what == GOES else Text(
        "由“{p}”移来", "moves here from “{p}”"
    )  # fmt: skip
    far = Text(f"（直线 {change.metres:.0f} 米）", f" ({change.metres:.0f} m as the crow flies)")
    return Text(
        f"{way.zh}{far.zh}；{said.zh}", f"{way.en}{far.en}; {said.en}"
    ).format(p=partner)  # fmt: skip


def judged(found: float, bound: float, seconds: float, *, proven: bool) -> Text:
    """How good the plan is known to be. Points of 100."""
    if proven:
        return Text(
            "已证明最优：在这些候选点和条件下，没有别的选法得分更高",
            "Proven best: among these candidates, under these conditions, no other choice has more",
        )
    return Text(
        f"计算 {seconds:.0f} 秒后停止，未证明最优：任何选法的得分都不超过 {bound:.2f}，"
        f"即最多还能高 {bound - found:.2f}",
        f"Stopped after {seconds:.0f} s, not proven best: no choice has more than {bound:.2f}, "
        f"that is {bound - found:.2f} more at most",
    )
