"""Somebody comes to their desk and signs in; somebody else tries names and passwords."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth import hashers
from django.test import Client

from watchroom.base.clock import held_at, now
from watchroom.kernel import attempts, signin
from watchroom.kernel.models import Entry, Staff

from .conftest import PASSWORD

SIGN_IN = "/sign-in/"


def enter(client: Client, name: str = "wang", password: str = PASSWORD, **extra: str):
    return client.post(SIGN_IN, {"username": name, "password": password, **extra})


def events(*names: str) -> list[Entry]:
    return list(Entry.objects.filter(event__in=names).order_by("id"))


def test_with_name_and_password_one_is_in_and_the_trail_says_so(wang: Staff, client: Client):
    answer = enter(client, next="/me/password/")
    assert (answer.status_code, answer["Location"]) == (302, "/me/password/")
    assert client.get("/me/password/").status_code == 200
    (entry,) = events("signin.entered")
    assert entry.actor_id == wang.pk
    assert entry.agency_id == wang.agency_id
    assert entry.data["how"] == "password"


def test_a_page_asks_to_sign_in_and_leads_back(wang: Staff, client: Client):
    answer = client.get("/me/password/")
    assert answer["Location"] == "/sign-in/?next=%2Fme%2Fpassword%2F"
    assert 'value="/me/password/"' in client.get(answer["Location"]).text


def test_the_way_back_never_leads_to_another_site(wang: Staff, client: Client):
    for trap in (
        "https://evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
        "/\\evil.example",
    ):
        assert enter(Client(), next=trap)["Location"] == "/"


def test_every_wrong_answer_is_the_same_sentence(wang: Staff, admin: Staff, client: Client):
    admin.is_active = False
    admin.save()
    Staff.objects.filter(pk=wang.pk).update(locked_until=now() + timedelta(minutes=5))
    pages = [
        enter(client, "nobody", PASSWORD),
        enter(client, "wang", "wrong wrong wrong"),
        enter(client, "wang", PASSWORD),  # right, but locked
        enter(client, "admin", PASSWORD),  # right, but no longer here
    ]
    assert {page.status_code for page in pages} == {422}
    assert all(signin.WRONG.zh in page.text for page in pages)
    assert [e.data["why"] for e in events("signin.failed")] == [
        "unknown",
        "password",
        "locked",
        "locked",
    ]


def test_an_unknown_name_costs_the_same_work(wang: Staff, client: Client, monkeypatch):
    signin._nobody()
    checked: list[str] = []
    argon = hashers.get_hasher("argon2")
    monkeypatch.setattr(
        type(argon), "verify", lambda self, password, encoded: checked.append(encoded) or False
    )
    for name in ("nobody", "wang"):
        enter(client, name, "wrong wrong wrong")
    assert len(checked) == 2
    assert len({encoded.rsplit("$", 2)[0] for encoded in checked}) == 1  # the same parameters


def test_an_account_without_password_costs_the_same_work_and_lets_nobody_in(
    person, places: SimpleNamespace, client: Client
):
    person("zhao", places.east, password=None)
    assert enter(client, "zhao", "").status_code == 422
    assert enter(client, "zhao", "!").status_code == 422


def test_after_five_failures_the_account_is_closed_for_a_while_and_then_longer(
    wang: Staff, client: Client
):
    start = now()
    with held_at(start):
        for _ in range(5):
            enter(client, password="wrong wrong wrong")
        assert enter(client).status_code == 422
    with held_at(start + timedelta(seconds=61)):
        enter(client, password="wrong wrong wrong")  # the sixth: two minutes
    with held_at(start + timedelta(seconds=150)):
        assert enter(client).status_code == 422
    with held_at(start + timedelta(seconds=200)):
        assert enter(client).status_code == 302
    assert [e.data["minutes"] for e in events("signin.locked")] == [1, 2]
    wang.refresh_from_db()
    assert (wang.failures, wang.locked_until) == (0, None)


def test_tries_during_a_lock_do_not_make_it_longer(wang: Staff, client: Client):
    for _ in range(9):
        enter(client, password="wrong wrong wrong")
    wang.refresh_from_db()
    assert wang.failures == 5


def test_the_owner_hears_of_failures_at_the_next_sign_in(wang: Staff, client: Client):
    enter(client, password="wrong wrong wrong")
    enter(client)
    (entry,) = events("signin.entered")
    assert entry.data["failures"] == 1


def test_one_address_cannot_try_many_names(wang: Staff, client: Client, monkeypatch):
    monkeypatch.setattr(attempts, "LIMIT", 3)
    for n in range(3):
        assert enter(client, f"name{n}").status_code == 422
    assert enter(client).status_code == 429
    elsewhere = Client(REMOTE_ADDR="10.9.8.7")
    assert enter(elsewhere).status_code == 302
    with held_at(now() + attempts.WINDOW + timedelta(seconds=1)):
        assert enter(client).status_code == 302


def test_a_made_up_forwarding_header_does_not_change_the_address(wang: Staff, monkeypatch):
    monkeypatch.setattr(attempts, "LIMIT", 2)
    answers = [
        enter(Client(headers={"X-Forwarded-For": f"10.0.0.{n}"}), "nobody") for n in range(3)
    ]
    assert answers[-1].status_code == 429


def test_behind_a_proxy_the_address_is_the_one_the_proxy_saw(wang: Staff, settings):
    settings.WATCHROOM_PROXIES = 1
    enter(Client(headers={"X-Forwarded-For": "6.6.6.6, 10.1.1.1"}))
    (entry,) = events("signin.entered")
    assert entry.data["address"] == "10.1.1.1"


def test_a_form_without_its_token_changes_nothing(wang: Staff):
    strict = Client(enforce_csrf_checks=True)
    answer = enter(strict)
    assert answer.status_code == 403
    assert "页面已过期" in answer.text
    assert not events("signin.entered", "signin.failed")


def test_nothing_secret_is_logged(wang: Staff, client: Client, caplog: pytest.LogCaptureFixture):
    caplog.set_level("DEBUG")
    enter(client, "wang", "my secret words here")
    enter(client)
    assert "secret words" not in caplog.text
    assert PASSWORD not in caplog.text
    for entry in Entry.objects.all():
        assert PASSWORD not in str(entry.data) and "secret words" not in str(entry.data)


def test_a_session_gets_a_new_key_at_sign_in(wang: Staff, client: Client):
    client.get("/sign-in/")
    session = client.session
    session["before"] = 1
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    enter(client)
    assert client.session.session_key != before


def test_signing_out_ends_the_session(wang: Staff, client: Client):
    enter(client)
    key = client.session.session_key
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    client.cookies["sessionid"] = key
    assert client.get("/me/password/").status_code == 302
    assert len(events("signin.left")) == 1
