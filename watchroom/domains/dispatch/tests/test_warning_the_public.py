"""A public alert: written by one person, approved by another, told, updated, called off, over."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from lxml import etree

from tests.people import County
from watchroom.base.clock import now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.domains.dispatch import actions, jobs, queries
from watchroom.domains.dispatch.exchange import cap
from watchroom.domains.dispatch.models import AlertMessage, PublicAlert
from watchroom.domains.dispatch.rules import Said
from watchroom.kernel import sweep, tokens, webhooks
from watchroom.kernel.access import NotFound, system
from watchroom.kernel.models import Deadline, Entry, Matter

from .samples import SQUARE, alert_words, issued_alert

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def schema():
    from tests.plugin import SHARED

    path = SHARED / "standards" / "cap" / "CAP-v1.2.xsd"
    if not path.exists():
        pytest.skip(f"the schema of CAP is not here: {path}")
    return etree.XMLSchema(etree.parse(str(path)))


def test_what_goes_out_is_valid_in_both_languages(county: County, schema) -> None:
    alert = issued_alert(county)
    body = AlertMessage.objects.get(alert_id=alert.pk).body.encode()
    schema.assertValid(etree.fromstring(body))
    told = cap.parse(body)
    assert [info.language for info in told.infos] == ["zh-CN", "en-US"]
    assert [info.headline for info in told.infos] == [*alert_words().headline]
    assert told.infos[0].areas[0].polygons == (SQUARE,)
    assert told.infos[0].expires == PublicAlert.objects.get().expires_at.replace(microsecond=0)


def test_nobody_approves_what_they_wrote_or_changed(county: County) -> None:
    own = actions.draft_alert(county.leader, alert_words())
    with pytest.raises(Refusal) as refused:
        actions.approve_alert(county.leader, own.pk)
    assert Matter.objects.get(pk=own.pk).state == "drafted"
    changed = actions.draft_alert(county.leader, alert_words())
    actions.revise_alert(county.dispatcher, changed.pk, alert_words(severity="Minor"))
    with pytest.raises(Refusal) as refused:
        actions.approve_alert(county.leader, changed.pk)
    assert refused.value.code == "four-eyes"
    with pytest.raises(Refusal):
        actions.approve_alert(system(), changed.pk)  # nor does a machine


def test_who_may_draft_and_who_may_approve(county: County) -> None:
    for actor in (county.officer, county.operator, county.auditor, county.stranger):
        with pytest.raises(Refusal):
            actions.draft_alert(actor, alert_words())
    draft = actions.draft_alert(county.dispatcher, alert_words())
    with pytest.raises(Refusal):
        actions.approve_alert(county.operator, draft.pk)  # sees it, may not
    for actor in (county.colleague_elsewhere, county.stranger, county.officer):
        with pytest.raises(NotFound):
            actions.approve_alert(actor, draft.pk)


def test_what_was_approved_is_changed_only_after_it_went_back(county: County) -> None:
    draft = actions.draft_alert(county.dispatcher, alert_words())
    actions.approve_alert(county.leader, draft.pk)
    with pytest.raises(Conflict):
        actions.revise_alert(county.dispatcher, draft.pk, alert_words(severity="Minor"))
    with pytest.raises(Refusal):
        actions.send_back_alert(county.leader, draft.pk)  # says no reason
    actions.send_back_alert(county.leader, draft.pk, reason="区域画小了")
    actions.revise_alert(county.dispatcher, draft.pk, alert_words(severity="Minor"))
    assert PublicAlert.objects.get().severity == "Minor"
    with pytest.raises(Conflict):
        actions.issue_alert(county.dispatcher, draft.pk)


BOW_TIE = ((112.9, 28.2), (112.95, 28.25), (112.95, 28.2), (112.9, 28.25), (112.9, 28.2))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"headline": Said("只有中文", "")}, "Headline"),
        ({"instruction": Said("", "only English")}, "Instruction"),
        ({"description": Said()}, "Description"),
        ({"category": ()}, "Category"),
        ({"category": ("Weather",)}, "Category"),
        ({"urgency": "soon"}, "Urgency"),
        ({"valid": "2y"}, "How long"),
        ({"rings": ()}, "Area"),
        ({"rings": (BOW_TIE,)}, "Area"),
        ({"rings": (SQUARE[:3],)}, "Area"),
        ({"event": Said("事" * 61, "x")}, "Event"),
    ],
)
def test_what_lacks_something_is_refused_by_name(county: County, wrong, named) -> None:
    with pytest.raises(Refusal, match=named):
        actions.draft_alert(county.dispatcher, alert_words(**wrong))
    assert not Matter.objects.exists()


def test_an_update_refers_to_what_it_replaces_and_ends_it(county: County, schema) -> None:
    first = issued_alert(county)
    second = issued_alert(county, replaces=first.pk)
    third = issued_alert(county, replaces=second.pk)
    assert [Matter.objects.get(pk=m.pk).state for m in (first, second, third)] == [
        "updated", "updated", "issued",
    ]  # fmt: skip
    body = AlertMessage.objects.get(alert_id=third.pk).body.encode()
    schema.assertValid(etree.fromstring(body))
    told = cap.parse(body)
    assert told.message == "Update"
    assert [r.identifier for r in told.references] == [first.number, second.number]
    assert not Deadline.objects.filter(matter__in=(first, second), state="running").exists()


def test_two_updates_of_one_alert_do_not_both_replace_it(county: County) -> None:
    first = issued_alert(county)
    rivals = [
        actions.draft_alert(county.dispatcher, alert_words(), replaces=first.pk) for _ in range(2)
    ]
    for rival in rivals:
        actions.approve_alert(county.leader, rival.pk)
    actions.issue_alert(county.dispatcher, rivals[0].pk)
    with pytest.raises(Conflict):
        actions.issue_alert(county.dispatcher, rivals[1].pk)
    assert Matter.objects.get(pk=rivals[1].pk).state == "approved"
    assert AlertMessage.objects.count() == 2


def test_called_off_it_is_told_so(county: County, schema) -> None:
    alert = issued_alert(county)
    with pytest.raises(Refusal):
        actions.cancel_alert(county.leader, alert.pk)  # says no reason
    with pytest.raises(Refusal):
        actions.cancel_alert(county.dispatcher, alert.pk, reason="险情已除")
    actions.cancel_alert(county.leader, alert.pk, reason="险情已除")
    body = AlertMessage.objects.get(message="Cancel").body
    schema.assertValid(etree.fromstring(body.encode()))
    told = cap.parse(body.encode())
    assert [r.identifier for r in told.references] == [alert.number]
    assert "险情已除" not in body  # why is ours to know


def test_pressed_twice_it_is_issued_once(county: County) -> None:
    from watchroom.base.ids import uuid7

    draft = actions.draft_alert(county.dispatcher, alert_words())
    actions.approve_alert(county.leader, draft.pk)
    act_id = uuid7()
    for _ in range(2):
        assert actions.issue_alert(county.dispatcher, draft.pk, act_id=act_id).state == "issued"
    assert AlertMessage.objects.count() == 1


def test_nothing_is_told_in_the_past(county: County) -> None:
    draft = actions.draft_alert(county.dispatcher, alert_words())
    earlier = now() - timedelta(hours=1)
    with pytest.raises(Refusal):
        actions.approve_alert(county.leader, draft.pk, occurred_at=earlier)
    actions.approve_alert(county.leader, draft.pk)
    with pytest.raises(Refusal):
        actions.issue_alert(county.dispatcher, draft.pk, occurred_at=earlier)


def _passed(alert: Matter) -> None:
    """Its time is over, as the clock sees it."""
    over = now() - timedelta(seconds=1)
    Deadline.objects.filter(matter=alert, clock="valid").update(due_at=over)
    PublicAlert.objects.filter(pk=alert.pk).update(expires_at=over)


def test_its_time_over_it_expires_by_itself_and_once(county: County) -> None:
    alert = issued_alert(county)
    _passed(alert)
    assert not queries.alerts(county.operator).in_force  # even before the worker has seen it
    sweep.raise_overdue()
    entry = Entry.objects.get(matter=alert, event="dispatch.alert.overdue")
    for _ in range(2):
        jobs.alert_overdue(entry)
    assert Matter.objects.get(pk=alert.pk).state == "expired"
    assert Entry.objects.filter(matter=alert, event="dispatch.alert.expire").count() == 1


def test_a_draft_nobody_approves_turns_late_and_is_not_told(county: County) -> None:
    draft = actions.draft_alert(county.dispatcher, alert_words())
    Deadline.objects.filter(matter=draft).update(due_at=now() - timedelta(seconds=1))
    sweep.raise_overdue()
    jobs.alert_overdue(Entry.objects.get(matter=draft, event="dispatch.alert.overdue"))
    assert Matter.objects.get(pk=draft.pk).state == "drafted"
    assert not AlertMessage.objects.exists()


@pytest.mark.parametrize("change", ["UPDATE dispatch_alertmessage SET body = 'x'",
                                    "DELETE FROM dispatch_alertmessage"])  # fmt: skip
def test_what_was_told_stays_as_it_was_told(county: County, change: str) -> None:
    from django.db import connection

    issued_alert(county)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_ours_and_those_received_are_listed_together(county: County) -> None:
    ours = issued_alert(county)
    body = AlertMessage.objects.get(alert_id=ours.pk).body.replace(ours.number, "OTHER-1")
    actions.take_alert(county.operator, cap.parse(body.encode()))
    seen = queries.alerts(county.operator)
    assert [a.id for a in seen.in_force] == [ours.pk]
    assert len(seen.received) == 1
    for actor in (county.colleague_elsewhere, county.stranger):
        other = queries.alerts(actor)
        assert not other.in_force
        assert not other.received


def test_an_area_named_by_beat_or_agency_holds_all_of_it(county: County) -> None:
    from shapely import Point, Polygon

    rings, title = queries.area_of(["东街警格"])
    assert title.zh == "东街警格"
    assert all(Polygon(rings[0]).contains(Point(x, y)) for x, y in ((112.9, 28.1), (113.0, 28.3)))
    whole, both = queries.area_of(["county bureau", "BW"])
    assert "County bureau" in both.en
    assert Polygon(whole[0]).contains(Point(112.8, 28.1))
    with pytest.raises(Refusal, match="北街"):
        queries.area_of(["北街"])


# -- the public's feed ------------------------------------------------------------------------


@pytest.fixture
def feed(county: County) -> str:
    until = now() + timedelta(days=1)
    _, secret = tokens.create(county.admin, "app", county.city, ["dispatch.subscribe"], until)
    return reverse("dispatch:alert-feed", args=[secret])


def test_the_public_reads_what_stands(county: County, feed: str, schema) -> None:
    public = Client()  # signed in nowhere
    alert = issued_alert(county)
    actions.draft_alert(county.dispatcher, alert_words())
    answer = public.get(feed)
    assert answer["Content-Type"].startswith("application/atom+xml")
    (entry,) = etree.fromstring(answer.content).findall(f"{ATOM}entry")
    href = entry.find(f"{ATOM}link").get("href")
    told = public.get(href)
    assert told["Content-Type"].startswith("application/cap+xml")
    schema.assertValid(etree.fromstring(told.content))
    assert cap.parse(told.content).identifier == alert.number
    second = issued_alert(county, replaces=alert.pk)
    assert _listed(public, feed) == [second.number]
    actions.cancel_alert(county.leader, second.pk, reason="险情已除")
    assert _listed(public, feed) == [f"{second.number}.C"]
    _passed(second)
    assert _listed(public, feed) == []


def _listed(public: Client, feed: str) -> list[str]:
    entries = etree.fromstring(public.get(feed).content).findall(f"{ATOM}entry")
    return [entry.findtext(f"{ATOM}id").rsplit(":", 1)[1] for entry in entries]


def test_the_feed_is_for_its_token_alone(county: County, feed: str) -> None:
    public = Client()
    alert = issued_alert(county)
    until = now() + timedelta(days=1)
    wrong = [
        tokens.create(system(), "other work", county.city, ["dispatch.view"], until)[1],
        "wr_guessed",
    ]
    for secret in wrong:
        assert public.get(reverse("dispatch:alert-feed", args=[secret])).status_code == 404
    _, elsewhere = tokens.create(
        system(), "elsewhere", county.elsewhere, ["dispatch.subscribe"], until
    )
    assert _listed(public, reverse("dispatch:alert-feed", args=[elsewhere])) == []
    there = reverse("dispatch:alert-message", args=[elsewhere, alert.number])
    assert public.get(there).status_code == 404


def test_others_are_told_by_webhook(county: County) -> None:
    alert = issued_alert(county)
    entry = Entry.objects.get(matter=alert, event="dispatch.alert.issue")
    assert webhooks.wants(["dispatch.alert.*"], entry.event)
    assert webhooks.message(entry)["data"]["number"] == alert.number


# -- on the screen and over the interface -----------------------------------------------------

FORM = {
    "event_zh": "洪水", "event_en": "Flood",
    "headline_zh": "水位上涨", "headline_en": "Rising water",
    "description_zh": "离开河边", "description_en": "Leave the river", "category": ["Safety"],
    "urgency": "Immediate", "severity": "Severe", "certainty": "Likely", "valid": "6h",
    "status": "Actual", "corners": "112.90, 28.20\n112.95, 28.20\n112.95，28.25",
    "areas": ["东街警格"],
}  # fmt: skip


def _browser(county: County, who: str) -> Client:
    browser = Client()
    browser.force_login(county.staff[who])
    return browser


def test_from_the_form_to_the_public_by_two_people(county: County) -> None:
    desk, leader = _browser(county, "dispatcher"), _browser(county, "leader")
    answer = desk.post("/dispatch/alerts/new/", FORM)
    assert answer.status_code == 302, answer.text
    row = PublicAlert.objects.get()
    assert (len(row.rings), row.area["zh"]) == (2, "东街警格")
    number = row.matter.number
    assert "水位上涨" in desk.get(f"/m/{number}/").text
    assert desk.get(f"/dispatch/alerts/{number}/revise/").status_code == 200
    changed = desk.post(f"/dispatch/alerts/{number}/revise/", {**FORM, "severity": "Minor"})
    assert changed.status_code == 302
    assert leader.post(f"/m/{number}/step/approve/", {}).status_code == 302
    assert desk.post(f"/m/{number}/step/issue/", {}).status_code == 302
    page = desk.get("/dispatch/alerts/").text
    assert "水位上涨" in page
    told = desk.get(f"/dispatch/alerts/{number}/{number}.xml")
    assert cap.parse(told.content).infos[1].severity == "Minor"
    again = desk.get(f"/dispatch/alerts/new/?replaces={number}")
    assert "Rising water" in again.text
    areas = desk.get("/dispatch/alerts/areas.geojson").json()
    assert [f["geometry"]["type"] for f in areas["features"]] == ["MultiPolygon"]


def test_a_wrong_form_keeps_what_was_typed(county: County) -> None:
    desk = _browser(county, "dispatcher")
    answer = desk.post("/dispatch/alerts/new/", {**FORM, "corners": "112.9"})
    assert answer.status_code == 422
    assert "Leave the river" in answer.text
    unnamed = desk.post("/dispatch/alerts/new/", {**FORM, "areas": ["北街"]})
    assert "北街" in unnamed.text


def test_strangers_neither_draft_nor_read(county: County) -> None:
    alert = issued_alert(county)
    other = _browser(county, "colleague_elsewhere")
    assert alert.title not in other.get("/dispatch/alerts/").text
    assert other.get(f"/dispatch/alerts/new/?replaces={alert.number}").status_code == 404
    assert other.get(f"/dispatch/alerts/{alert.number}/{alert.number}.xml").status_code == 404
    assert other.get(f"/dispatch/alerts/{alert.number}/revise/").status_code == 404
    assert _browser(county, "officer").post("/dispatch/alerts/new/", FORM).status_code == 403


def test_the_same_over_the_interface(county: County, schema) -> None:
    desk, leader = _browser(county, "dispatcher"), _browser(county, "leader")
    pair = {"zh": "洪水", "en": "Flood"}
    body = {
        "event": pair, "headline": pair, "description": pair, "category": ["Met"],
        "urgency": "Future", "severity": "Minor", "certainty": "Likely", "valid": "1h",
        "areas": ["BE"],
    }  # fmt: skip
    base, json = "/api/v1/dispatch/alerts", "application/json"
    made = desk.post(base, body, json)
    assert made.status_code == 200, made.text
    one = f"{base}/{made.json()['id']}"
    assert desk.get(f"{one}/cap").status_code == 404
    assert desk.post(f"{one}/approve", {}, json).status_code in (403, 422)
    assert leader.post(f"{one}/approve", {}, json).json()["state"] == "approved"
    assert desk.post(f"{one}/issue", {}, json).json()["state"] == "issued"
    schema.assertValid(etree.fromstring(desk.get(f"{one}/cap").content))
    assert desk.get(base).json()["in_force"][0]["headline"] == pair
    assert len(desk.get("/api/v1/dispatch/alerts.geojson").json()["features"]) == 1
    other = _browser(county, "colleague_elsewhere")
    assert other.get(one).status_code == 404
    assert other.get(base).json()["in_force"] == []
    assert desk.post(base, {**body, "rings": [[[200, 1]]]}, json).status_code == 422
