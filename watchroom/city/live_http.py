"""The live day's line to a running Watchroom: the only file here that knows paths and JSON."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import httpx

from watchroom.city.demand import Call
from watchroom.city.port import OPEN_STATES, Fix, Refused, Task, Unreachable

KNOTS_PER_KMH = 0.539957  # the OsmAnd protocol reports knots


@dataclass(frozen=True)
class Paths:
    """Where things are; `{}` takes the id."""

    calls: str = "/api/v1/dispatch/calls"
    assignments: str = "/api/v1/dispatch/assignments"
    act: str = "/api/v1/dispatch/assignments/{id}/{step}"
    send_best: str = "/api/v1/dispatch/incidents/{id}/send-best"
    positions: str = "/positions/"


class HttpPort:
    """Speaks to Watchroom with an API token that may report calls and act for the played units."""

    def __init__(
        self,
        base_url: str,
        token: str,
        paths: Paths | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.paths = paths or Paths()
        self.client = httpx.AsyncClient(
            base_url=base_url,
            transport=transport,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(10.0),
            limits=httpx.Limits(max_connections=48, max_keepalive_connections=48),
        )

    async def aclose(self) -> None:
        await self.client.aclose()

    async def asked(self, method: str, path: str, **how: Any) -> Any:
        """The JSON answer; 4xx is Refused with the sentence given, the rest is Unreachable."""
        try:
            answer = await self.client.request(method, path, **how)
        except httpx.TransportError as trouble:
            raise Unreachable(f"{type(trouble).__name__} at {path}") from trouble
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Unreachable(f"HTTP {answer.status_code} at {path}")
        if answer.status_code >= 400:
            raise Refused(f"HTTP {answer.status_code} {sentence(answer)}")
        return answer.json() if answer.content else None

    async def report_call(self, call: Call, at: dt.datetime) -> str:
        body = {
            "external_id": call.number,
            "dialled": call.dialled,
            "channel": call.channel,
            "received_at": at.isoformat(),
            "caller_name": call.caller,
            "caller_phone": call.phone,
            "language": call.language,
            "said": call.caller_text,
            "place_text": call.place_text,
            "device_lon": call.device_lon,
            "device_lat": call.device_lat,
            "device_error_m": call.device_error,
            "class_code": call.class_code,
        }
        answer = await self.asked("POST", self.paths.calls, json=body)
        return str(answer["incident"])

    async def position(self, fix: Fix) -> None:
        await self.asked(
            "GET",
            self.paths.positions,
            params={
                "id": fix.device,
                "lat": fix.lat,
                "lon": fix.lon,
                "timestamp": int(fix.at.timestamp()),
                "speed": round(fix.speed_kmh * KNOTS_PER_KMH, 1),
                "bearing": fix.bearing,
            },
        )

    async def tasks(self) -> list[Task]:
        rows = await self.asked("GET", self.paths.assignments, params={"state": "open"})
        return [
            Task(
                id=str(row["id"]),
                unit=row["unit"],
                incident=str(row["incident"]),
                state=row["state"],
                lon=row["lon"],
                lat=row["lat"],
                class_code=row.get("class_code") or "",
            )
            for row in rows
            if row["state"] in OPEN_STATES and row["lon"] is not None
        ]

    async def act(self, task: Task, step: str, occurred_at: dt.datetime, note: str) -> None:
        body = {"occurred_at": occurred_at.isoformat(), "note": note}
        await self.asked("POST", self.paths.act.format(id=task.id, step=step), json=body)

    async def send_best(self, incident: str, at: dt.datetime) -> bool:
        body = {"occurred_at": at.isoformat()}
        answer = await self.asked("POST", self.paths.send_best.format(id=incident), json=body)
        return bool(answer["sent"])


def sentence(answer: httpx.Response) -> str:
    """The reason in the answer, as far as it has one."""
    try:
        body = answer.json()
    except ValueError:
        return answer.text[:200]
    return str(body.get("detail", body))[:200] if isinstance(body, dict) else str(body)[:200]
