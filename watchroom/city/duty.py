"""Duty posts of the fictional city, plans in force, and who stands there this evening.

People act through the same acts as everybody: what they did today they did at its own time. Doing
it twice changes nothing.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from shapely import Polygon, union_all
from shapely.geometry import mapping

from watchroom.base.clock import local, local_date
from watchroom.domains.coverage import actions
from watchroom.domains.coverage.actions import Line, Need
from watchroom.domains.coverage.models import DutyPost, Posting
from watchroom.domains.coverage.rules import Arrival
from watchroom.kernel.access import Actor, actor_of
from watchroom.kernel.models import Agency, Matter, Staff

from .evening import Evening
from .model import City
from .seeds import rng

Progress = Callable[[str], None]
SCHOOLS, ZONES = 65, 10
KINDS = {"quick": "quick", "school": "school", "gate": "gate"}
"""The city's kinds of post → those of the domain; the others are duty posts."""
SHIFTS = (
    ("A", "早班", "Early", "07:00", "15:00"),
    ("B", "中班", "Late", "15:00", "23:00"),
    ("C", "夜班", "Night", "23:00", "07:00"),
    ("S1", "上学护学", "Before school", "07:00", "08:30"),
    ("S2", "放学护学", "After school", "16:30", "18:00"),
    ("N", "夜间巡逻", "Night patrol", "20:00", "02:00"),
)
"""(code, zh, en, begins, ends) on the city's own clock."""
STEP = 5
ROUND = ("A", "B", "C")
MISSING, LATE, ABSENT = 0.05, 0.10, 0.03
"""Shares of postings where one is missing, one came late, nobody came."""
NOTICED = dt.timedelta(hours=2)


def is_loaded() -> bool:
    """Whether the posts are there."""
    return DutyPost.objects.exists()


