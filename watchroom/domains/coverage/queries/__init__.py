"""Every read of posts and patrol, by name. The actor comes first."""

from .board import Row, board, figures_now, posts_geojson, zones_geojson
from .candidates import posts_below, posts_in_force
from .expected import demand_kinds
from .inspections import inspection, inspections
from .live import (
    Live,
    Loss,
    Proposal,
    areas_geojson,
    live,
    may_set_tiers,
    tiers_of,
    units_geojson,
)
from .mine import Mine, mine, posting_here
from .planner import two_plans_for
from .plans import Content, content, faults, lines, lines_in_force, plan, plans
from .played import played
from .postings import (
    Detail,
    detail,
    is_expected,
    on_post_now,
    postings,
    running_at,
    successor,
)
from .posts import (
    find_post,
    find_shift,
    people,
    people_ids,
    post_of_secret,
    posts,
    seen_unit_ids,
    shifts,
    units,
)
from .rostering import rostered
from .runs import alone, before_it, find_run, is_lost, next_run, runs
from .speeds import Cell, Speeds, speeds, speeds_geojson
from .watching import Watch
from .zoning import zoned

__all__ = [
    "Cell",
    "Content",
    "Detail",
    "Live",
    "Loss",
    "Mine",
    "Proposal",
    "Row",
    "Speeds",
    "Watch",
    "alone",
    "areas_geojson",
    "before_it",
    "board",
    "content",
    "demand_kinds",
    "detail",
    "faults",
    "figures_now",
    "find_post",
    "find_run",
    "find_shift",
    "inspection",
    "inspections",
    "is_expected",
    "is_lost",
    "lines",
    "lines_in_force",
    "live",
    "may_set_tiers",
    "mine",
    "next_run",
    "on_post_now",
    "people",
    "people_ids",
    "plan",
    "plans",
    "played",
    "post_of_secret",
    "posting_here",
    "postings",
    "posts",
    "posts_below",
    "posts_geojson",
    "posts_in_force",
    "rostered",
    "running_at",
    "runs",
    "seen_unit_ids",
    "shifts",
    "speeds",
    "speeds_geojson",
    "successor",
    "tiers_of",
    "two_plans_for",
    "units",
    "units_geojson",
    "zoned",
    "zones_geojson",
]
