"""A run written out, event by event, and played again: the record is the test.

The file holds one line for each event: the second (written so that it reads back exactly), what
happened, and the numbers of the call and the unit, -1 for none. A later version of the code that
decides anything differently, or at another moment, fails on the first such line.

Source of the habit: JEMSS.jl (Ridler, Mason, Raith, EJOR 2022), which resimulates its event files.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TextIO

import numpy as np

from watchroom.plan.simulation.board import EVENT, EVENTS, Records
from watchroom.plan.simulation.playing import play
from watchroom.plan.simulation.scenario import Calls, Scenario, refusal

HEAD = ("at", "what", "call", "unit")


@dataclass(frozen=True)
class Departure:
    """The first event at which a run leaves the record."""

    line: int
    recorded: str
    played: str


def write(events: Records, file: TextIO) -> None:
    """Write events as lines of text."""
    lines = csv.writer(file, lineterminator="\n")
    lines.writerow(HEAD)
    lines.writerows(_line(event) for event in events)


def read(file: Iterable[str]) -> Records:
    """Events as `write` wrote them. Raises Refusal for a line that is none."""
    lines = list(csv.reader(file))
    if not lines or tuple(lines[0]) != HEAD:
        raise refusal("这不是事件记录文件。", "This is not a file of events.")
    events = np.zeros(len(lines) - 1, EVENT)
    for event, (number, line) in zip(events, enumerate(lines[1:], 2), strict=True):
        try:
            at, what, call, unit = line
            event["at"], event["what"] = float(at), EVENTS.index(what)
            event["call"], event["unit"] = int(call), int(unit)
        except ValueError as error:
            raise refusal(
                f"事件记录第 {number} 行无法读取。", f"Line {number} of the events is none."
            ) from error
    return events


def replay(scenario: Scenario, calls: Calls, recorded: Records) -> Departure | None:
    """Play the calls again; None where every event is the same at the same moment."""
    return departure(recorded, play(scenario, calls, record=True).events)


def departure(recorded: Records, played: Records) -> Departure | None:
    """The first difference between two runs."""
    common = min(len(recorded), len(played))
    same = recorded[:common] == played[:common]
    if same.all() and len(recorded) == len(played):
        return None
    line = common if same.all() else int(np.argmin(same))
    return Departure(line, _told(recorded, line), _told(played, line))


def _line(event: Records) -> tuple[str, str, int, int]:
    return repr(float(event["at"])), EVENTS[event["what"]], int(event["call"]), int(event["unit"])


def _told(events: Records, line: int) -> str:
    return " ".join(map(str, _line(events[line]))) if line < len(events) else "-"
