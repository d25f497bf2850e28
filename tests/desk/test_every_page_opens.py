"""Every page of the shell, as a person who may open it."""

import pytest
from django.test import Client

from tests.toy import Town


@pytest.fixture
def signed_in(town: Town, client: Client) -> Client:
    client.force_login(town.staff["chief"])
    return client


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "address", ["/", "/?scope=all&overdue=1", "/search/", "/search/?q=打架", "/trail/", "/figures/"]
)
def test_it_opens_in_both_languages(signed_in: Client, address: str, language: str) -> None:
    signed_in.cookies["django_language"] = language
    answer = signed_in.get(address)
    assert answer.status_code == 200
    assert f'<html lang="{"en" if language == "en" else "zh-CN"}"' in answer.text


@pytest.mark.parametrize("address", ["/", "/search/", "/trail/", "/figures/", "/m/T1/"])
def test_a_stranger_to_the_system_is_sent_to_sign_in(
    toy: object, client: Client, db: None, address: str
) -> None:
    assert client.get(address).headers["Location"].startswith("/sign-in/")
