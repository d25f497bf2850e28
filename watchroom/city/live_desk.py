"""The live day's callers, and the desk that is played for those incidents nobody takes."""

import datetime as dt
from collections.abc import Iterable

from watchroom.city.demand import Call
from watchroom.city.live_stage import Action, Stage
from watchroom.city.port import Unreachable


class Desk:
    """Rings for the callers; takes, refers, sends and closes for a dispatcher."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.truth: dict[str, Call] = {}  # incident -> the call that opened it

    def plan_call(self, ring: Iterable[Call]) -> None:
        call = next(iter(ring), None)
        if call is None:
            return

        async def rings(at: dt.datetime) -> None:
            self.plan_call(ring)
            incident = await self.stage.tried("call", lambda: self.stage.port.report_call(call, at))
            if incident is None:
                return
            new = incident not in self.truth
            self.truth.setdefault(incident, call)
            if new and self.stage.r.random() < self.stage.options.dispatcher:
                self.handled(incident, call, at)

        self.stage.plan(call.received_at, rings)

    def handled(self, incident: str, call: Call, at: dt.datetime) -> None:
        """A played desk has it: sends, or refers it, or hears that nobody is needed."""
        wait = float(self.stage.r.uniform(8, 50))
        if call.beat in self.stage.options.peoples:
            wait += self.stage.options.patience
        ends = {"referred": ("refer_12345", "非警务诉求"), "cancelled": ("cancel", "来电人撤回")}
        if call.outcome in ends:
            step, why = ends[call.outcome]
            action = self.at_desk(incident, step, {}, why)
            self.stage.plan(at + dt.timedelta(seconds=wait + 60), action)
        else:
            self.stage.plan(at + dt.timedelta(seconds=wait), self.desk(incident, 8))

    def at_desk(self, incident: str, step: str, data: dict[str, str], why: str = "") -> Action:
        async def takes(at: dt.datetime) -> None:
            async def send() -> bool:
                await self.stage.port.desk(incident, step, data, why, at)
                return True

            await self.stage.tried(step, send)

        return takes

    def closes(self, incident: str, at: dt.datetime) -> None:
        """Somebody closes it a few minutes after the last unit has left."""
        if self.stage.r.random() < self.stage.options.dispatcher:
            call = self.truth.get(incident)
            false = call is not None and call.outcome == "false"
            data = {"disposition": "false" if false else "handled"}
            wait = dt.timedelta(seconds=float(self.stage.r.uniform(60, 900)))
            self.stage.plan(at + wait, self.at_desk(incident, "close", data))

    async def adopt(self, at: dt.datetime) -> None:
        """Take on what another day left open."""
        try:
            found = await self.stage.port.open_incidents()
        except Unreachable:
            self.stage.plan(at + dt.timedelta(seconds=5 * self.stage.clock.speed), self.adopt)
            return
        for incident, state in found:
            if state == "classified":
                wait = dt.timedelta(seconds=float(self.stage.r.uniform(20, 400)))
                self.stage.plan(at + wait, self.desk(incident, 8))
            elif state == "resolved":
                self.closes(incident, at)

    def desk(self, incident: str, tries: int) -> Action:
        """A played dispatcher: takes the first suggestion, looks again when there is none."""

        async def send(at: dt.datetime) -> None:
            sent = await self.stage.tried("send", lambda: self.stage.port.send_best(incident, at))
            if sent is False and tries:
                self.stage.plan(at + dt.timedelta(seconds=45), self.desk(incident, tries - 1))

        return send
