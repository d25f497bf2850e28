"""What the live day sends over HTTP, and how it takes the answers."""

import asyncio
import datetime as dt

import httpx
import pytest

from watchroom.city.demand import LOCAL
from watchroom.city.live_http import HttpPort
from watchroom.city.port import Fix, Refused, Task, Unreachable

NOON = dt.datetime(2026, 7, 18, 12, 0, tzinfo=LOCAL)
TASK = Task("7", "P07", "3", "sent", 112.9, 28.5)


def asked(answer, act):
    """Run one act against a server that gives one answer; returns (result, request)."""
    seen = []

    def serve(request):
        seen.append(request)
        return answer(request) if callable(answer) else answer

    async def once():
        port = HttpPort("http://watchroom.test", "secret", transport=httpx.MockTransport(serve))
        try:
            return await act(port)
        finally:
            await port.aclose()

    return asyncio.run(once()), seen[0]


def test_a_position_speaks_the_osmand_protocol_in_knots_and_unix_seconds():
    fix = Fix("dev-p07", 112.9, 28.5, NOON, 54.0, 90.0)

    async def report(port: HttpPort) -> None:
        port.keys["dev-p07"] = "its-key"
        await port.position(fix)

    _, request = asked(httpx.Response(200), report)
    assert request.method == "GET"
    assert request.url.path == "/live/position"
    assert dict(request.url.params) == {
        "id": "its-key",
        "lat": "28.5",
        "lon": "112.9",
        "timestamp": str(int(NOON.timestamp())),
        "speed": "29.2",
        "bearing": "90.0",
    }


def test_an_act_carries_when_it_happened_and_the_token():
    _, request = asked(httpx.Response(204), lambda port: port.act(TASK, "sign", NOON, ""))
    assert request.url.path.endswith("/assignments/7/sign")
    assert request.headers["Authorization"] == "Bearer secret"
    assert b"2026-07-18T12:00:00+08:00" in request.content


def test_a_refusal_keeps_its_sentence():
    said = {"code": "overtaken", "sentence": "Unit P07 was released."}
    no = httpx.Response(409, json={"error": said})
    with pytest.raises(Refused, match="released"):
        asked(no, lambda port: port.act(TASK, "sign", NOON, ""))


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again_later(status):
    with pytest.raises(Unreachable, match=str(status)):
        asked(httpx.Response(status), lambda port: port.tasks())


def test_no_connection_is_unreachable():
    def down(request):
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(Unreachable, match="ConnectError"):
        asked(down, lambda port: port.tasks())


def test_only_open_assignments_with_a_place_become_tasks():
    row = {"id": 7, "unit": "P07", "incident": 3, "state": "sent", "lon": 112.9, "lat": 28.5}
    rows = [row, row | {"id": 8, "state": "queued"}, row | {"id": 9, "lon": None}]
    tasks, _ = asked(httpx.Response(200, json=rows), lambda port: port.tasks())
    assert tasks == [TASK]
