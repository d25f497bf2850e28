"""Every screen of posts opens in both languages for who may, and for nobody else."""

from uuid import uuid4

import pytest
from django.test import Client

from tests.people import MIDDLE, County
from watchroom.domains.coverage import actions
from watchroom.domains.coverage.actions import Line
from watchroom.domains.coverage.models import DutyPost
from watchroom.domains.coverage.tests.samples import HOUR, in_force, plan_of, post_at, shift_of
from watchroom.kernel.models import Matter
from watchroom.kernel.sessions import BACKEND

SCREENS = (
    "", "?kind=duty", "rows/", "posts.geojson", "zones.geojson", "posts/", "posts/new/",
    "posts/{post}/", "posts/codes/", "posts/{post}/code.svg", "plans/", "plans/new/",
    "plans/{draft}/", "plans/{plan}/", "plans/{plan}/order/", "plans/{plan}/order.pdf", "mine/",
    "inspections/", "inspections/?open=1", "inspect/{post}/",
)  # fmt: skip


@pytest.fixture
def post(county: County) -> DutyPost:
    return post_at(county, "东街口<i>x")


@pytest.fixture
def plan(county: County, post: DutyPost) -> Matter:
    shift = shift_of(county, "S1", -HOUR)
    people = (county.staff["officer"].pk,)
    return in_force(county, Line(post.pk, shift.pk, strength=2, staff_ids=people))


@pytest.fixture
def draft(county: County, plan: Matter) -> Matter:
    return plan_of(county, kind="night")


def told(secret: str) -> dict[str, str]:
    """What the phone sends of a press."""
    return {"secret": secret, "act_id": str(uuid4())}