@dataclass(frozen=True)
class Desk:
    """Who plans and who approves, and the wall clock of the city's evening."""

    city: City
    evening: Evening
    planner: Actor
    approver: Actor
    agencies: dict[str, Agency]

    def shown(self, time: str) -> dt.time:
        """A time of the city's day as the wall clock shows it, to five minutes."""
        moment = dt.datetime.combine(
            self.evening.city.date(), dt.time.fromisoformat(time), self.evening.city.tzinfo
        )
        wall = local(self.evening.shown(moment))
        return dt.time(wall.hour, wall.minute // STEP * STEP)

    def last(self, time: str) -> dt.datetime:
        """The moment the wall clock last showed that time of the city's day."""
        wall, shown = local(self.evening.wall), self.shown(time)
        moment = wall.replace(hour=shown.hour, minute=shown.minute, second=0, microsecond=0)
        return moment if moment <= wall else moment - dt.timedelta(days=1)


def load(city: City, evening: Evening, say: Progress = lambda _line: None) -> int:
    """Posts, shifts, three plans in force and the people of this evening; returns the postings."""
    desk = _desk(city, evening)
    posts = [*_posts(desk), *_schools(desk), *_zones(desk)]
    say(f"{len(posts)} duty posts")
    shifts = {
        code: actions.add_shift(desk.planner, code, zh, desk.shown(a), desk.shown(b), name_en=en).pk
        for code, zh, en, a, b in SHIFTS
    }
    crews = _Crews(desk)
    plans = [
        _plan(desk, "全市日常勤务", "daily", "15:00", _round_the_clock(posts, shifts, crews)),
        _plan(desk, "校园护学勤务", "school", "16:30", _around_school(posts, shifts, crews)),
        _plan(desk, "主城区夜间巡逻", "night", "20:00", _at_night(posts, shifts, crews)),
    ]  # fmt: skip
    say(f"{len(plans)} posting plans in force")
    r = rng(city.seed, "duty", evening.city.date().isoformat())
    _come(desk, r)
    actions.keep_time()
    _inspections(desk, posts, r)
    return Posting.objects.count()


def _desk(city: City, evening: Evening) -> Desk:
    leaders = [s.username for s in city.staff if s.role == "leader" and s.agency == "990000"][:2]
    planner, approver = (actor_of(Staff.objects.get(username=name)) for name in leaders)
    agencies = {row.code: row for row in Agency.objects.all()}
    return Desk(city, evening, planner, approver, agencies)


# -- where they stand ------------------------------------------------------------------------


def _posts(desk: Desk) -> list[DutyPost]:
    return [
        actions.add_post(
            desk.planner, one.zh, KINDS.get(one.kind, "duty"), lon=one.lon, lat=one.lat,
            code=one.code, name_en=one.en, agency_id=desk.agencies[one.agency].pk,
        )
        for one in desk.city.posts
    ]  # fmt: skip


def _schools(desk: Desk) -> list[DutyPost]:
    """Every school gets a post, up to the number a real city reports."""
    station = {beat.code: beat.station for beat in desk.city.beats}
    guarded = {(p.lon, p.lat) for p in desk.city.posts}
    wanted = SCHOOLS - sum(p.kind == "school" for p in desk.city.posts)
    schools = [p for p in desk.city.places if p.kind == "school" and (p.lon, p.lat) not in guarded]
    return [
        actions.add_post(
            desk.planner, f"{p.zh}护学岗", "school", lon=p.lon, lat=p.lat,
            name_en=f"{p.en} school post", agency_id=desk.agencies[station[p.beat]].pk,
        )
        for p in schools[: max(0, wanted)]
    ]  # fmt: skip


def _zones(desk: Desk) -> list[DutyPost]:
    """A zone for each of the most crowded stations: its beats together."""
    areas: dict[str, list[Polygon]] = {}
    people: dict[str, int] = {}
    for beat in desk.city.beats:
        areas.setdefault(beat.station, []).append(beat.polygon)
        people[beat.station] = people.get(beat.station, 0) + beat.population
    crowded = {code: people[code] / sum(a.area for a in parts) for code, parts in areas.items()}
    chosen = sorted(crowded, key=lambda code: (-crowded[code], code))[:ZONES]
    return [
        actions.add_post(
            desk.planner, f"{_short(desk.agencies[code].name)}夜巡区", "zone",
            outline=dict(mapping(_whole(areas[code]))),
            name_en=f"{desk.agencies[code].name_en} night zone", agency_id=desk.agencies[code].pk,
        )
        for code in sorted(chosen)
    ]  # fmt: skip


def _short(station: str) -> str:
    return station.removesuffix("派出所")


def _whole(parts: Sequence[Polygon]) -> Polygon:
    """The largest piece of what the parts cover, without holes and in few corners."""
    joined = union_all([part.buffer(1e-5) for part in parts]).simplify(2e-4)
    pieces = getattr(joined, "geoms", [joined])
    return Polygon(max(pieces, key=lambda piece: piece.area).exterior)


# -- who stands there ------------------------------------------------------------------------


class _Crews:
    """The officers of each station, dealt out one after the other; nobody twice in one plan."""

    def __init__(self, desk: Desk) -> None:
        roles = ("community_officer", "deputy")
        names = [s.username for s in desk.city.staff if s.role in roles]
        rows = Staff.objects.filter(username__in=names).values_list("username", "pk", "agency_id")
        self.free: dict[int, list[int]] = {}
        for _, pk, agency in sorted(rows):
            self.free.setdefault(agency, []).append(pk)

    def deal(self, post: DutyPost, count: int) -> tuple[int, ...]:
        """People of the post's station who are in no other line yet."""
        free = self.free.get(post.agency_id, [])
        taken, self.free[post.agency_id] = free[:count], free[count:]
        return tuple(taken)


def _round_the_clock(
    posts: Iterable[DutyPost], shifts: dict[str, int], crews: _Crews
) -> list[Line]:
    lines = []
    for post in posts:
        if post.kind not in ("duty", "quick", "gate"):
            continue
        for code in ROUND:
            strength = 4 if post.kind == "quick" else 2
            people = crews.deal(post, strength)
            lines.append(Line(post.pk, shifts[code], strength, staff_ids=people))
    return lines


def _around_school(posts: Iterable[DutyPost], shifts: dict[str, int], crews: _Crews) -> list[Line]:
    lines = []
    for post in posts:
        if post.kind == "school":
            people = crews.deal(post, 2)
            lines += [Line(post.pk, shifts[code], 2, staff_ids=people) for code in ("S1", "S2")]
    return lines


def _at_night(posts: Iterable[DutyPost], shifts: dict[str, int], crews: _Crews) -> list[Line]:
    zones = [post for post in posts if post.kind == "zone"]
    return [Line(p.pk, shifts["N"], 4, staff_ids=crews.deal(p, 4)) for p in zones]


def _plan(desk: Desk, title: str, kind: str, since: str, lines: list[Line]) -> Matter:
    """Drafted yesterday by one leader, approved by another, in force since its shift began."""
    begins = desk.last(since)
    first = local_date(begins)
    needs = [Need(1, 0, 24)] if kind == "daily" and lines else []
    drafted, day = begins - dt.timedelta(hours=20), dt.timedelta(days=30)
    plan = actions.draft(
        desk.planner, title, kind, first, first + day, words="按岗位、班次到岗，交接清楚。",
        lines=lines, needs=needs, occurred_at=drafted,
    )  # fmt: skip
    actions.submit(desk.planner, plan.pk, occurred_at=drafted + dt.timedelta(minutes=40))
    actions.approve(desk.approver, plan.pk, occurred_at=drafted + dt.timedelta(hours=2))
    return actions.put_in_force(desk.approver, plan.pk, occurred_at=begins)


# -- the evening -----------------------------------------------------------------------------


def _come(desk: Desk, r: np.random.Generator) -> None:
    """Everybody who is at a post by now, with those who are late and those who are missing."""
    now = desk.evening.wall
    rows = Posting.objects.filter(starts_at__lte=now).select_related("matter", "post")
    for row in rows.prefetch_related("presences__staff").order_by("starts_at", "pk"):
        people = [presence.staff for presence in row.presences.all()]
        # Whom a post has waited for this long has come, or somebody else has.
        fate = float(r.random())
        if now - row.starts_at > NOTICED:
            fate = max(fate, ABSENT + MISSING)
        if fate < ABSENT:
            continue
        if fate < ABSENT + MISSING:
            people = people[:-1]
        late = fate > 1 - LATE
        for number, person in enumerate(people):
            minutes = float(r.uniform(4, 25)) if late and number == 0 else float(r.uniform(0, 3))
            at = row.starts_at + dt.timedelta(minutes=minutes)
            if at < now:
                _checks_in(person, row, at, r)
        if row.ends_at <= now:
            _leave(people, row)


def _checks_in(person: Staff, row: Posting, at: dt.datetime, r: np.random.Generator) -> None:
    post = row.post
    east, north = (float(x) for x in r.normal(0, 0.0003, 2)) if not post.outline else (0.0, 0.0)
    arrival = Arrival(post.lon + east, post.lat + north, accuracy_m=float(r.uniform(5, 30)))
    actions.check_in(actor_of(person), row.pk, arrival=arrival, occurred_at=at)


def _leave(people: Iterable[Staff], row: Posting) -> None:
    for person in people:
        actions.check_out(actor_of(person), row.pk, occurred_at=row.ends_at)


def _inspections(desk: Desk, posts: Sequence[DutyPost], r: np.random.Generator) -> None:
    """Five posts were looked at: three in order, one finding open, one put right."""
    running = [p for p in posts if p.kind in ("duty", "gate", "quick")]
    chosen = [running[int(i)] for i in r.permutation(len(running))[:5]]
    for number, post in enumerate(chosen):
        at = desk.evening.wall - dt.timedelta(minutes=100 - 15 * number)
        if number < 3:
            actions.inspect(desk.approver, post.pk, seen=2, occurred_at=at)
            continue
        what, words = (("equipment", "防护装备少一套"), ("records", "交接登记缺一次"))[number - 3]
        found = actions.inspect(
            desk.approver, post.pk, finding=what, words=words, seen=2, occurred_at=at
        )
        if number == 4:
            after = at + dt.timedelta(minutes=20)
            actions.put_right(desk.planner, found.pk, words="已补登", occurred_at=after)
