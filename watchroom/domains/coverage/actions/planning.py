"""From a plan the planner found to a draft that people decide on."""

from collections.abc import Sequence
from datetime import date

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from .. import queries
from ..models import POST_KINDS
from .plans import Line, draft
from .posts import add_post


def draft_from_places(
    actor: Actor,
    keys: str,
    title: str,
    kind: str,
    starts_on: date,
    ends_on: date,
    *,
    agency_id: int,
    shift_ids: Sequence[int],
    post_kind: str = "duty",
) -> Matter:
    """A draft for these places in each shift; places without a post get one.

    Where a post stands in a plan in force in the same shift, strength and days are as they are
    there; one person every day elsewhere. People are chosen in the draft. All or nothing.
    Like every draft it is changed, submitted and approved by people.
    """
    if not shift_ids:
        raise Refusal(Text("请选班次", "Choose a shift"))
    if post_kind not in POST_KINDS or post_kind == "zone":
        raise Refusal(Text("请选新岗位的类型", "Choose what kind the new posts are"))
    with acts.together():
        posts = []
        for place in queries.places_of(actor, agency_id, keys):
            post_id = place.post_id
            if post_id is None:
                made = add_post(
                    actor,
                    place.name.zh,
                    post_kind,
                    name_en=place.name.en,
                    lon=place.lon,
                    lat=place.lat,
                    agency_id=agency_id,
                )
                post_id = made.pk
            posts.append(post_id)
        now = queries.lines_in_force(posts, shift_ids)
        lines = [
            Line(post, shift, *now.get((post, shift), (1,)))
            for post in posts
            for shift in shift_ids
        ]
        return draft(actor, title, kind, starts_on, ends_on, agency_id=agency_id, lines=lines)
