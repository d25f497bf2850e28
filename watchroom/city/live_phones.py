"""The phones of a live day: each reports where its unit is, and units that wait walk about."""

import datetime as dt

from watchroom.city.live_stage import Action, Stage
from watchroom.city.officers import Mover
from watchroom.city.port import Fix, Refused, Unreachable
from watchroom.city.routes import Router


class Phones:
    """Reports positions for all units, within the limit of requests."""

    def __init__(self, stage: Stage, movers: dict[str, Mover], router: Router) -> None:
        self.stage, self.movers, self.router = stage, movers, router

    def interval(self, mover: Mover) -> dt.timedelta:
        """City time between two fixes of a phone: the whole force keeps the limit of requests,
        and units with a task, whom everybody watches, get half of it."""
        busy = sum(m.task is not None for m in self.movers.values())
        alike = busy if mover.task is not None else len(self.movers) - busy
        wall = alike / (self.stage.options.fixes_per_second / 2)
        return dt.timedelta(seconds=max(5.0, wall * self.stage.clock.speed))

    def reports(self, mover: Mover, start: dt.datetime) -> None:
        """(Re)start a phone's reports; the earlier series ends."""
        mover.series += 1
        self.stage.plan(start, self.reporter(mover, mover.series))

    def reporter(self, mover: Mover, series: int) -> Action:
        """Reports the position again and again; without a signal fixes are kept and sent later."""

        async def report(at: dt.datetime) -> None:
            if mover.series != series:
                return
            self.stage.plan(at + self.interval(mover), self.reporter(mover, series))
            if self.stage.options.patrols:
                self.wander(mover, at)
            fix = mover.fix(at)
            if mover.dark(at):
                mover.kept.append(fix)
                return
            kept, mover.kept, mover.dark_until = mover.kept, [], None
            for one in (*kept, fix):
                await self.send_fix(one)
            self.stage.tally.done["late fix"] += len(kept)

        return report

    async def send_fix(self, fix: Fix) -> None:
        """A lost fix is not tried again: the next one is better."""
        try:
            await self.stage.port.position(fix)
            self.stage.tally.done["fix"] += 1
        except Refused as no:
            self.stage.tally.refused[str(no)] += 1
        except Unreachable:
            self.stage.tally.unreachable += 1

    def wander(self, mover: Mover, at: dt.datetime) -> None:
        """A free unit goes for a stroll, and rests between two."""
        if mover.task is not None or mover.unit.kind in ("quick", "community"):
            return
        if mover.route is not None and mover.left_at is not None:
            if (at - mover.left_at).total_seconds() < mover.route.duration + 120:
                return
            mover.halt(at, mover.route.end)
        pace = 6.0 if mover.unit.kind == "foot" else 1.8
        legs = 4 if mover.unit.kind == "foot" else 14
        mover.depart(self.router.stroll(mover.r, mover.node, legs, pace), at)
