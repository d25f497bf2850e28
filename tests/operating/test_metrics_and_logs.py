"""Series for Prometheus behind the operator's door; logs, traces and series without people."""

import json
import logging
import re
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from tests.people import County, county
from watchroom.base.discreet import Json, Plain, struck
from watchroom.desk import tracing
from watchroom.domains.requests.tests.samples import worry

__all__ = ["county"]


def series(browser: Client) -> dict[str, list[Any]]:
    families = text_string_to_metric_families(browser.get("/metrics").content.decode())
    return {sample.name: family.samples for family in families for sample in family.samples}


@pytest.mark.django_db
def test_requests_are_counted_by_template_and_status_and_never_by_id(county: County) -> None:
    matter, browser = worry(county), Client()
    browser.force_login(county.staff["chief"])
    browser.get(f"/m/{matter.number}/")
    browser.get("/m/ZZ000000000000/")
    browser.get("/no/such/page/13812345678/")
    text = browser.get("/metrics").content.decode()
    assert matter.number not in text and "13812345678" not in text and "孙所长" not in text
    found = {tuple(sorted(s.labels.items())) for s in series(browser)["watchroom_requests_total"]}
    page = "m/<str:number>/"
    for route, status in ((page, "200"), (page, "404"), ("none", "404")):
        assert (("method", "GET"), ("route", route), ("status", status)) in found


@pytest.mark.django_db
def test_the_series_an_operator_needs_are_there(county: County) -> None:
    worry(county)
    found = series(Client())
    wanted = {
        "watchroom_request_seconds_bucket", "watchroom_jobs", "watchroom_oldest_job_seconds",
        "watchroom_clocks_forgotten", "watchroom_stream_held_seconds", "watchroom_trail_entries",
        "watchroom_database_bytes", "watchroom_table_bytes", "watchroom_database_up",
    }  # fmt: skip
    assert wanted <= set(found)
    assert found["watchroom_database_up"][0].value == 1
    assert found["watchroom_trail_entries"][0].value > 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "more",
    [{"REMOTE_ADDR": "10.1.2.3"}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, {"HTTP_VIA": "1.1 proxy"}],
)
def test_from_elsewhere_the_door_is_not_there(more: dict[str, str]) -> None:
    assert Client().get("/metrics", **more).status_code == 404


@pytest.mark.django_db
def test_with_a_token_only_who_shows_it(settings: Any) -> None:
    settings.WATCHROOM_METRICS_TOKEN = "s3cret"
    far = {"REMOTE_ADDR": "10.1.2.3"}
    assert Client().get("/metrics").status_code == 404
    assert Client().get("/metrics", HTTP_AUTHORIZATION="Bearer wrong", **far).status_code == 404
    assert Client().get("/metrics", HTTP_AUTHORIZATION="Bearer s3cret", **far).status_code == 200


@given(st.from_regex(r"1[3-9]\d{9}|\d{17}[0-9X]|\d{4} \d{4} \d{4} \d{4}", fullmatch=True))
def test_no_long_number_passes_into_a_log(number: str) -> None:
    assert number not in struck(f"来电 {number} 失败")
    assert not re.search(r"\d{7}", struck(f"tel:{number}"))


def test_what_is_no_number_of_a_person_stays() -> None:
    said = "took 12.5 ms at 2026-11-22, matter JQ261122000123, port 8000"
    assert struck(said) == said


def record(message: str, error: bool = False) -> logging.LogRecord:
    try:
        raise ValueError("13812345678")
    except ValueError as raised:
        info = (type(raised), raised, raised.__traceback__) if error else None
    return logging.LogRecord("watchroom", logging.ERROR, "x.py", 1, message, (), info)


def test_a_line_of_json_says_when_who_and_what() -> None:
    said = json.loads(Json().format(record("拨打 13812345678", error=True)))
    assert (said["level"], said["logger"], said["message"]) == ("ERROR", "watchroom", "拨打 ***")
    assert "13812345678" not in said["error"] and "ValueError" in said["error"]


def test_a_plain_line_says_the_same() -> None:
    said = Plain().format(record("拨打 13812345678", error=True))
    assert "拨打 ***" in said and "13812345678" not in said


def test_traces_are_off_unless_turned_on(settings: Any) -> None:
    tracing._tracer.cache_clear()
    with tracing.span() as told:
        told("GET x", 200)
    assert tracing._tracer() is None


@pytest.mark.django_db
def test_a_span_is_named_by_its_template_and_nothing_else(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor

    memory, provider = export.InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(memory))
    monkeypatch.setattr(tracing, "_tracer", lambda: provider.get_tracer("test"))
    browser = Client()
    browser.force_login(county.staff["chief"])
    browser.get(f"/m/{worry(county).number}/?q=13812345678")
    (one,) = memory.get_finished_spans()
    assert one.name == "GET m/<str:number>/"
    assert dict(one.attributes) == {"http.response.status_code": 200}
