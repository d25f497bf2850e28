"""People and what can be sent: staff with roles, duty posts, units with crews and skills."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from watchroom.city import names, projection
from watchroom.city.model import Agency, Beat, Place, Post, Staff, Unit
from watchroom.city.organisation import Organisation, Streets
from watchroom.city.seeds import rng
from watchroom.city.sizes import Size
from watchroom.kernel.skills import TITLES

ROLES = {
    "call_taker": ("接警员", "call-taker"),
    "dispatcher": ("调度员", "dispatcher"),
    "leader": ("局领导", "bureau leader"),
    "chief": ("所长", "station chief"),
    "deputy": ("教导员", "deputy station chief"),
    "community_officer": ("社区民警", "community officer"),
    "patrol_officer": ("巡逻民警", "patrol officer"),
    "auxiliary": ("辅警", "auxiliary"),
    "it_admin": ("系统管理员", "IT administrator"),
    "auditor": ("审计员", "auditor"),
}

SKILL_SHARE = {
    "first_aid": 0.30,
    "water_rescue": 0.07,
    "negotiation": 0.05,
    "english": 0.09,
    "sign_language": 0.02,
    "drone": 0.05,
}

UNIT_KINDS = {
    "car": ("P", "巡组", "Patrol car"),
    "foot": ("F", "步巡组", "Foot patrol"),
    "quick": ("Q", "快反组", "Quick-response team"),
    "traffic": ("T", "交警组", "Traffic unit"),
    "community": ("C", "社区警务组", "Community unit"),
}
UNIT_SHARE = {"foot": 0.17, "traffic": 0.14, "community": 0.15, "quick": 0.016}
CREW = {"car": ("patrol_officer", "auxiliary"), "foot": ("patrol_officer", "auxiliary"),
        "traffic": ("patrol_officer", "auxiliary"),
        "quick": ("patrol_officer",) * 5 + ("auxiliary",) * 3}  # fmt: skip


@dataclass
class Roll:
    """Everybody hired so far; keeps user names unique."""

    r: np.random.Generator
    staff: list[Staff] = field(default_factory=list)
    used: Counter[str] = field(default_factory=Counter)

    def hire(self, role: str, agency: str, beats: tuple[str, ...] = ()) -> Staff:
        sex = "f" if self.r.random() < (0.55 if role == "call_taker" else 0.19) else "m"
        family, given = names.person(self.r, sex)
        base = "".join(names.pinyin(family + given))
        self.used[base] += 1
        username = base if self.used[base] == 1 else f"{base}{self.used[base]}"
        skills = tuple(s for s, share in SKILL_SHARE.items() if self.r.random() < share)
        someone = Staff(
            username,
            family + given,
            names.person_en(family, given),
            sex,
            role,
            agency,
            beats,
            skills,
            f"{990000 + len(self.staff):06d}",
        )
        self.staff.append(someone)
        return someone


def hire_offices(roll: Roll, agencies: list[Agency], size: Size) -> None:
    """Everybody who sits at a desk."""
    thin = 1.0 if size.units > 100 else 0.25
    plan = {
        ("city", "bureau"): {"leader": 6, "it_admin": 4, "auditor": 3},
        ("city", "centre"): {"call_taker": 56, "dispatcher": 28},
        ("county", "bureau"): {"leader": 3, "it_admin": 1, "auditor": 1},
        ("county", "centre"): {"call_taker": 12, "dispatcher": 8},
        ("station", "station"): {"chief": 1, "deputy": 1},
    }
    for agency in agencies:
        for role, count in plan.get((agency.level, agency.kind), {}).items():
            for _ in range(max(1, round(count * thin)) if count > 1 else 1):
                roll.hire(role, agency.code)


def hire_community(roll: Roll, beats: list[Beat], officers: int) -> None:
    """One officer in every beat, the rest as second officers where most people live."""
    for beat in beats:
        roll.hire("community_officer", beat.station, (beat.code,))
    crowded = sorted(beats, key=lambda b: (-b.population, b.code))
    for beat in crowded[: officers - len(beats)]:
        roll.hire("community_officer", beat.station, (beat.code,))


def shared_out(total: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole numbers adding up to total, as the weights say (largest remainder)."""
    exact = weights / weights.sum() * total
    out = np.floor(exact).astype(np.int64)
    rest = np.lexsort((np.arange(len(out)), -(exact - out)))[: total - int(out.sum())]
    out[rest] += 1
    return out


def allocation(org: Organisation, total: int) -> list[tuple[str, str, int]]:
    """(agency, kind, how many) for the whole force."""
    people: dict[str, int] = defaultdict(int)
    for beat in org.beats:
        people[beat.station] += beat.population
    stations = [a for a in org.agencies if a.kind == "station"]
    weight = np.array([people[a.code] for a in stations], dtype=float) ** 0.8
    traffic = [a for a in org.agencies if a.kind == "traffic"]
    patrol = [a for a in org.agencies if a.kind == "patrol"]
    counts = {kind: max(1, round(total * share)) for kind, share in UNIT_SHARE.items()}
    counts["car"] = total - sum(counts.values())
    squad_cars = counts["car"] // 5
    plan: list[tuple[str, str, int]] = []

    def give(kind: str, to: list[Agency], number: int, weights: NDArray[np.float64]) -> None:
        shares = shared_out(number, weights)
        plan.extend((a.code, kind, int(n)) for a, n in zip(to, shares, strict=True) if n)

    give("car", stations, counts["car"] - squad_cars, weight)
    give("car", patrol, squad_cars, np.ones(len(patrol)))
    give("foot", stations, counts["foot"], weight)
    give("community", stations, counts["community"], weight)
    give("traffic", traffic, counts["traffic"], np.ones(len(traffic)))
    give("quick", patrol, counts["quick"], np.ones(len(patrol)))
    return plan