def browser_of(county: County, who: str, lang: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(county.staff[who], backend=BACKEND)
    client.cookies["django_language"] = lang
    return client


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_who_leads_opens_every_screen(
    county: County, post: DutyPost, plan: Matter, draft: Matter, lang: str
) -> None:
    actions.inspect(county.leader, post.pk, finding="short", words="少一人")
    client = browser_of(county, "leader", lang)
    for screen in SCREENS:
        address = screen.format(post=post.pk, plan=plan.number, draft=draft.number)
        answer = client.get(f"/coverage/{address}")
        assert answer.status_code == 200, address
        if "json" not in screen and "pdf" not in screen:
            assert "<i>x" not in answer.text
            assert "None" not in answer.text, address


def test_an_officer_sees_their_own_post_and_no_list(
    county: County, post: DutyPost, plan: Matter
) -> None:
    client = browser_of(county, "officer")
    page = client.get("/coverage/mine/").text
    assert "东街口" in page
    assert "上岗" in page
    assert "东街口" not in client.get("/coverage/").text
    assert client.get("/coverage/posts/").status_code == 403
    assert client.get(f"/coverage/inspect/{post.pk}/").status_code == 403


@pytest.mark.parametrize("who", ["stranger", "colleague_elsewhere"])
def test_people_from_elsewhere_learn_nothing(
    county: County, post: DutyPost, plan: Matter, draft: Matter, who: str
) -> None:
    client = browser_of(county, who)
    for screen in SCREENS:
        address = screen.format(post=post.pk, plan=plan.number, draft=draft.number)
        answer = client.get(f"/coverage/{address}")
        assert "东街口" not in answer.content.decode("utf-8", "ignore"), address


def test_a_dispatcher_sees_the_board_and_plans_nothing(county: County, plan: Matter) -> None:
    client = browser_of(county, "dispatcher")
    assert "东街口" in client.get("/coverage/").text
    assert client.get("/coverage/plans/new/").status_code == 403


def test_a_post_is_added_and_changed_on_a_page(county: County) -> None:
    client = browser_of(county, "chief")
    lon, lat = MIDDLE
    sent = {"name": "北门", "kind": "gate", "lon": lon, "lat": lat, "agency": county.east.pk}
    assert client.post("/coverage/posts/new/", sent).status_code == 302
    made = DutyPost.objects.get(name="北门")
    assert (made.kind, made.radius_m) == ("gate", 150)
    sent["radius_m"] = "80"
    assert client.post(f"/coverage/posts/{made.pk}/", sent).status_code == 302
    made.refresh_from_db()
    assert made.radius_m == 80
    wrong = client.post("/coverage/posts/new/", {**sent, "lon": "东"})
    assert (wrong.status_code, "应为数字" in wrong.text) == (422, True)


def test_a_zone_is_drawn_and_a_crossed_outline_is_refused(county: County) -> None:
    client = browser_of(county, "chief")
    ring = "[112.9,28.2],[112.91,28.2],[112.91,28.21],[112.9,28.2]"
    good = f'{{"type":"Polygon","coordinates":[[{ring}]]}}'
    crossed = (
        '{"type":"Polygon","coordinates":[[[112.9,28.2],[112.91,28.21],[112.91,28.2],'
        "[112.9,28.21],[112.9,28.2]]]}"
    )
    sent = {"name": "一号巡区", "kind": "zone", "agency": county.east.pk}
    for outline in ("", "不是", "[1, 2]", crossed):
        answer = client.post("/coverage/posts/new/", {**sent, "outline": outline})
        assert answer.status_code == 422, outline
    assert client.post("/coverage/posts/new/", {**sent, "outline": good}).status_code == 302
    zone = DutyPost.objects.get(kind="zone")
    assert 112.9 < zone.lon < 112.91


def test_a_plan_is_written_line_by_line_and_submitted(county: County, post: DutyPost) -> None:
    shift_of(county, "S1", HOUR)
    client = browser_of(county, "chief")
    sent = {"title": "周末勤务", "kind": "daily", "agency": county.east.pk}
    days = {"starts_on": "2099-01-01", "ends_on": "2099-01-07"}
    answer = client.post("/coverage/plans/new/", sent | days)
    assert answer.status_code == 302
    where = answer["Location"]
    plan = Matter.objects.get(kind="coverage.plan")
    shift = plan.coverage_plan.agency.duty_shifts.first() or county.bureau.duty_shifts.get()
    line = {"post": post.pk, "shift": shift.pk, "strength": "2", "days": list("12345")}
    badge = county.staff["officer"].badge
    assert client.post(f"{where}line/", line | {"people": f"{badge} 刘巡逻"}).status_code == 302
    nobody = client.post(f"{where}line/", line | {"people": "查无此人"})
    assert (nobody.status_code, "查无此人" in nobody.text) == (422, True)
    need = {"from_hour": "0", "to_hour": "24", "minimum": "3"}
    assert client.post(f"{where}need/", need).status_code == 302
    page = client.get(where).text
    assert "张巡逻" in page
    assert "至少 3 人" in page
    plan.refresh_from_db()
    refused = client.post(f"/m/{plan.number}/step/submit/", {"version": plan.version})
    assert (refused.status_code, "只有" in refused.text) == (422, True)


def test_the_phone_checks_in_by_the_code_on_the_wall(
    county: County, post: DutyPost, plan: Matter
) -> None:
    client = browser_of(county, "officer")
    posting = post.postings.earliest("starts_at")
    wrong = client.post(f"/phone/act/{posting.pk}/check_in/", told("x"))
    assert (wrong.status_code, wrong.json()["state"]) == (422, "refused")
    page = client.get(f"/coverage/here/{post.secret}/").text
    assert post.secret in page
    answer = client.post(f"/phone/act/{posting.pk}/check_in/", told(post.secret))
    assert answer.json()["state"] == "done", answer.json()
    assert posting.presences.get().in_how == "qr"


def test_a_code_tells_nothing_to_who_is_not_expected_there(
    county: County, post: DutyPost, plan: Matter
) -> None:
    for who in ("colleague", "colleague_elsewhere"):
        client = browser_of(county, who)
        there = client.get(f"/coverage/here/{post.secret}/")
        nowhere = client.get("/coverage/here/nothing/")
        assert there.status_code == nowhere.status_code
        assert "东街口" not in there.text
        assert post.secret not in there.text


def test_the_order_is_a_pdf(county: County, plan: Matter) -> None:
    answer = browser_of(county, "leader").get(f"/coverage/plans/{plan.number}/order.pdf")
    assert answer.content.startswith(b"%PDF")
