"""What is kept of every indicator, entry by entry, is what a full count says, whatever happened."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.people import County
from watchroom.base.clock import held_at, now
from watchroom.base.refusal import Refusal
from watchroom.domains.dispatch import actions as dispatch
from watchroom.domains.disputes import actions as disputes
from watchroom.domains.disputes.tests.samples import DATA, registered, types
from watchroom.figures import periods
from watchroom.kernel import acts, indicators, kept_figures, kept_samples, notes
from watchroom.kernel.access import system
from watchroom.kernel.models import Entry, FigureCell, FigureSample, Matter
from watchroom.kernel.organisation_moves import move

TODAY = datetime(2026, 3, 31, 4, 0, tzinfo=UTC)
MARCH, YEAR = periods.month(2026, 3), periods.since(date(2026, 1, 1), TODAY + timedelta(days=1))
PERIODS = [MARCH, YEAR]
HOURS = st.integers(0, 60 * 24)
"""How many hours before the day of recording it happened: all of it comes in late."""
DEED = st.one_of(
    st.tuples(st.just("call"), HOURS, st.sampled_from(["east", "west", "bureau"])),
    st.tuples(st.just("send"), HOURS, st.integers(0, 6)),
    st.tuples(st.just("unit"), HOURS, st.sampled_from(["sign", "set_out", "arrive", "clear"])),
    st.tuples(st.just("dispute"), HOURS, st.sampled_from(["east", "west"])),
    st.tuples(st.just("step"), HOURS, st.integers(0, 9)),
    st.tuples(st.just("correct"), HOURS, st.integers(1, 4)),
    st.tuples(st.just("note"), HOURS, st.integers(0, 5)),
)


class Past:
    """A county to which things happen, in any order, recorded late."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.last = Entry.objects.latest("id").pk

    def do(self, deed: tuple[Any, ...]) -> None:
        """One deed; what the rules refuse has not happened."""
        name, hours, what = deed
        at = TODAY - timedelta(hours=hours)
        with transaction.atomic():
            try:
                with transaction.atomic():
                    getattr(self, f"_{name}")(at, what)
            except Refusal:
                return

    def news(self) -> set[int]:
        """The matters touched since the last look."""
        rows = Entry.objects.filter(pk__gt=self.last).exclude(matter=None)
        found = set(rows.values_list("matter_id", flat=True))
        self.last = Entry.objects.latest("id").pk
        return found

    def _call(self, at: datetime, where: str) -> None:
        actor = system(getattr(self.county, where))
        dispatch.report_call(actor, words="打架", class_code="0201", received_at=at)

    def _send(self, at: datetime, which: int) -> None:
        unit = list(self.county.units.values())[which]
        call = Matter.objects.filter(kind="dispatch.incident", closed_at=None).last()
        if call:
            dispatch.dispatch(system(), call.pk, [unit.pk], occurred_at=at)

    def _unit(self, at: datetime, step: str) -> None:
        row = Matter.objects.filter(kind="dispatch.assignment", closed_at=None).last()
        if row:
            dispatch.perform(system(), row.pk, step, occurred_at=at)

    def _dispute(self, at: datetime, beat: str) -> None:
        place = self.county.beats[beat].pk
        registered(self.county, by="leader", beat_id=place, occurred_at=at)

    def _step(self, at: datetime, which: int) -> None:
        row = Matter.objects.filter(kind="disputes.dispute", closed_at=None).first()
        if row:
            steps = [step.name for step in row.flow.after(row.state)]
            step = steps[which % len(steps)]
            disputes.perform(
                system(), row.pk, step, data=DATA.get(step), reason="理由", occurred_at=at
            )

    def _correct(self, _at: datetime, priority: int) -> None:
        row = Matter.objects.filter(kind="dispatch.incident").first()
        if row:
            change = lambda matter: setattr(matter, "priority", priority) or {}  # noqa: E731
            acts.amend(system(), row.pk, "dispatch.view", "corrected", change=change, reason="更正")

    def _note(self, _at: datetime, which: int) -> None:
        row = Matter.objects.order_by("id")[which : which + 1].first()
        if row:
            notes.add(system(), row.pk, "补充")


@pytest.mark.django_db
@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # an example takes a second
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(deeds=st.lists(DEED, min_size=4, max_size=14))
def test_entry_by_entry_it_equals_a_full_count(county: County, deeds: list[Any]) -> None:
    with held_at(TODAY), transaction.atomic():
        types()
        kept_samples.build()
        past = Past(county)
        board(county)
        for number, deed in enumerate(deeds):
            past.do(deed)
            kept_samples.renew(past.news())
            if number == len(deeds) // 2:
                board(county)
        for name in indicators.all_indicators():
            assert kept_samples.astray(name) == ([], []), name
        for name, figures in board(county).items():
            one = indicators.all_indicators()[name]
            asked = indicators.Asked(PERIODS, (county.bureau.pk,))
            assert figures == indicators.ask(one, asked), name
        transaction.set_rollback(True)


def board(county: County) -> kept_figures.Board:
    """Every figure of the county, as its page shows it."""
    every = indicators.all_indicators()
    return kept_figures.board(county.leader, every, PERIODS, county.bureau)


@pytest.mark.django_db
def test_a_figure_nobody_touched_is_not_counted_again(county: County) -> None:
    with held_at(TODAY):
        kept_samples.build()
        past = Past(county)
        past.do(("call", 1, "east"))
        kept_samples.renew(past.news())
        board(county)
        past.do(("dispute", 1, "east"))
        kept_samples.renew(past.news())
        stale = set(FigureCell.objects.filter(stale=True).values_list("kept__key", flat=True))
        assert stale and {name.split(".")[0] for name in stale} == {"disputes"}
        assert kept_figures.warm() == FigureCell.objects.filter(stale=False).count() - len(
            FigureCell.objects.exclude(kept__key__in=stale)
        )
        assert not FigureCell.objects.filter(stale=True).exists()


@pytest.mark.django_db
def test_an_agency_that_moves_makes_its_figures_anew(county: County) -> None:
    with held_at(TODAY):
        kept_samples.build()
        past = Past(county)
        past.do(("call", 1, "east"))
        kept_samples.renew(past.news())
        assert board(county)["dispatch.incidents"][0].count == 1
        move(system(), county.east, county.elsewhere, since=MARCH.start, reason="区划调整")
        assert board(county)["dispatch.incidents"][0].count == 0


def test_the_stream_brings_what_was_committed(own_database: Any) -> None:
    from tests.people import build

    county = build()
    kept_samples.keep()
    assert not FigureSample.objects.exists()
    today = periods.day(now().astimezone().date())
    one = {"dispatch.incidents": indicators.all_indicators()["dispatch.incidents"]}
    read = lambda: kept_figures.board(county.leader, one, [today], county.bureau)  # noqa: E731
    assert [figure.count for figure in read()["dispatch.incidents"]] == [0]
    dispatch.report_call(system(county.east), words="打架", class_code="0201")
    assert [figure.count for figure in read()["dispatch.incidents"]] == [1]
