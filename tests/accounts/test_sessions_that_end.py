"""A shift ends, a desk stands empty, a phone is lost, a password is changed."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from watchroom.base.clock import held_at, now
from watchroom.base.refusal import Refusal
from watchroom.kernel import passwords, sessions
from watchroom.kernel.models import Staff
from watchroom.kernel.session_store import SessionStore

from .conftest import PASSWORD

PAGE = "/me/password/"
NEW = "a lantern in the third boat"


def test_an_idle_desk_is_signed_out(wang: Staff, signed_in):
    client = signed_in(wang)
    start = now()
    with held_at(start):
        assert client.get(PAGE).status_code == 200
    with held_at(start + timedelta(seconds=settings.WATCHROOM_IDLE_SECONDS - 1)):
        assert client.get(PAGE).status_code == 200
    with held_at(start + timedelta(seconds=2 * settings.WATCHROOM_IDLE_SECONDS - 2)):
        assert client.get(PAGE).status_code == 200
    with held_at(start + timedelta(seconds=3 * settings.WATCHROOM_IDLE_SECONDS)):
        assert client.get(PAGE).status_code == 302
        assert client.get(PAGE).status_code == 302


def test_a_busy_desk_is_signed_out_at_the_end_of_the_shift(wang: Staff, signed_in):
    client = signed_in(wang)
    start = now()
    for minutes in range(0, settings.SESSION_COOKIE_AGE // 60, 100):
        with held_at(start + timedelta(minutes=minutes)):
            assert client.get(PAGE).status_code == 200
    with held_at(start + timedelta(seconds=settings.SESSION_COOKIE_AGE + 60)):
        assert client.get(PAGE).status_code == 302


def test_signing_out_everywhere_ends_the_phone_too(wang: Staff, admin: Staff, signed_in):
    desk, phone, other = signed_in(wang), signed_in(wang), signed_in(admin)
    desk.post("/me/sign-out-everywhere/")
    assert desk.get(PAGE).status_code == 302
    assert phone.get(PAGE).status_code == 302
    assert other.get(PAGE).status_code == 200


def test_a_new_password_ends_the_other_sessions(wang: Staff, signed_in):
    desk, phone = signed_in(wang), signed_in(wang)
    answer = desk.post(PAGE, {"old": PASSWORD, "new": NEW, "again": NEW})
    assert answer.status_code == 302
    assert desk.get(PAGE).status_code == 200
    assert phone.get(PAGE).status_code == 302
    assert Client().post("/sign-in/", {"username": "wang", "password": NEW}).status_code == 302


def test_somebody_who_left_is_out_at_the_next_click(wang: Staff, signed_in):
    client = signed_in(wang)
    Staff.objects.filter(pk=wang.pk).update(is_active=False)
    assert client.get(PAGE).status_code == 302


def test_the_live_stream_knows_the_same_people(wang: Staff, signed_in):
    client = signed_in(wang)
    client.get(PAGE)
    key = client.session.session_key
    assert sessions.person_of(SessionStore(key)) == wang
    with held_at(now() + timedelta(days=1)):
        assert sessions.person_of(SessionStore(key)) is None
    sessions.end_all(wang)
    assert sessions.person_of(SessionStore(key)) is None
    assert sessions.person_of(SessionStore("made-up")) is None


@pytest.mark.parametrize(
    "weak", ["short", "wang-wang-wang", "password1234", "aaaaaaaaaaaaaaaa", "x" * 257]
)
def test_a_weak_password_is_refused_with_what_to_do(wang: Staff, weak: str):
    with pytest.raises(Refusal) as refusal:
        passwords.change(wang, PASSWORD, weak)
    assert refusal.value.code == "weak-password"
    assert wang.check_password(PASSWORD)


def test_a_phrase_in_chinese_is_a_good_password(wang: Staff):
    passwords.change(wang, PASSWORD, "春江潮水连海平海上明月共潮生")
    assert Staff.objects.get(pk=wang.pk).check_password("春江潮水连海平海上明月共潮生")


def test_the_old_password_is_asked_for(wang: Staff, signed_in):
    client = signed_in(wang)
    assert client.post(PAGE, {"old": "guess", "new": NEW, "again": NEW}).status_code == 422
    assert client.post(PAGE, {"old": PASSWORD, "new": NEW, "again": "else"}).status_code == 422
    assert Staff.objects.get(pk=wang.pk).check_password(PASSWORD)
