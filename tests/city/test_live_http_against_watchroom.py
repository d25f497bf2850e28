"""The live day's line, spoken to a Watchroom that runs: a call, a trip, an end, over HTTP alone."""

import asyncio
import datetime as dt
from itertools import islice

import pytest

from watchroom.city import loading
from watchroom.city.classes import CLASS_LIST
from watchroom.city.demand import calls
from watchroom.city.evening import Evening
from watchroom.city.live_http import HttpPort
from watchroom.city.port import Fix, Refused
from watchroom.domains.dispatch import actions
from watchroom.kernel import operator
from watchroom.kernel.access import system
from watchroom.kernel.models import Agency, Entry, Matter, UnitPosition
from watchroom.site.fictional import SCOPES


@pytest.fixture
def running(running_watchroom, small):
    """The small city in a running Watchroom, and the live day's token."""
    loading.load(small)
    actions.import_classes(system(), CLASS_LIST.read_text("utf-8").splitlines(), source="test")
    root = Agency.objects.get(pk=system().agency_id)
    return running_watchroom.url, operator.create_token("live day", root.code, SCOPES, 30)


def test_a_call_a_trip_and_an_end(running, small):
    url, token = running
    evening = Evening.at(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
    wanted = (c for c in calls(small, evening.city.date(), 1, 260) if c.outcome == "real")
    call = next(c for c in wanted if c.first and c.place and c.class_code == "0203")
    ended = asyncio.run(_evening(url, token, small, evening, call))
    matter = Matter.objects.get(pk=int(ended))
    assert matter.state == "closed"
    told = Entry.objects.filter(matter__parent=matter, event="dispatch.assignment.arrive")
    assert told.get().occurred_at == evening.shown(evening.city + dt.timedelta(minutes=5))
    fix = UnitPosition.objects.get(unit__code=told.get().data["unit"])
    assert (round(fix.lon, 4), round(fix.lat, 4)) == (112.9, 28.5)


async def _evening(url, token, city, evening, call):
    places = {p.code: (p.lon, p.lat) for p in city.places}
    port = HttpPort(url, token, stamp=evening.shown, places=places, session="t")

    def at(minutes):
        return evening.city + dt.timedelta(minutes=minutes)

    try:
        await port.enrol({u.code: u.device for u in city.units})
        incident = await port.report_call(call, at(0))
        assert await port.report_call(call, at(0)) == incident, "the same call arrives once"
        assert await port.send_best(incident, at(1))
        (task,) = [t for t in await port.tasks() if t.incident == incident]
        for step, minutes in (("sign", 2), ("set_out", 3), ("arrive", 5)):
            for _ in range(2):  # an answer was lost: done once all the same
                await port.act(task, step, at(minutes), "")
        unit = next(u for u in city.units if u.code == task.unit)
        now = evening.city + (dt.datetime.now(dt.UTC) - evening.wall)
        await port.position(Fix(unit.device, 112.9, 28.5, now, 30.0, 90.0))
        await port.act(task, "clear", at(20), "已处理完毕")
        assert (incident, "resolved") in await port.open_incidents()
        await port.desk(incident, "close", {"disposition": "handled"}, "", at(25))
        with pytest.raises(Refused):
            await port.act(task, "sign", at(26), "")
        with pytest.raises(Refused):
            await port.position(Fix("nobody", 112.9, 28.5, now, 0.0, 0.0))
    finally:
        await port.aclose()
    return incident


def test_an_evening_rings(small):
    evening = Evening.at(dt.datetime.now(dt.UTC))
    ring = (c for c in calls(small, evening.city.date(), 2, 1200) if c.received_at >= evening.city)
    first = list(islice(ring, 20))
    assert (first[-1].received_at - evening.city) < dt.timedelta(minutes=40)
