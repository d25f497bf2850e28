"""The operator of a new installation lets the first person and the first machine in."""

from types import SimpleNamespace

import pytest
from django.test import Client

from watchroom.base.refusal import Refusal
from watchroom.kernel import operator
from watchroom.kernel.access import actor_of, actor_of_token
from watchroom.kernel.models import ApiToken, Role, Staff


@pytest.fixture
def chief_role(db: None) -> Role:
    permissions = ["staff.manage", "tokens.manage"]
    return Role.objects.create(key="chief", title="所长", title_en="Chief", permissions=permissions)


def test_the_first_administrator(places: SimpleNamespace, chief_role: Role, client: Client):
    password = operator.add_person("chief", "周所", "city", "chief")
    client.post("/sign-in/", {"username": "chief", "password": password})
    assert client.get("/people/")["Location"] == "/me/password/"
    assert actor_of(Staff.objects.get()).reach("staff.manage") >= {places.west.pk}


def test_the_last_administrator_forgot_the_password(
    places: SimpleNamespace, chief_role: Role, client: Client
):
    operator.add_person("chief", "周所", "city", "chief")
    password = operator.reset_password("chief")
    assert client.post("/sign-in/", {"username": "chief", "password": password}).status_code == 302


def test_a_token_for_a_machine(places: SimpleNamespace):
    secret = operator.create_token("hotline", "east", ["note.add"], 30)
    assert secret.startswith("wr_")
    assert actor_of_token(ApiToken.objects.get()).reach("note.add") == {places.east.pk}


def test_wrong_names_are_sentences(places: SimpleNamespace, chief_role: Role):
    with pytest.raises(Refusal, match="chief"):
        operator.add_person("a1", "甲", "city", "king")
    for wrong in (
        lambda: operator.add_person("a1", "甲", "nowhere", "chief"),
        lambda: operator.create_token("x", "east", ["no.such"], 3),
        lambda: operator.reset_password("nobody"),
    ):
        with pytest.raises(Refusal):
            wrong()
    assert not Staff.objects.exists()