@dataclass
class Muster:
    """Forms units one by one."""

    roll: Roll
    streets: Streets
    agency: dict[str, Agency]
    beats: dict[str, list[Beat]]
    total: int
    serial: Counter[str] = field(default_factory=Counter)
    titles: Counter[tuple[str, str]] = field(default_factory=Counter)
    units: list[Unit] = field(default_factory=list)

    def spot(self, agency: Agency, kind: str) -> int:
        """Where a unit happens to be when the curtain rises."""
        r = self.roll.r
        mine = self.beats.get(agency.code) or self.beats.get(agency.parent) or self.beats[""]
        if kind == "quick":
            return agency.node
        beat = mine[int(r.integers(len(mine)))]
        long, lat = r.normal(0, 0.004, 2)
        return int(
            self.streets.nodes_at(
                np.column_stack(metres(np.array([beat.lon + long]), np.array([beat.lat + lat])))
            )[0]
        )

    def form(self, code: str, kind: str, crew: list[Staff], node: int, post: str = "") -> None:
        prefix, zh, en = UNIT_KINDS[kind]
        self.serial[kind] += 1
        self.titles[(code, kind)] += 1
        digits = 2 if self.total < 100 else 3
        call_sign = f"{prefix}{self.serial[kind]:0{digits}d}"
        agency = self.agency[code]
        number = self.titles[(code, kind)]
        lon, lat = self.streets.point(node)
        self.units.append(
            Unit(
                call_sign,
                short_agency(agency) + zh + str(number),
                f"{en} {call_sign}",
                kind,
                code,
                unit_skills(self.roll.r, kind, crew),
                tuple(s.username for s in crew),
                lon,
                lat,
                node,
                f"dev-{call_sign.lower()}",
                post,
            )
        )


def metres(
    lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return projection.to_x(lon), projection.to_y(lat)


def short_agency(agency: Agency) -> str:
    """柳溪派出所 -> 柳溪所; squads keep the county's name."""
    if agency.kind == "station":
        return agency.zh.removesuffix("派出所") + "所"
    return (
        agency.zh.replace("澜川市公安局", "")
        .replace("公安局", "")
        .replace("交通警察", "")
        .replace("巡特警", "")
    )


def unit_skills(r: np.random.Generator, kind: str, crew: list[Staff]) -> tuple[str, ...]:
    """What the crew can do, and what the unit carries."""
    have = {skill for member in crew for skill in member.skills}
    if any(member.sex == "f" for member in crew):
        have.add("female_officer")
    if kind == "quick":
        have.add("armed")
    if kind == "traffic":
        have.add("crash")
    if kind in ("car", "quick") and r.random() < 0.05:
        have.add("dog")
    return tuple(s for s in TITLES if s in have)


def make_units(roll: Roll, org: Organisation, streets: Streets, total: int) -> list[Unit]:
    by_station: dict[str, list[Beat]] = defaultdict(list)
    for beat in org.beats:
        for key in (beat.station, beat.station[:4] + "00", "990000", ""):
            by_station[key].append(beat)
    muster = Muster(roll, streets, {a.code: a for a in org.agencies}, by_station, total)
    officers: dict[str, list[Staff]] = defaultdict(list)
    for someone in roll.staff:
        if someone.role == "community_officer":
            officers[someone.agency].append(someone)
    home = {b.code: b.node for b in org.beats}
    for code, kind, count in allocation(org, total):
        for k in range(count):
            if kind == "community":
                pool = officers[code]
                who = pool[(k * 7) % len(pool)] if k * 7 < len(pool) else pool[k % len(pool)]
                muster.form(code, kind, [who], home[who.beats[0]])
                continue
            crew = [roll.hire(role, code) for role in CREW[kind]]
            muster.form(code, kind, crew, muster.spot(muster.agency[code], kind))
    return muster.units


POST_KINDS = (
    ("quick", "快反点", "Quick-response point", ("square", "mall", "market")),
    ("station", "站区执勤点", "Station post", ("rail", "bus")),
    ("school", "护学岗", "School post", ("school",)),
    ("gate", "卡口", "Gate post", ("bridge", "toll")),
    ("square", "商圈执勤点", "Shopping-area post", ("mall", "square", "park")),
    ("night", "夜巡点", "Night-patrol point", ("market", "hospital", "park")),
)


def make_posts(seed: int, size: Size, places: list[Place], beats: list[Beat]) -> list[Post]:
    """Duty posts at landmarks, the kinds in turn, never two at one landmark."""
    r = rng(seed, "posts")
    station = {b.code: b.station for b in beats}
    pools = {}
    for kind, _, _, wanted in POST_KINDS:
        pool = [p for p in places if p.kind in wanted]
        pools[kind] = [pool[i] for i in r.permutation(len(pool))]
    taken: set[str] = set()
    posts: list[Post] = []
    turn = 0
    while len(posts) < size.posts and any(pools.values()):
        kind, zh, en, _ = POST_KINDS[turn % len(POST_KINDS)]
        turn += 1
        while pools[kind] and pools[kind][-1].code in taken:
            pools[kind].pop()
        if not pools[kind]:
            continue
        place = pools[kind].pop()
        taken.add(place.code)
        posts.append(
            Post(
                f"D{len(posts) + 1:02d}",
                place.zh + zh,
                f"{place.en} {en}",
                kind,
                station[place.beat],
                place.lon,
                place.lat,
                place.node,
            )
        )
    return posts
