"""A deadline reckoned without a year's holidays is reckoned again once they are known."""

from datetime import UTC, datetime

from tests.toy import Town
from watchroom.kernel import clocks
from watchroom.kernel.models import Deadline
from watchroom.law import limits

STARTED = datetime(2026, 2, 13, 2, 0, tzinfo=UTC)  # before the Spring Festival of 2026
PROVISIONAL = datetime(2026, 2, 18, 16, 0, tzinfo=UTC)  # as if nobody had holidays


def test_it_gets_its_true_end_and_the_worklist_with_it(town: Town) -> None:
    matter = town.open()
    waiting = {"clock": "serve", "rule": "H07", "started_at": STARTED, "due_at": PROVISIONAL}
    row = Deadline.objects.create(matter=matter, complete=False, **waiting)
    assert clocks.recompute_incomplete() == 1
    row.refresh_from_db()
    assert row.complete
    assert row.due_at == limits.due("H07", STARTED).at != PROVISIONAL
    assert clocks.recompute_incomplete() == 0
