"""Everything that waits for the database has an end, and the person hears of it in a sentence."""

from __future__ import annotations

import json

import psycopg
import pytest
from django.db import OperationalError
from django.test import RequestFactory

from tests.plugin import OwnDatabase
from watchroom.desk import errors
from watchroom.site.database_url import django_database


def test_a_statement_that_takes_too_long_is_ended(own_database: OwnDatabase) -> None:
    options = django_database(own_database.url, 1)["OPTIONS"]
    with (
        psycopg.connect(own_database.url, **options) as connection,
        pytest.raises(psycopg.errors.QueryCanceled),
    ):
        connection.execute("SELECT pg_sleep(60)")


def test_what_the_address_says_goes_first() -> None:
    told = django_database("postgresql://a@b/c?connect_timeout=9&options=-c%20jit%3Doff", 30)
    assert told["OPTIONS"]["connect_timeout"] == "9"
    assert told["OPTIONS"]["options"] == "-c jit=off"


def test_migrations_and_imports_take_the_time_they_need() -> None:
    assert "options" not in django_database("postgresql://a@b/c")["OPTIONS"]


def test_without_a_database_everybody_is_told_to_try_again() -> None:
    request = RequestFactory().post("/api/v1/dispatch/calls")
    try:
        raise OperationalError("the connection is closed")
    except OperationalError:
        answer = errors.failed(request)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "3"
    assert json.loads(answer.content)["error"]["code"] == "not-ready"


def test_a_defect_is_still_a_defect() -> None:
    try:
        raise KeyError("x")
    except KeyError:
        answer = errors.failed(RequestFactory().get("/"))
    assert answer.status_code == 500
