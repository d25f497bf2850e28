"""From windows to cases: each window gets its matter, or lifts the one its person has already.

Runs right after an intake as a job and each minute by the clock. Until then the window itself says
that somebody is waiting, since when, and how urgent it is: nobody is in no state in between.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Q

from watchroom.kernel import acts, reactions
from watchroom.kernel.access import system
from watchroom.kernel.models import Agency, Matter

from .. import queries, rules
from ..flow import CASE, LEVELS_UP, UNREACHED
from ..models import Case, Warning, Window

BATCH = 100
"""Cases opened in one transaction: an intake that adds to one of them waits for so long."""
JOB = "fraud.open"
WAITS = "SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo'"


def ask() -> None:
    """Queue the opening in the intake's own transaction, unless one waits already."""
    with connection.cursor() as cursor:
        cursor.execute(WAITS, [JOB])
        if cursor.fetchone() is None:
            reactions.later(JOB, queueing_lock=JOB)


def open_waiting() -> int:
    """Open or lift cases for every window that waits; returns how many windows were seen to."""
    seen = 0
    while done := _batch():
        seen += done
    return seen


def _batch() -> int:
    with acts.together():
        rows = list(
            Window.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("matter")
            .filter(Q(matter=None) | Q(changed=True))
            .order_by("-level", "received_at")[:BATCH]
        )
        if rows:
            _see_to(rows)
    return len(rows)


def _see_to(windows: Sequence[Window]) -> None:
    known = queries.open_cases({(w.person, w.type_code) for w in windows})
    fresh: dict[tuple[object, str], list[Window]] = {}
    for window in windows:
        key = (window.person, window.type_code)
        if (case := known.get(key)) is not None:
            _again(case, window)
        elif window.matter_id is not None and not _after_the_end(window):
            Window.objects.filter(pk=window.pk).update(changed=False)
        else:
            fresh.setdefault(key, []).append(window)
    if fresh:
        _open(list(fresh.values()))


def _after_the_end(window: Window) -> bool:
    """Whether its case is over and something came after that."""
    matter = window.matter
    return matter is None or (matter.closed_at is not None and window.last_at > matter.closed_at)


def _again(case: Case, window: Window) -> None:
    """A warning more of somebody whose case is open: counted, and the level may rise."""
    actor, matter = system(), acts.lock([case.matter_id])[case.matter_id]
    if matter.closed_at is not None:  # it ended while we waited: the next batch opens a new one
        return
    Window.objects.filter(pk=window.pk).update(matter=matter, changed=False)
    Case.objects.filter(pk=case.pk).update(
        warnings=queries.warnings_in(case.matter_id),
        last_warned_at=max(window.last_at, case.last_warned_at),
    )
    data = {"warnings": window.warnings, "level": window.level}
    if matter.state == "tracing" and window.last_at > case.last_warned_at:
        acts.take(actor, matter.pk, "again", data=data, change=_lift(window.level))
    elif window.level > rules.level_of(matter.priority):
        step = LEVELS_UP[window.level] if matter.state in UNREACHED else "raise"
        acts.take(actor, matter.pk, step, data=data, change=_lift(window.level))
    else:
        acts.record(actor, matter, "warned_again", data=data)


def _lift(level: int) -> acts.Change:
    def change(matter: Matter) -> None:
        matter.priority = min(matter.priority or 4, rules.priority_of(level))

    return change


def _open(groups: Sequence[Sequence[Window]]) -> None:
    """One case for each person and type."""
    told = queries.first_warnings([group[0] for group in groups])
    names = queries.type_names()
    beats = queries.beats_of([group[0].person for group in groups])
    openings, firsts = [], []
    for group in groups:
        window, first = group[0], told[group[0].pk]
        level, beat = max(w.level for w in group), beats.get(window.person)
        title = names[window.type_code].zh if window.type_code in names else window.type_code
        openings.append(
            acts.Opening(
                title=title,
                agency_id=first.agency_id,
                occurred_at=min(w.received_at for w in group),
                fields={"priority": rules.priority_of(level), **(beat or {})},
                data={"level": level, "type": window.type_code, "warnings": window.warnings},
            )
        )
        firsts.append(first)
    actor = system(Agency.objects.order_by("id").first())
    matters = acts.open_many(actor, CASE.kind, openings)
    Case.objects.bulk_create(
        _case(matter, group, first)
        for matter, group, first in zip(matters, groups, firsts, strict=True)
    )
    _belong(groups, matters)


def _belong(groups: Sequence[Sequence[Window]], matters: Sequence[Matter]) -> None:
    rows = []
    for group, matter in zip(groups, matters, strict=True):
        for window in group:
            window.matter, window.changed = matter, False
            rows.append(window)
    Window.objects.bulk_update(rows, ["matter", "changed"])


def _case(matter: Matter, group: Sequence[Window], first: Warning) -> Case:
    before = next((w.matter_id for w in group if w.matter_id is not None), None)
    return Case(
        matter=matter,
        person=first.person,
        type_code=first.type_code,
        age_band=rules.age_band(first.age),
        sex=first.sex,
        feed_id=first.feed_id,
        warned_at=min(w.first_at for w in group),
        last_warned_at=max(w.last_at for w in group),
        warnings=sum(w.warnings for w in group),
        first_level=max(w.level for w in group),
        intended_fen=first.amount_fen,
        follows_id=before,
    )
