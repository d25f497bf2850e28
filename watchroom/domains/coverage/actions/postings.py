"""Postings: made from the lines of a plan in force, some days ahead."""

from datetime import datetime, timedelta

from watchroom.base.clock import local, local_date
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from .. import queries, rules
from ..flow import PLAN_DUTY, POSTING
from ..models import Plan, PlanLine, Posting, Presence

AHEAD = timedelta(days=2)
"""Postings exist for the days up to this far ahead; the next are made as time goes on."""
POSTED = "posted"
"""The role in which people are involved in their posting."""


def post_ahead(actor: Actor, plan: Plan, moment: datetime) -> int:
    """Make what is missing of the plan's postings from a moment until `AHEAD`; returns how many."""
    today = local_date(moment)
    first = max(plan.starts_on, today - timedelta(days=1))  # last night's shift may still run
    last = min(plan.ends_on, today + AHEAD)
    known = set(
        Posting.objects.filter(line__plan=plan, day__gte=first).values_list("line_id", "day")
    )
    able = access.on_account_of(actor, PLAN_DUTY)
    made = 0
    with acts.together():
        for line in queries.lines(plan.pk):
            shift = line.shift
            for day, begins, ends in rules.spans(first, last, line.days, shift.starts, shift.ends):
                if ends > moment and (line.pk, day) not in known:
                    _post(able, line, begins, ends, moment)
                    made += 1
    return made


def _post(actor: Actor, line: PlanLine, begins: datetime, ends: datetime, at: datetime) -> Matter:
    day = local_date(begins)
    people = [person.pk for person in line.people_on(day.isoweekday())]

    def change(matter: Matter) -> dict[str, object]:
        posting = Posting.objects.create(
            matter=matter,
            line=line,
            post=line.post,
            day=day,
            starts_at=begins,
            ends_at=ends,
            strength=line.strength_on(day.isoweekday()),
        )
        Presence.objects.bulk_create([Presence(posting=posting, staff_id=pk) for pk in people])
        acts.involve(matter, people, POSTED)
        return {"post": line.post.code, "starts_at": begins, "ends_at": ends}

    return acts.open_matter(
        actor,
        POSTING.kind,
        title=f"{line.post.name} {local(begins):%m-%d %H:%M}-{local(ends):%H:%M}",
        agency_id=line.post.agency_id,
        occurred_at=at,
        change=change,
        parent_id=line.plan_id,
        owner_id=people[0] if people else None,
        place=line.post.name,
        lon=line.post.lon,
        lat=line.post.lat,
    )


def cancel_rest(actor: Actor, plan: Matter, moment: datetime) -> int:
    """Cancel the postings of a plan that have not begun; returns how many."""
    rows = Posting.objects.filter(
        line__plan_id=plan.pk, matter__state="planned", starts_at__gt=moment
    )
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    able = access.on_account_of(actor, PLAN_DUTY)
    with acts.together():
        held = acts.lock(ids) if ids else {}
        for pk, matter in held.items():
            if matter.state == "planned":
                acts.take(able, pk, "cancel", reason=plan.number)
                acts.release(matter, POSTED)
    return len(ids)
