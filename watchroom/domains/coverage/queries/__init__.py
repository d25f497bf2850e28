"""Every read of posts and patrol, by name. The actor comes first."""

from .board import Row, board, figures_now, posts_geojson, zones_geojson
from .inspections import inspection, inspections
from .mine import Mine, mine, posting_here
from .plans import Content, content, faults, lines, plan, plans
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
    sees_post,
    shifts,
    units,
)

__all__ = [
    "Content",
    "Detail",
    "Mine",
    "Row",
    "board",
    "content",
    "detail",
    "faults",
    "figures_now",
    "find_post",
    "find_shift",
    "inspection",
    "inspections",
    "is_expected",
    "lines",
    "mine",
    "on_post_now",
    "people",
    "people_ids",
    "plan",
    "plans",
    "post_of_secret",
    "posting_here",
    "postings",
    "posts",
    "posts_geojson",
    "running_at",
    "seen_unit_ids",
    "sees_post",
    "shifts",
    "successor",
    "units",
    "zones_geojson",
]
