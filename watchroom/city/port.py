"""What the live day needs from a running Watchroom, and nothing else."""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from watchroom.city.demand import Call

STEPS = ("sign", "set_out", "arrive", "clear")
OPEN_STATES = ("sent", "signed", "set_out", "arrived")


@dataclass(frozen=True)
class Task:
    """One assignment as an officer's phone sees it."""

    id: str
    unit: str  # call sign
    incident: str
    state: str  # one of OPEN_STATES
    lon: float
    lat: float
    class_code: str = ""


@dataclass(frozen=True)
class Fix:
    """One position of one phone."""

    device: str
    lon: float
    lat: float
    at: dt.datetime
    speed_kmh: float
    bearing: float


class Refused(Exception):
    """Watchroom understood and said no: a unit released, a newer state, no permission."""


class Unreachable(Exception):
    """No answer, or an answer that asks to try again later."""


class Port(Protocol):
    """The public interface of a running Watchroom. Methods raise Refused or Unreachable."""

    async def report_call(self, call: Call, at: dt.datetime) -> str:
        """A caller rings at this moment of the city's time; returns the incident's id."""

    async def position(self, fix: Fix) -> None:
        """A phone reports where it is (or was)."""

    async def tasks(self) -> list[Task]:
        """All open assignments of the units that the live day plays."""

    async def act(self, task: Task, step: str, occurred_at: dt.datetime, note: str) -> None:
        """An officer takes a step; `occurred_at` may lie in the past after a lost signal."""

    async def desk(
        self, incident: str, step: str, data: dict[str, str], reason: str, at: dt.datetime
    ) -> None:
        """Somebody at a desk takes a step with an incident: close, cancel, refer_12345."""

    async def open_incidents(self) -> list[tuple[str, str]]:
        """(incident, state) of what is open, for a day that starts where another ended."""

    async def send_best(self, incident: str, at: dt.datetime) -> bool:
        """A dispatcher accepts the first suggestion; False when there is none yet."""
