"""CAP 1.2: what we say is valid; what a stranger says is read safely and becomes an incident."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.domains.dispatch import actions
from watchroom.domains.dispatch.exchange import cap
from watchroom.domains.dispatch.models import Call
from watchroom.kernel.models import Matter

SQUARE = ((112.9, 28.2), (112.95, 28.2), (112.95, 28.25), (112.9, 28.25), (112.9, 28.2))
SENT = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)


def alert(identifier="A-1", message="Alert", refers=(), **more):
    info = cap.Info(
        "zh-CN", ("Fire", "Safety"), "化学品泄漏", "Immediate", "Severe", "Observed",
        ("Evacuate",), None, now() + timedelta(hours=2), "应急管理局", "立即撤离",
        "罐车泄漏，<2公里 & 下风向", "往上风向走",
        (cap.Area("城东", (SQUARE,), ((112.9, 28.2, 2.5),)),),
    )  # fmt: skip
    values = {"status": "Actual", "scope": "Public", "infos": (info,)} | more
    found = tuple(cap.Reference("em@example.cn", r, "2026-05-01T08:30:00-00:00") for r in refers)
    return cap.Alert(identifier, "em@example.cn", SENT, message=message, references=found, **values)


@pytest.fixture(scope="module")
def schema():
    from tests.plugin import SHARED

    path = SHARED / "standards" / "cap" / "CAP-v1.2.xsd"
    if not path.exists():
        pytest.skip(f"the schema of CAP is not here: {path}")
    return etree.XMLSchema(etree.parse(str(path)))


def test_what_we_say_is_valid(schema):
    for one in (alert(), alert("A-2", "Update", ("A-1",)), alert("A-3", "Cancel", ("A-1",))):
        schema.assertValid(etree.fromstring(cap.build(one)))


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60).map(str.strip)


@given(words=TEXTS, lon=st.floats(-179, 178), lat=st.floats(-89, 88))
def test_what_is_said_is_what_is_read(words, lon, lat):
    ring = ((lon, lat), (lon + 1, lat), (lon + 1, lat + 1), (lon, lat))
    info = cap.Info(
        "en", ("Met",), "storm", "Future", "Minor", "Possible", description=words,
        areas=(cap.Area("x", (ring,)),),
    )  # fmt: skip
    back = cap.parse(cap.build(alert(infos=(info,))))
    assert back.infos[0].description == words
    assert back.sent == SENT
    for (x, y), (a, b) in zip(back.infos[0].areas[0].polygons[0], ring, strict=True):
        assert abs(x - a) < 1e-5
        assert abs(y - b) < 1e-5


def test_an_alert_of_somebody_elses_is_read(shared: Path):
    path = shared / "standards" / "cap" / "cap_amber_alert_example.xml"
    if not path.exists():
        pytest.skip(f"the example is not here: {path}")
    read = cap.parse(path.read_bytes())
    assert read.infos
    assert read.infos[0].event


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>&y;</identifier></alert>"""
FILE = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>&x;</identifier></alert>"""


@pytest.mark.parametrize(
    ("what", "data"),
    [
        ("entities", BOMB),
        ("a file of ours", FILE),
        ("no xml", b"hello"),
        ("another language", b"<alert/>"),
        ("too much", b"<a>" + b" " * cap.LARGEST + b"</a>"),
        ("cut off", cap.build(alert())[:-20]),
        ("no identifier", cap.build(alert()).replace(b"A-1", b"")),
        ("a number that is none", cap.build(alert()).replace(b"28.200000,112.9", b"28.2,nan-e")),
        ("an open ring", cap.build(alert()).replace(b"28.250000,112.900000 28.200000,112.900000",
                                                    b"28.250000,112.900000")),
        ("no such status", cap.build(alert()).replace(b"Actual", b"Perhaps")),
    ],
)  # fmt: skip
def test_what_cannot_be_trusted_is_refused_in_a_sentence(what, data):
    with pytest.raises(Refusal) as refused:
        cap.parse(data)
    assert refused.value.code == "cap"
    assert "root:" not in str(refused.value)


def test_an_alert_becomes_an_incident_once(county):
    desk = county.operator
    first, again = (actions.take_alert(desk, alert()) for _ in range(2))
    assert first.pk == again.pk
    assert first.beat.code == "BE"
    assert "罐车泄漏" in Call.objects.get(incident_id=first.pk).words
    assert Call.objects.get(incident_id=first.pk).channel == "partner"
    assert Matter.objects.filter(kind="dispatch.incident").count() == 1


def test_an_update_is_another_call_and_an_end_before_anybody_went_ends_it(county):
    desk = county.operator
    first = actions.take_alert(desk, alert())
    update = alert("A-2", "Update", ("A-1",))
    assert actions.take_alert(desk, update).pk == first.pk
    actions.take_alert(desk, update)
    assert Call.objects.filter(incident_id=first.pk).count() == 2
    end = alert("A-3", "Cancel", ("A-1", "A-2"))
    assert actions.take_alert(desk, end).state == "cancelled"
    assert actions.take_alert(desk, end).state == "cancelled"


def test_an_end_after_units_went_leaves_it_to_people(county):
    first = actions.take_alert(county.operator, alert())
    actions.classify(county.operator, first.pk, "0401")
    actions.dispatch(county.dispatcher, first.pk, [county.units["P01"].pk])
    end = actions.take_alert(county.operator, alert("A-3", "Cancel", ("A-1",)))
    assert end.state == "dispatched"
    assert Call.objects.filter(incident_id=first.pk).count() == 2


@pytest.mark.parametrize(
    "unfit",
    [
        alert(status="Exercise"),
        alert(status="Test"),
        alert("A-9", "Cancel", ("never",)),
        alert("A-9", "Ack", ("A-1",)),
        alert(infos=()),
    ],
)
def test_what_is_no_alarm_makes_no_incident(county, unfit):
    with pytest.raises(Refusal):
        actions.take_alert(county.operator, unfit)
    assert not Matter.objects.exists()


def test_nobody_without_the_permission_raises_one(county):
    with pytest.raises(Refusal):
        actions.take_alert(county.officer, alert())
