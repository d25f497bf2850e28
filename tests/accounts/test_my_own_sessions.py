"""Where I am signed in: seeing it, ending one session or all others."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from watchroom.base.clock import held_at, now
from watchroom.kernel import own_sessions
from watchroom.kernel.models import Entry, Session, Staff

from .conftest import PASSWORD

PAGE = "/me/sessions/"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36"
)
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; PGT-AN10) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/126.0 Mobile Safari/537.36 MicroMessenger/8.0.50"
)


def sign_in(who: Staff, agent: str = CHROME, address: str = "10.1.2.3") -> Client:
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    sent = {"username": who.username, "password": PASSWORD}
    assert client.post("/sign-in/", sent).status_code == 302
    return client


def handles(client: Client) -> list[str]:
    return re.findall(r"/me/sessions/([0-9a-f]{24})/end/", client.get(PAGE).text)


def test_every_device_is_listed_and_this_one_is_marked(wang: Staff) -> None:
    desk = sign_in(wang)
    sign_in(wang, PHONE, "10.9.8.7")
    page = desk.get(PAGE).text
    assert "Chrome · Windows" in page
    assert "微信 WeChat · Android" in page
    assert "10.9.8.7" in page
    assert page.count("正在使用") == 1
    assert len(handles(desk)) == 1
    desk.cookies["django_language"] = "en"
    assert "This one" in desk.get(PAGE).text


def test_the_page_never_shows_what_could_be_signed_in_with(wang: Staff) -> None:
    desk, phone = sign_in(wang), sign_in(wang, PHONE)
    page = desk.get(PAGE).text
    for client in (desk, phone):
        assert client.cookies[settings.SESSION_COOKIE_NAME].value not in page


def test_ending_one_ends_that_one_and_is_written_down(wang: Staff) -> None:
    desk, phone, tablet = sign_in(wang), sign_in(wang, PHONE), sign_in(wang)
    (wanted,) = [
        one.handle for one in own_sessions.of(wang, "") if "MicroMessenger" in one.row.agent
    ]
    assert desk.post(f"{PAGE}{wanted}/end/").status_code == 302
    assert phone.get(PAGE).status_code == 302
    assert tablet.get(PAGE).status_code == 200
    entry = Entry.objects.get(event="staff.session_ended")
    assert (entry.actor_id, entry.data["device"]) == (wang.pk, "微信 WeChat · Android")


def test_ending_all_others_leaves_this_one(wang: Staff, admin: Staff) -> None:
    desk, phone, other = sign_in(wang), sign_in(wang, PHONE), sign_in(admin)
    page = desk.post(f"{PAGE}end-others/", follow=True).text
    assert "已退出 1 处登录" in page
    assert phone.get(PAGE).status_code == 302
    assert desk.get(PAGE).status_code == 200
    assert other.get(PAGE).status_code == 200


def test_nobody_sees_or_ends_the_sessions_of_somebody_else(wang: Staff, admin: Staff) -> None:
    desk, boss = sign_in(wang, PHONE, "10.9.8.7"), sign_in(admin)
    assert "10.9.8.7" not in boss.get(PAGE).text
    (theirs,) = [one.handle for one in own_sessions.of(wang, "")]
    assert boss.post(f"{PAGE}{theirs}/end/").status_code == 404
    assert boss.post(f"{PAGE}{'0' * 24}/end/").status_code == 404
    assert desk.get(PAGE).status_code == 200


def test_the_session_one_looks_from_is_ended_by_signing_out(wang: Staff) -> None:
    desk = sign_in(wang)
    (mine,) = [one.handle for one in own_sessions.of(wang, "")]
    assert desk.post(f"{PAGE}{mine}/end/").status_code == 404
    desk.post("/sign-out/")
    assert own_sessions.of(wang, "") == []


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}end-others/", f"{PAGE}{'a' * 24}/end/"])
def test_signed_out_one_sees_nothing(db: None, address: str) -> None:
    client = Client()
    assert client.get(PAGE).status_code == 302
    assert client.post(address).status_code in (302, 405)


def test_what_is_over_is_not_listed(wang: Staff) -> None:
    desk = sign_in(wang)
    sign_in(wang, PHONE)
    later = now() + timedelta(seconds=settings.WATCHROOM_IDLE_SECONDS - 60)
    with held_at(later):
        assert desk.get(PAGE).status_code == 200
    with held_at(later + timedelta(seconds=120)):
        assert handles(desk) == []


def test_a_new_password_empties_the_list(wang: Staff) -> None:
    desk = sign_in(wang)
    sign_in(wang, PHONE)
    new = "a lantern in the third boat"
    desk.post("/me/password/", {"old": PASSWORD, "new": new, "again": new})
    assert handles(desk) == []


def test_signing_in_clears_away_what_has_expired(wang: Staff) -> None:
    sign_in(wang)
    Session.objects.update(expire_date=now() - timedelta(days=1))
    sign_in(wang)
    assert Session.objects.filter(staff=wang).count() == 1


@pytest.mark.parametrize(
    ("agent", "said"),
    [("", "未知设备"), ("curl/8.5", "未知设备"), (CHROME, "Chrome · Windows")],
)
def test_a_device_is_called_what_people_call_it(agent: str, said: str) -> None:
    assert own_sessions.device(agent).zh == said
