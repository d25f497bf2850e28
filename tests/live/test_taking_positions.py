"""A unit's tracker says where it is."""

import asyncio
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.base.clock import now
from watchroom.desk.live import app, positions
from watchroom.kernel.models import Agency, Device, Unit, UnitPosition


def digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def test_a_report_as_trackers_send_it():
    report = positions.read(
        {"id": "dev-1", "lat": "28.5", "lon": "112.9", "timestamp": "1760000000"}
    )
    assert (report.digest, report.lon, report.lat, report.speed) == (
        digest("dev-1"),
        112.9,
        28.5,
        None,
    )
    assert report.at == datetime.fromtimestamp(1760000000, UTC)


def test_seconds_milliseconds_and_iso_are_the_same_moment():
    def at(text: str) -> datetime:
        return positions.read({"id": "d", "lat": "1", "lon": "1", "timestamp": text}).at

    assert at("1760000000") == at("1760000000000") == at("2025-10-09T16:53:20+08:00")


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"id": ""}, "id"),
        ({"lat": "91"}, "lat"),
        ({"lat": "nan"}, "lat"),
        ({"lon": "east"}, "lon"),
        ({"timestamp": "yesterday"}, "timestamp"),
        ({"timestamp": "2025-10-09T16:53:20"}, "timestamp"),
        ({"timestamp": str(now().timestamp() + 3600)}, "timestamp"),
    ],
)
def test_a_wrong_report_is_refused_by_name(wrong, named):
    with pytest.raises(positions.Unreadable, match=named):
        positions.read({"id": "d", "lat": "1", "lon": "1"} | wrong)


@given(st.dictionaries(st.sampled_from(["id", "lat", "lon", "speed", "timestamp"]), st.text()))
def test_no_input_does_more_than_be_refused(fields):
    try:
        report = positions.read(fields)
    except positions.Unreadable:
        return
    assert -90 <= report.lat <= 90


@pytest.fixture
def car(own_database) -> Unit:
    agency = Agency.objects.create(code="A", name="A", kind="station", path=".1.")
    unit = Unit.objects.create(
        code="P1", name="P1", kind="car", agency=agency, home_lon=1, home_lat=1, status="free"
    )
    Device.objects.create(unit=unit, name="phone", digest=digest("d1"), enrolled_at=now())
    return unit


def send(*reports: positions.Report) -> list[bool]:
    async def all_at_once() -> list[bool]:
        recorder = positions.Recorder()
        async with await app.connect() as db:
            writer = asyncio.create_task(recorder.run(db))
            answers = await asyncio.gather(*(recorder.keep(report) for report in reports))
            writer.cancel()
        return list(answers)

    return asyncio.run(all_at_once())


def report(minutes_ago: float, lon: float, device: str = "d1") -> positions.Report:
    return positions.Report(digest(device), lon, 1.0, None, now() - timedelta(minutes=minutes_ago))


def test_the_newest_position_stays_in_whatever_order_they_come(car):
    assert send(report(1, 11.0), report(3, 9.0), report(2, 10.0)) == [True, True, True]
    assert UnitPosition.objects.get(unit=car).lon == 11.0
    send(report(5, 7.0))  # a burst of old ones after a tunnel
    assert UnitPosition.objects.get(unit=car).lon == 11.0
    send(report(0, 12.0))
    assert UnitPosition.objects.get(unit=car).lon == 12.0


def test_nobody_is_followed_off_duty(car):
    Unit.objects.filter(pk=car.pk).update(status="off")
    assert send(report(0, 12.0)) == [False]
    assert not UnitPosition.objects.exists()


def test_an_unknown_device_is_answered_like_one_off_duty(car):
    assert send(report(0, 12.0, "nobody"), report(0, 5.0)) == [False, True]


def test_a_lost_phone_is_heard_no_more_and_the_new_one_is(car):
    Device.objects.update(revoked_at=now())
    Device.objects.create(unit=car, name="phone", digest=digest("d2"), enrolled_at=now())
    assert send(report(1, 12.0, "d1"), report(0, 13.0, "d2")) == [False, True]
    assert UnitPosition.objects.get(unit=car).lon == 13.0


def test_a_unit_may_carry_a_phone_and_a_tracker(car):
    Device.objects.create(unit=car, name="tracker", digest=digest("d2"), enrolled_at=now())
    assert send(report(1, 12.0, "d1"), report(0, 13.0, "d2")) == [True, True]
    assert UnitPosition.objects.get(unit=car).lon == 13.0


def test_what_is_kept_of_a_key_does_not_open_anything(car):
    assert send(report(0, 12.0, Device.objects.get().digest)) == [False]


def test_it_is_followed_from_the_moment_it_comes_on_duty(car):
    Unit.objects.filter(pk=car.pk).update(status="off")
    assert send(report(1, 12.0)) == [False]
    Unit.objects.filter(pk=car.pk).update(status="rest")
    assert send(report(0, 13.0)) == [True]
