"""A phone shows six digits; a sheet of paper in the safe holds recovery codes."""

from datetime import timedelta
from types import SimpleNamespace
from xml.etree import ElementTree

import pyotp
import pytest
from django.test import Client

from watchroom.base.clock import held_at, now
from watchroom.kernel import totp
from watchroom.kernel.models import Entry, Staff

from .conftest import PASSWORD


@pytest.fixture
def phone(wang: Staff) -> pyotp.TOTP:
    """Wang's authenticator; the recovery codes are on `phone.paper`. Set up a while ago."""
    secret = totp.fresh_secret()
    app = pyotp.TOTP(secret)
    with held_at(now() - timedelta(minutes=10)):
        app.paper = totp.enrol(wang, secret, app.at(now()))
    return app


def password_given(client: Client) -> None:
    answer = client.post(
        "/sign-in/", {"username": "wang", "password": PASSWORD, "next": "/me/password/"}
    )
    assert answer["Location"] == "/sign-in/code/"


def send(client: Client, code: str):
    return client.post("/sign-in/code/", {"code": code})


def test_the_password_alone_opens_nothing(phone, client: Client):
    password_given(client)
    assert client.get("/me/password/")["Location"].startswith("/sign-in/")
    assert client.get("/me/second-factor/")["Location"].startswith("/sign-in/")


def test_password_and_code_open_the_door(phone, client: Client):
    password_given(client)
    answer = send(client, phone.at(now()))
    assert (answer.status_code, answer["Location"]) == (302, "/me/password/")
    assert client.get("/me/password/").status_code == 200
    assert Entry.objects.get(event="signin.entered").data["how"] == "totp"


def test_a_code_opens_the_door_once(phone, client: Client):
    with held_at(now()):
        code = phone.at(now())
        password_given(client)
        assert send(client, code).status_code == 302
        other = Client()
        password_given(other)
        assert send(other, code).status_code == 422


def test_a_code_of_two_minutes_ago_is_too_old(phone, client: Client):
    password_given(client)
    assert send(client, phone.at(now() - timedelta(minutes=2))).status_code == 422


def test_a_recovery_code_works_once_however_it_is_typed(phone, client: Client):
    password_given(client)
    assert send(client, phone.paper[0].upper().replace("-", " - ")).status_code == 302
    other = Client()
    password_given(other)
    assert send(other, phone.paper[0]).status_code == 422
    assert send(other, phone.paper[1]).status_code == 302


def test_guessing_codes_locks_the_account(phone, wang: Staff, client: Client):
    password_given(client)
    for _ in range(5):
        assert send(client, "000000").status_code == 422
    assert send(client, phone.at(now())).status_code == 422
    wang.refresh_from_db()
    assert wang.locked_until is not None


def test_a_new_password_makes_a_half_finished_sign_in_void(phone, wang: Staff, client: Client):
    password_given(client)
    wang.set_password("another long phrase altogether")
    wang.save()
    assert send(client, phone.at(now())).status_code == 422
    assert client.get("/me/password/").status_code == 302


def test_after_five_minutes_one_starts_again(phone, client: Client):
    password_given(client)
    with held_at(now() + timedelta(minutes=6)):
        assert send(client, phone.at(now()))["Location"] == "/sign-in/"


def test_setting_it_up_shows_a_picture_and_codes(wang: Staff, signed_in):
    client = signed_in(wang)
    client.get("/me/second-factor/")
    picture = client.get("/me/second-factor/picture.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert ElementTree.fromstring(picture.content).tag.endswith("svg")  # noqa: S314 - our own
    secret = client.session["new_totp_secret"]
    assert client.post("/me/second-factor/", {"code": "000000"}).status_code == 422
    answer = client.post("/me/second-factor/", {"code": pyotp.TOTP(secret).at(now())})
    assert answer.text.count("<code>") == totp.CODES
    wang.refresh_from_db()
    assert wang.totp_secret and secret not in wang.totp_secret
    assert client.get("/me/second-factor/picture.svg").status_code == 404
    assert Entry.objects.filter(event="staff.second_factor_on").count() == 1
    assert secret not in str(list(Entry.objects.values_list("data", flat=True)))


def test_a_role_that_needs_it_lets_nobody_past_without(
    person, places: SimpleNamespace, client: Client
):
    person("chief", places.city, "staff.manage", second_factor=True)
    client.post("/sign-in/", {"username": "chief", "password": PASSWORD})
    assert client.get("/people/")["Location"] == "/me/second-factor/"
    assert client.get("/people/", headers={"HX-Request": "true"}).status_code == 403
    client.get("/me/second-factor/")
    code = pyotp.TOTP(client.session["new_totp_secret"]).at(now())
    client.post("/me/second-factor/", {"code": code})
    assert client.get("/people/").status_code == 200


def test_turning_it_off_asks_for_the_password(phone, wang: Staff, signed_in):
    client = signed_in(wang)
    assert client.post("/me/second-factor/off/", {"password": "guess"}).status_code == 422
    assert client.post("/me/second-factor/off/", {"password": PASSWORD}).status_code == 302
    wang.refresh_from_db()
    assert not wang.totp_secret
    assert not wang.recovery_codes.exists()


def test_new_recovery_codes_end_the_old_ones(phone, wang: Staff, signed_in, client: Client):
    answer = signed_in(wang).post("/me/second-factor/codes/", {"password": PASSWORD})
    assert answer.text.count("<code>") == totp.CODES
    password_given(client)
    assert send(client, phone.paper[0]).status_code == 422
