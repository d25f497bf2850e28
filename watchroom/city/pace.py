"""The city's clock: real time, run faster."""

import asyncio
import datetime as dt
import time


class Pace:
    """City time starts at `start` and runs `speed` times as fast as the wall clock (1 to 600)."""

    def __init__(self, start: dt.datetime, speed: float = 1.0) -> None:
        if not 1 <= speed <= 600:
            raise ValueError(f"the speed must lie between 1 and 600, not {speed:g}")
        if start.tzinfo is None:
            raise ValueError("the start needs a time zone")
        self.start, self.speed = start, speed
        self.began = time.monotonic()

    def now(self) -> dt.datetime:
        return self.start + dt.timedelta(seconds=(time.monotonic() - self.began) * self.speed)

    async def wait_until(self, moment: dt.datetime) -> None:
        """At once when the moment has passed: a slow server makes the day late, not empty."""
        left = (moment - self.now()).total_seconds() / self.speed
        await asyncio.sleep(max(left, 0))
