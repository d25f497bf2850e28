"""What is entered afterwards keeps its own time, and claims nothing nobody knew."""

from datetime import timedelta

from tests.people import MIDDLE, County
from watchroom.base.clock import now
from watchroom.domains.dispatch import actions
from watchroom.domains.dispatch.models import Assignment
from watchroom.kernel.models import Entry


def sent(county: County, *, minutes_ago: float | None) -> Assignment:
    """P01 sent to a call in the middle of the county, now or said to have been some time ago."""
    at = None if minutes_ago is None else now() - timedelta(minutes=minutes_ago)
    call = actions.report_call(
        county.operator, words="有人打架", lon=MIDDLE[0], lat=MIDDLE[1], class_code="0201",
        received_at=at,
    )  # fmt: skip
    unit = county.units["P01"].pk
    actions.dispatch(county.leader, call.pk, [unit], occurred_at=at)
    return Assignment.objects.get(incident_id=call.pk)


def test_who_is_sent_now_is_sent_with_what_it_promises(county: County) -> None:
    row = sent(county, minutes_ago=None)
    assert row.travel_seconds is not None
    assert row.rank is not None


def test_who_was_told_at_once_of_a_moment_ago_too(county: County) -> None:
    assert sent(county, minutes_ago=1).rank is not None


def test_of_what_is_entered_an_hour_later_nobody_knows_what_was_promised(county: County) -> None:
    row = sent(county, minutes_ago=60)
    assert (row.travel_seconds, row.rank, row.reasons) == (None, None, [])
    entry = Entry.objects.get(matter_id=row.pk, event="dispatch.assignment.send")
    assert entry.entered_at - entry.occurred_at > timedelta(minutes=59)
