"""What a unit's drive tells of the streets: from where it set out to where it arrived, in time."""

from datetime import timedelta

import pytest

from tests.people import MIDDLE, County
from watchroom.base.clock import now
from watchroom.domains.dispatch import actions, queries
from watchroom.kernel.models import UnitPosition

LON, LAT = MIDDLE


def drive(county: County, *, seen_before_s: float, skip: bool = False) -> None:
    call = actions.report_call(county.operator, words="打架", lon=LON, lat=LAT, class_code="0201")
    unit = county.units["P01"]
    out = now()
    UnitPosition.objects.update_or_create(
        unit=unit,
        defaults={
            "lon": LON + 0.02,
            "lat": LAT,
            "at": out - timedelta(seconds=seen_before_s),
            "received_at": out,
        },
    )
    actions.dispatch(county.dispatcher, call.pk, [unit.pk])
    job = call.children.get(kind="dispatch.assignment")
    if not skip:
        actions.sign(county.dispatcher, job.pk, occurred_at=out)
        actions.set_out(county.dispatcher, job.pk, occurred_at=out)
    actions.arrive(county.dispatcher, job.pk, occurred_at=out + timedelta(seconds=240))


def test_a_drive_that_was_told_in_time_is_learned_from(county: County) -> None:
    drive(county, seen_before_s=5)
    [one] = queries.drives(now() - timedelta(days=1))
    assert one.start == (LON + 0.02, LAT)
    assert one.goal == (LON, LAT)
    assert one.seconds == pytest.approx(240)


def test_a_stale_position_or_a_step_never_told_teaches_nothing(county: County) -> None:
    drive(county, seen_before_s=600)
    assert list(queries.drives(now() - timedelta(days=1))) == []


def test_a_drive_whose_start_was_never_told_teaches_nothing(county: County) -> None:
    drive(county, seen_before_s=5, skip=True)
    assert list(queries.drives(now() - timedelta(days=1))) == []


def test_learning_without_a_network_learns_nothing(county: County, tmp_path, monkeypatch) -> None:
    from watchroom.kernel.roads import roads

    monkeypatch.setattr(roads, "folder", tmp_path / "none")
    assert actions.learn_streets() is None
