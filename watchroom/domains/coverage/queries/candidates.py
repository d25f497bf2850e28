"""Where one could stand: posts in force, other posts, stations, crossings, what was drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from django.db.models import QuerySet
from shapely import covers, prepare
from shapely import points as as_points
from shapely.geometry import Polygon

from watchroom.base.geometry import distances_m
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.models import Agency
from watchroom.kernel.roads import roads

from ..flow import PLAN_DUTY
from ..models import DutyPost
from ..rules import two_plans
from ..rules.questions import KEEP_OUT, REACH, STAND, Condition, Posts
from .expected import Expected
from .posts import posts

F64 = npt.NDArray[np.float64]
MOST_CROSSINGS = 400
APART_M = 60.0
"""A candidate nearer than this to another one is the same place."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where somebody could stand. `post_id` None: there is no post there yet."""

    name: Text
    lon: float
    lat: float
    kind: str
    post_id: int | None = None
    must: tuple[Condition, ...] = ()
    """Who drew that a post must stand here."""


def posts_below(actor: Actor, agency_id: int) -> QuerySet[DutyPost]:
    """Posts of the agency and those below it, for who plans duty there; NotFound for others."""
    path = Agency.objects.filter(pk=agency_id).values_list("path", flat=True).first()
    if path is None or not (actor.everywhere or actor.within(PLAN_DUTY, agency_id)):
        raise NotFound
    return posts(actor, PLAN_DUTY).filter(agency__path__startswith=path)


def posts_in_force(actor: Actor, agency_id: int, hours: Sequence[int]) -> list[DutyPost]:
    """The posts of the plans in force, manned in any of these hours on any day of the week."""
    rows = posts_below(actor, agency_id).filter(lines__plan__in_force=True)
    told = rows.distinct().prefetch_related("lines__shift", "lines__plan")
    return [post for post in told if manned_in(post, hours)]


def manned_in(post: DutyPost, hours: Sequence[int]) -> bool:
    """Whether a plan in force mans the post in any of these hours."""
    return any(
        line.plan.in_force and two_plans.runs_in(line.shift.starts, line.shift.ends, hours)
        for line in post.lines.all()
    )


def candidates(
    actor: Actor, asked: Posts, in_force: Sequence[DutyPost], expected: Expected
) -> list[Candidate]:
    """Posts in force first, then other posts, what was drawn, stations and crossings; none twice:
    what was drawn where a post is means that post."""
    found = [of_post(post) for post in in_force]
    if asked.with_posts:
        known = {post.pk for post in in_force}
        rest = [post for post in posts_below(actor, asked.agency_id) if post.pk not in known]
        found += [of_post(post) for post in rest]
    new = [*_drawn(asked), *(_stations(asked) if asked.with_stations else [])]
    for one in (*new, *_crossings(asked, expected)):
        near = np.array([(other.lon, other.lat) for other in found]).reshape(-1, 2)
        same = np.flatnonzero(distances_m(one.lon, one.lat, near[:, 0], near[:, 1]) < APART_M)
        if not len(same):
            found.append(one)
        elif one.must:
            there = found[same[0]]
            found[same[0]] = replace(there, must=(*there.must, *one.must))
    return found


def of_post(post: DutyPost) -> Candidate:
    """A post that exists, as a place to stand."""
    return Candidate(Text(post.name, post.label("en")), post.lon, post.lat, post.kind, post.pk)


def barred(asked: Posts, found: Sequence[Candidate]) -> npt.NDArray[np.bool_]:
    """(s) which candidates lie where no post may be."""
    where = np.array([(one.lon, one.lat) for one in found]).reshape(-1, 2)
    shut = np.zeros(len(found), np.bool_)
    for one in asked.conditions:
        if one.kind == KEEP_OUT:
            shut |= inside(one, where)
    for index in np.flatnonzero(shut).tolist():
        if found[index].must:
            raise Refusal(
                Text(
                    "“{n}”既要设岗又不得设岗：请改其中一个条件",
                    "“{n}” must have a post and may not: change one of the two",
                ).format(n=found[index].name)
            )
    return shut


def inside(one: Condition, where: F64) -> npt.NDArray[np.bool_]:
    """(k) which points lie in an area."""
    area = Polygon(one.points)
    if not area.is_valid:
        raise Refusal(
            Text(f"“{one.name}”的边相交，请重画", f"The edges of “{one.name}” cross: draw it anew")
        )
    prepare(area)
    return np.asarray(covers(area, as_points(where)))


def _drawn(asked: Posts) -> list[Candidate]:
    """Places where somebody must stand, and the street beside each place that must be reached."""
    stand = [
        Candidate(_name(one), *one.points[0], asked.new_kind, must=(one,))
        for one in asked.conditions
        if one.kind == STAND
    ]
    near = [one.points[0] for one in asked.conditions if one.kind == REACH and not one.is_area]
    beside = new_places(np.round(roads.crossings(near), 6), asked.new_kind) if near else []
    return [*stand, *beside]


def _name(one: Condition) -> Text:
    lon, lat = one.points[0]
    return Text(one.name, one.name) if one.name else two_plans.new_place(lon, lat, None)


def _stations(asked: Posts) -> list[Candidate]:
    path = Agency.objects.values_list("path", flat=True).get(pk=asked.agency_id)
    rows = Agency.objects.filter(path__startswith=path, lon__isnull=False, lat__isnull=False)
    return [
        Candidate(
            Text(f"{row.name}门前", f"At {row.label('en')}"),
            float(row.lon),
            float(row.lat),
            asked.new_kind,
        )
        for row in rows
        if row.lon is not None and row.lat is not None
    ]


def _crossings(asked: Posts, expected: Expected) -> list[Candidate]:
    """The street's end nearest to the middle of each of the cells with most calls."""
    most = max(0, min(asked.crossings, MOST_CROSSINGS))
    busiest = np.argsort(-expected.weight, kind="stable")[:most]
    return new_places(np.round(roads.crossings(expected.places[busiest]), 6), asked.new_kind)


def new_places(where: F64, kind: str) -> list[Candidate]:
    """Places where there is no post yet, named after their street."""
    streets = roads.street_names(where)
    return [
        Candidate(two_plans.new_place(lon, lat, street), lon, lat, kind)
        for (lon, lat), street in zip(where.tolist(), streets, strict=True)
    ]
