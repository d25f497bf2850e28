"""The live day's line to a running Watchroom: the only file here that knows paths and JSON."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

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
    desk: str = "/api/v1/dispatch/incidents/{id}/{step}"
    board: str = "/api/v1/dispatch/board"
    send_best: str = "/api/v1/dispatch/incidents/{id}/send-best"
    units: str = "/api/v1/dispatch/units"
    devices: str = "/api/v1/dispatch/units/{id}/devices"
    positions: str = "/live/position"


Stamp = Callable[[dt.datetime], dt.datetime]


def act_id(*parts: object) -> str:
    """The same act always has the same id: sent twice, it is done once."""
    text = ":".join(str(part) for part in parts)
    return str(uuid5(NAMESPACE_URL, f"watchroom-live:{text}"))


class HttpPort:
    """Speaks to Watchroom with an API token that may report calls and act for the played units.

    `stamp` turns the city's time into the time that is told; `places` are the points of gazetteer
    entries, which a call-taker picks; `session` keeps this day's call numbers apart from others'.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        paths: Paths | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        stamp: Stamp = lambda moment: moment,
        places: Mapping[str, tuple[float, float]] | None = None,
        session: str = "live",
    ) -> None:
        self.paths = paths or Paths()
        self.stamp, self.places, self.session = stamp, places or {}, session
        self.events: dict[str, str] = {}  # event -> incident, for further callers
        self.keys: dict[str, str] = {}  # device -> the key it was enrolled with
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
        """The JSON answer, or None where it is none; 4xx is Refused with the sentence given, the
        rest is Unreachable."""
        try:
            answer = await self.client.request(method, path, **how)
        except httpx.TransportError as trouble:
            raise Unreachable(f"{type(trouble).__name__} at {path}") from trouble
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Unreachable(f"HTTP {answer.status_code} at {path}")
        if answer.status_code >= 400:
            raise Refused(f"HTTP {answer.status_code} {sentence(answer)}")
        kind = answer.headers.get("content-type", "")
        return answer.json() if kind.startswith("application/json") else None

    async def enrol(self, devices: Mapping[str, str]) -> None:
        """Enrol the phone of each played unit, {unit: device}; earlier keys of theirs end."""
        rows = await self.asked("GET", self.paths.units)
        for unit in (row for row in rows if row["code"] in devices):
            name = devices[unit["code"]]
            path = self.paths.devices.format(id=unit["id"])
            self.keys[name] = (await self.asked("POST", path, json={"name": name}))["key"]

    async def report_call(self, call: Call, at: dt.datetime) -> str:
        """Further callers about an event are added to its incident; if it is over, a new one."""
        body = self.call(call, at)
        known = self.events.get(call.event)
        if known is not None and not call.first:
            try:
                answer = await self.asked(
                    "POST", self.paths.calls, json=body | {"same_as": int(known)}
                )
                return str(answer["incident"])
            except Refused:
                body["act_id"] = act_id(self.session, call.number, "anew")
        answer = await self.asked("POST", self.paths.calls, json=body)
        self.events.setdefault(call.event, str(answer["incident"]))
        return str(answer["incident"])

    def call(self, call: Call, at: dt.datetime) -> dict[str, Any]:
        """What the call-taker writes: the place picked if it is known, else what the network told,
        which stands beside it too."""
        device = None
        if call.device_lon is not None and call.device_lat is not None:
            device = (call.device_lon, call.device_lat)
        where = self.places.get(call.place) or device or (None, None)
        beside = {"source": "device", "accuracy_m": call.device_error}
        return {
            "external_id": f"{self.session}-{call.number}",
            "act_id": act_id(self.session, call.number),
            "number_dialled": call.dialled,
            "channel": call.channel,
            "received_at": self.stamp(at).isoformat(),
            "caller_name": call.caller,
            "caller": call.phone,
            "words": call.caller_text or call.place_text,
            "place": call.place_text,
            "lon": where[0],
            "lat": where[1],
            "suggestions": [beside | {"lon": device[0], "lat": device[1]}] if device else [],
            "class_code": call.class_code,
        }

    async def position(self, fix: Fix) -> None:
        if fix.device not in self.keys:
            raise Refused(f"{fix.device} is not enrolled")
        await self.asked(
            "GET",
            self.paths.positions,
            params={
                "id": self.keys[fix.device],
                "lat": fix.lat,
                "lon": fix.lon,
                "timestamp": int(self.stamp(fix.at).timestamp()),
                "speed": round(fix.speed_kmh * KNOTS_PER_KMH, 1),
                "bearing": fix.bearing,
            },
        )

    async def tasks(self) -> list[Task]:
        rows = await self.asked("GET", self.paths.assignments)
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
        """A step of the crew; what they found is told before they clear."""
        if step == "clear" and note:
            await self.desk(task.incident, "feedback", {"words": note}, "", occurred_at)
        await self.asked(
            "POST",
            self.paths.act.format(id=task.id, step=step),
            json={
                "occurred_at": self.stamp(occurred_at).isoformat(),
                "act_id": act_id(task.id, step, occurred_at),
            },
        )

    async def desk(
        self, incident: str, step: str, data: dict[str, str], reason: str, at: dt.datetime
    ) -> None:
        await self.asked(
            "POST",
            self.paths.desk.format(id=incident, step=step),
            json={
                "data": data,
                "reason": reason,
                "occurred_at": self.stamp(at).isoformat(),
                "act_id": act_id(incident, step, at),
            },
        )

    async def open_incidents(self) -> list[tuple[str, str]]:
        rows = await self.asked("GET", self.paths.board)
        return [(str(row["id"]), row["state"]) for row in rows]

    async def send_best(self, incident: str, at: dt.datetime) -> bool:
        body = {
            "occurred_at": self.stamp(at).isoformat(),
            "act_id": act_id(incident, "send-best", at),
        }
        answer = await self.asked("POST", self.paths.send_best.format(id=incident), json=body)
        return bool(answer["sent"])


def sentence(answer: httpx.Response) -> str:
    """The sentence in the answer, as far as it has one."""
    try:
        body = answer.json()
    except ValueError:
        return answer.text[:200]
    error = body.get("error") if isinstance(body, dict) else None
    said = error.get("sentence") if isinstance(error, dict) else None
    return str(said or body)[:200]
