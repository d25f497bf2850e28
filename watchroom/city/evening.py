"""When the demo's day takes place: whatever the wall clock says, it is a busy evening.

The city's own time is a Friday at half past eight; between it and the wall clock lies a constant
shift. Loads and people follow the city's time, every moment that is written follows the wall clock.
"""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

from .demand import LOCAL

FRIDAY, START = 4, dt.time(20, 30)


@dataclass(frozen=True, slots=True)
class Evening:
    """`city`: the city's time when the wall clock showed `wall`."""

    city: dt.datetime
    wall: dt.datetime

    @classmethod
    def at(cls, wall: dt.datetime) -> "Evening":
        """The last Friday evening, seen from the wall clock."""
        today = wall.astimezone(LOCAL).date()
        friday = today - dt.timedelta(days=(today.weekday() - FRIDAY) % 7)
        return cls(dt.datetime.combine(friday, START, LOCAL), wall)

    @classmethod
    def kept(cls, path: Path, wall: dt.datetime) -> "Evening":
        """The evening written there, or this one, written there: a past half brought in is
        finished under the same evening."""
        if not path.exists():
            path.write_text(json.dumps({"wall": wall.isoformat()}), "utf-8")
        return cls.at(dt.datetime.fromisoformat(json.loads(path.read_text("utf-8"))["wall"]))

    def shown(self, moment: dt.datetime) -> dt.datetime:
        """A moment of the city's time as the wall clock shows it."""
        return self.wall + (moment - self.city)
