"""A neighbour's system calls the API with a token; a page calls it with its session."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import include, path
from ninja import Router, Schema

from watchroom.base.clock import held_at, now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.desk.api import interface
from watchroom.kernel import attempts, tokens
from watchroom.kernel.access import Actor, NotFound, actor_of, require
from watchroom.kernel.models import ApiToken, Entry, Staff


class Thing(Schema):
    name: str
    count: int


router = Router()


@router.get("/who")
def who(request):
    actor: Actor = request.auth
    return {"name": actor.name, "permissions": sorted(actor.grants), "purpose": actor.purpose}


@router.get("/refusal/{code}")
def refusal(request, code: str):
    raise Refusal(Text("不行", "No"), code=code)


@router.get("/absent")
def absent(request):
    raise NotFound


@router.get("/needs/{permission}")
def needs(request, permission: str):
    require(request.auth, permission)


@router.post("/things")
def things(request, thing: Thing):
    return {"taken": thing.count}


urlpatterns = [
    path("api/v1/", interface([("desk-test", router)], namespace="desk-test").urls),
    path("", include("watchroom.desk.urls")),
]
handler404 = "watchroom.desk.errors.not_found"
pytestmark = pytest.mark.urls(__name__)
BASE = "/api/v1/desk-test"


@pytest.fixture
def made(admin: Staff, places: SimpleNamespace) -> tuple[ApiToken, str]:
    expires = now() + timedelta(days=30)
    return tokens.create(actor_of(admin), "12345 hotline", places.east, ["note.add"], expires)


def bearer(secret: str, **headers: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {secret}", **headers})


def test_a_token_is_its_scopes_and_no_more(made):
    answer = bearer(made[1]).get(f"{BASE}/who").json()
    assert answer == {"name": "12345 hotline", "permissions": ["note.add"], "purpose": ""}
    assert bearer(made[1]).get(f"{BASE}/needs/note.add").status_code == 200
    refused = bearer(made[1]).get(f"{BASE}/needs/unit.view")
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "forbidden"


def test_the_secret_is_not_kept(made):
    token, secret = made
    row = ApiToken.objects.filter(pk=token.pk).values().get()
    assert secret not in str(row)
    assert secret not in str(list(Entry.objects.values_list("data", flat=True)))
    assert len(secret) > 40


def test_when_it_was_last_used_is_seen(made):
    assert made[0].last_used_at is None
    bearer(made[1]).get(f"{BASE}/who")
    made[0].refresh_from_db()
    assert made[0].last_used_at is not None


def test_a_revoked_an_expired_and_a_made_up_token_get_the_same_answer(made, admin: Staff):
    token, secret = made
    with held_at(now() + timedelta(days=31)):
        expired = bearer(secret).get(f"{BASE}/who")
    tokens.revoke(actor_of(admin), token.pk)
    revoked = bearer(secret).get(f"{BASE}/who")
    made_up = bearer("wr_nonsense").get(f"{BASE}/who")
    assert expired.status_code == revoked.status_code == made_up.status_code == 401
    assert expired.json() == revoked.json() == made_up.json()


def test_guessing_tokens_is_slowed_down(made, monkeypatch):
    monkeypatch.setattr(attempts, "LIMIT", 2)
    for _ in range(2):
        assert bearer("wr_guess").get(f"{BASE}/who").status_code == 401
    assert bearer("wr_guess").get(f"{BASE}/who").status_code == 429
    assert bearer(made[1]).get(f"{BASE}/who").status_code == 200  # the neighbour goes on working


def test_without_anything_one_is_told_to_sign_in(db: None):
    answer = Client().get(f"{BASE}/who")
    assert answer.status_code == 401
    assert answer.json()["error"] == {"code": "signed-out", "sentence": "请先登录"}
    assert "Bearer" in answer["WWW-Authenticate"]
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"{BASE}/things", {}, content_type="application/json").status_code == 401


def test_a_page_reads_with_its_session_and_writes_with_its_csrf_token(wang: Staff):
    client = Client(enforce_csrf_checks=True)
    client.force_login(wang)
    assert client.get(f"{BASE}/who").json()["name"] == wang.name
    body = {"data": {"name": "a", "count": 1}, "content_type": "application/json"}
    forged = client.post(f"{BASE}/things", **body)
    assert (forged.status_code, forged.json()["error"]["code"]) == (403, "csrf")
    page = client.get("/me/password/").text
    token = page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    answer = client.post(f"{BASE}/things", headers={"X-CSRFToken": token}, **body)
    assert answer.json() == {"taken": 1}


def test_a_token_needs_no_csrf_and_no_cookie(made):
    strict = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {made[1]}"})
    body = {"name": "a", "count": 1}
    answer = strict.post(f"{BASE}/things", body, content_type="application/json")
    assert answer.status_code == 200
    assert not answer.cookies


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("refused", 422),
        ("overtaken", 409),
        ("forbidden", 403),
        ("signed-out", 401),
        ("too-many", 429),
    ],
)
def test_refusals_are_json_with_code_and_sentence(made, code: str, status: int):
    answer = bearer(made[1], **{"Accept-Language": "en-GB,en;q=0.9"}).get(f"{BASE}/refusal/{code}")
    assert (answer.status_code, answer.json()) == (
        status,
        {"error": {"code": code, "sentence": "No"}},
    )
    answer = bearer(made[1], **{"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}).get(
        f"{BASE}/refusal/{code}"
    )
    assert answer.json()["error"]["sentence"] == "不行"


def test_absent_forbidden_and_no_such_route_are_the_same(made):
    client = bearer(made[1])
    a, b = client.get(f"{BASE}/absent"), client.get("/api/v1/nothing-here")
    assert a.status_code == b.status_code == 404
    assert a.json() == b.json()


def test_wrong_input_is_explained_field_by_field(made):
    client = bearer(made[1], **{"Accept-Language": "en"})
    answer = client.post(f"{BASE}/things", {"count": "many"}, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["error"]["fields"] == [
        {"field": "name", "sentence": "is required"},
        {"field": "count", "sentence": "should be a whole number"},
    ]
    assert "name: is required" in answer.json()["error"]["sentence"]
    broken = client.post(f"{BASE}/things", "{", content_type="application/json")
    assert broken.status_code == 400
    assert broken.json()["error"]["sentence"]


def test_a_flood_is_stopped(made, settings):
    settings.WATCHROOM_API_PER_MINUTE = 3
    client = bearer(made[1])
    answers = [client.get(f"{BASE}/who").status_code for _ in range(5)]
    assert 429 in answers


def test_a_machine_says_its_purpose_in_a_header(made):
    said = bearer(made[1], **{"X-Purpose": "contact: call back"}).get(f"{BASE}/who").json()
    assert said["purpose"] == "contact: call back"
    assert bearer(made[1], **{"X-Purpose": "because"}).get(f"{BASE}/who").status_code == 422


def test_the_interface_describes_itself(db: None):
    schema = Client().get("/api/v1/openapi.json").json()
    assert schema["info"]["title"] == "Watchroom"
    assert f"{BASE}/who" in schema["paths"]
    assert {"Token", "Session"} <= set(schema["components"]["securitySchemes"])


def test_nobody_gives_a_token_more_than_they_hold(admin: Staff, places: SimpleNamespace):
    me, soon = actor_of(admin), now() + timedelta(days=1)
    for scopes, where in ((["trail.view"], places.east), (["note.add"], places.west)):
        with pytest.raises(Refusal):
            tokens.create(me, "x", where, scopes, soon)
    for scopes, until in (
        ([], soon),
        (["no.such"], soon),
        (["note.add"], now() + timedelta(days=999)),
    ):
        with pytest.raises(Refusal):
            tokens.create(me, "x", places.east, scopes, until)


def test_tokens_are_made_and_revoked_on_their_page(
    admin: Staff, stranger: Staff, wang: Staff, places: SimpleNamespace, signed_in
):
    mine = signed_in(admin)
    form = {"name": "hotline", "agency": places.east.pk, "days": "30", "scopes": ["note.add"]}
    page = mine.post("/tokens/", form).text
    secret = page.split("<code>")[1].split("</code>")[0]
    assert bearer(secret).get(f"{BASE}/who").status_code == 200
    assert secret not in mine.get("/tokens/").text
    token = ApiToken.objects.get()
    assert "hotline" not in signed_in(stranger).get("/tokens/").text
    assert signed_in(stranger).post(f"/tokens/{token.pk}/revoke/").status_code == 404
    assert signed_in(wang).get("/tokens/").status_code == 403
    assert mine.post(f"/tokens/{token.pk}/revoke/").status_code == 302
    assert bearer(secret).get(f"{BASE}/who").status_code == 401
    events = Entry.objects.filter(event__startswith="token.").order_by("id")
    assert [e.event for e in events] == ["token.created", "token.revoked"]
