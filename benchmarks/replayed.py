"""Two real records, replayed and then asked what if: `python -m benchmarks.replayed`.

San Francisco, engines of the first week of 2017; London, first pumps to dwelling fires in 2009.
First the record itself is played: every sending, arrival and clearing must come out at its second.
Only then other rules are played on the same calls. There is no road network of either city here:
what-if journeys take a + b x straight distance, fitted to the recorded journeys, and every rule,
the recorded one too, is compared under that same model. What follows from it, and what does not,
is printed with the figures.
"""

from __future__ import annotations

import csv
import dataclasses
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from watchroom.plan.simulation import Calls, Scenario, Units, play, policies
from watchroom.plan.simulation.figures import estimate

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("WATCHROOM_SHARED", ROOT.parent / "shared")) / "data" / "calls"
RESULTS = ROOT / "benchmarks" / "results" / "replayed.json"
PUMPS = 2
"""Pumps a London station is taken to have; with one, two calls at once would have to wait."""
FEW = 20
"""Fewest journeys that a post's place is guessed from."""


@dataclass(frozen=True)
class Recorded:
    """A record as the simulator plays it; places are posts first, then scenes."""

    scenario: Scenario
    calls: Calls
    cleared: np.ndarray
    """(c) second at which the record has the unit free again."""
    counts: np.ndarray
    """(c) whether the record has an arrival, so that its journey may be compared."""
    corrected: int
    """Rows whose end was cut at the unit's next sending."""
    left_out: int
    fit: dict
    own: np.ndarray
    """(c) whether the unit sent was that of the scene's own area."""


def departures(recorded):
    """How many sendings, arrivals and clearings leave the record when it is played again."""
    played = play(recorded.scenario, recorded.calls)
    calls, told = recorded.calls, played.calls
    cleared = told["first"] + calls.service[:, 0]
    return {
        "calls": len(calls),
        "sent": int(np.count_nonzero(told["sent"] != calls.at)),
        "unit": int(np.count_nonzero(told["unit"] != calls.orders[:, 0])),
        "arrived": int(np.count_nonzero(told["first"] != calls.at + calls.order_seconds[:, 0])),
        "cleared": int(np.count_nonzero(cleared != recorded.cleared)),
    }


def what_if(recorded):
    """Mean modelled response of each rule and its paired difference from what was sent."""
    modelled = dataclasses.replace(
        recorded.calls, order_seconds=np.full(recorded.calls.order_seconds.shape, np.nan)
    )
    rules = {
        "as sent": policies.as_recorded(),
        "nearest": policies.nearest(),
        "own station first": policies.home_first(),
    }
    response, units = {}, {}
    for name, rule in rules.items():
        scenario = dataclasses.replace(recorded.scenario, policy=rule)
        told = play(scenario, modelled).calls
        response[name] = told["first"] - told["at"]
        units[name] = told["unit"]
    use, station = recorded.counts, np.asarray(recorded.scenario.units.area)
    ordered = station[recorded.calls.orders[:, 0]]
    sent = response["as sent"][use]
    answer = {}
    for name, seconds in response.items():
        difference = estimate(seconds[use] - sent)
        answer[name] = {
            "mean_s": float(seconds[use].mean()),
            "p90_s": float(np.quantile(seconds[use], 0.9)),
            "difference_s": difference.mean,
            "difference_low_s": difference.low,
            "difference_high_s": difference.high,
            "same_station_as_sent": float((station[units[name]] == ordered)[use].mean()),
        }
    return answer


# --- San Francisco ----------------------------------------------------------------------------


def san_francisco():
    """Engines: each row of the record, one engine for one call, is a call of its own."""
    with (SHARED / "sf_fire_2017_week1.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["Unit Type"] == "ENGINE"]
    whole = [row for row in rows if row["Available DtTm"] and row["Station Area"].isdigit()]
    whole.sort(key=lambda row: (_second(row, "Dispatch"), row["Unit ID"]))
    names = sorted({row["Unit ID"] for row in whole})
    unit = np.array([names.index(row["Unit ID"]) for row in whole])
    sent = np.array([_second(row, "Dispatch") for row in whole])
    free = np.array([_second(row, "Available") for row in whole])
    there = np.array([_second(row, "On Scene") if row["On Scene DtTm"] else np.nan
                      for row in whole])  # fmt: skip
    free, corrected = _cut(unit, sent, free)
    there = np.where(there <= free, there, np.nan)
    arrived = ~np.isnan(there)
    # Cancelled on the way: no arrival is known; the engine is taken up until it is free again.
    way = np.where(arrived, there - sent, 0.0)
    scene = _flat(np.array([[float(part) for part in row["Location"].strip("()").split(",")]
                            for row in whole])[:, ::-1], 37.76)  # fmt: skip
    area = np.array([int(row["Station Area"]) for row in whole])
    own = np.array([int(names[u][1:]) for u in unit]) == area
    posts = _posts(scene, way, unit, arrived & own, len(names))
    return _recorded(
        posts, scene, unit, sent, way, free, arrived, area,
        np.array([int(name[1:]) for name in names]), own, corrected, len(rows) - len(whole),
    )  # fmt: skip


def _second(row, what):
    moment = datetime.strptime(row[f"{what} DtTm"] + " +0000", "%m/%d/%Y %I:%M:%S %p %z")
    return moment.timestamp() - 1_482_710_400  # Monday, 26 December 2016


def _cut(unit, sent, free):
    """(ends, how many were cut) an engine that was sent on was free then, whatever the row says."""
    free, cuts = free.copy(), 0
    for one in np.unique(unit):
        mine = np.flatnonzero(unit == one)
        late = free[mine[:-1]] > sent[mine[1:]]
        cuts += int(late.sum())
        free[mine[:-1][late]] = sent[mine[1:]][late]
    return free, cuts


def _posts(scene, way, unit, use, count):
    """Where each engine stands: the record does not say; guessed as the mean of the scenes in its
    own area, weighted by how quickly it was there."""
    posts = np.empty((count, 2))
    for one in range(count):
        mine = use & (unit == one)
        mine = mine if mine.sum() >= FEW else unit == one
        weight = 1 / np.maximum(way[mine], 60.0) ** 2
        posts[one] = (scene[mine] * weight[:, None]).sum(0) / weight.sum()
    return posts


# --- London -----------------------------------------------------------------------------------


def london():
    """First pumps: the record has no end of a job; a pump counts as free once it has arrived."""
    with (SHARED / "london_stations_2021.csv").open() as file:
        known = {row["Station_Name"]: (float(row["Station_Longitude"]),
                                       float(row["Station_Latitude"]))
                 for row in csv.DictReader(file)}  # fmt: skip
    with (SHARED / "london_dwelling_fires_2009.csv").open() as file:
        rows = list(csv.DictReader(file))
    rows.sort(key=lambda row: (row["DateOfCall"], row["TimeOfCall"]))
    names = sorted({row["FirstPumpArriving_DeployedFromStation"] for row in rows}
                   | {row["IncidentStationGround"] for row in rows})  # fmt: skip
    unit = np.array([names.index(row["FirstPumpArriving_DeployedFromStation"]) for row in rows])
    area = np.array([names.index(row["IncidentStationGround"]) for row in rows])
    begun = datetime.fromisoformat("2008-12-29T00:00:00+00:00").timestamp()  # a Monday
    sent = np.array([datetime.fromisoformat(f"{row['DateOfCall']}T{row['TimeOfCall']}+00:00")
                     .timestamp() - begun for row in rows])  # fmt: skip
    way = np.array([float(row["FirstPumpArriving_AttendanceTime"]) for row in rows])
    scene = _flat(np.array([[float(row["lon"]), float(row["lat"])] for row in rows]), 51.5)
    stated = np.array([known.get(name, (np.nan, np.nan)) for name in names])
    posts = _flat(stated, 51.5)
    turn = np.zeros(len(rows), int)  # which of its station's pumps each call takes
    for station in range(len(names)):
        mine = np.flatnonzero(unit == station)
        turn[mine] = np.arange(len(mine)) % PUMPS
    for one in np.flatnonzero(np.isnan(posts[:, 0])):  # closed since, or under another name
        posts[one] = np.median(scene[area == one], axis=0)
    return _recorded(
        np.repeat(posts, PUMPS, axis=0), scene, unit * PUMPS + turn, sent, way, sent + way,
        np.ones(len(rows), bool), area, np.repeat(np.arange(len(names)), PUMPS), unit == area, 0, 0,
    )  # fmt: skip


# --- both -------------------------------------------------------------------------------------


def _flat(lon_lat, latitude):
    """Metres on a plane that touches the city; good to some parts in a thousand."""
    return np.radians(lon_lat) * 6_371_000 * np.array([np.cos(np.radians(latitude)), 1.0])


def _recorded(
    posts, scene, unit, sent, way, free, arrived, area, unit_area, own, corrected, left_out
):
    """The record laid out; what-if journeys by a line fitted to the recorded ones."""
    places, where = np.unique(np.round(scene), axis=0, return_inverse=True)
    where = where.reshape(-1) + len(posts)
    everywhere = np.concatenate([posts, places])
    metres = np.sqrt(((posts[unit] - scene) ** 2).sum(1))
    use = arrived & (way > 0) & (way < 1200)
    slope, start = np.polyfit(metres[use], way[use], 1)
    error = way[use] - (start + slope * metres[use])
    fit = {
        "seconds_to_set_out": float(start),
        "metres_a_second": float(1 / slope),
        "median_error_s": float(np.median(np.abs(error))),
        "explained": float(1 - error.var() / way[use].var()),
        "journeys": int(use.sum()),
    }
    x, y = everywhere.T.astype(np.float32)
    apart = np.hypot(x[:, None] - x, y[:, None] - y) * np.float32(slope)
    areas = np.full(len(everywhere), 0)
    areas[: len(posts)], areas[where] = unit_area, area
    scenario = Scenario(
        calls=Calls(at=sent, place=where, service=free - sent - way),
        units=Units(post=np.arange(len(posts)), area=unit_area, turnout=max(0.0, start)),
        travel=apart, area=areas, seconds=float(sent.max() + 1),
        policy=policies.as_recorded(), returns="at once",
    )  # fmt: skip
    calls = Calls(
        at=sent, place=where, service=(free - sent - way)[:, None],
        orders=unit[:, None], order_seconds=way[:, None],
    )  # fmt: skip
    return Recorded(scenario, calls, free, arrived, corrected, left_out, fit, own)


def conclusion(name, recorded, rules):
    """What may be said, and what may not."""
    nearest, fit = rules["nearest"], recorded.fit
    own = recorded.own[recorded.counts].mean()
    least, most = -nearest["difference_high_s"], -nearest["difference_low_s"]
    yield f"{own:.1%} of journeys were made by the scene's own station."
    yield (
        f"{nearest['same_station_as_sent']:.1%} were made by the one that the model has nearest. "
        f"Under the model the nearest would have been {-nearest['difference_s']:.0f} s quicker on "
        f"average ({least:.0f} to {most:.0f})."
    )
    yield (
        f"The model misses a single journey by {fit['median_error_s']:.0f} s (median) and explains "
        f"{fit['explained']:.0%} of their variation: this is what the model says, not what was "
        "lost on the streets."
    )
    yield UNKNOWN[name]


UNKNOWN = {
    "San Francisco": "Engines' posts are guessed from the same journeys, and free engines are "
    "taken to stand there; really they may be nearer. Nothing follows about any dispatcher.",
    "London": "The record does not say which pumps were busy: a first pump from elsewhere may have "
    "been the nearest that was free. Nothing follows about any dispatcher.",
}


def main():
    result = {}
    for name, read in {"San Francisco": san_francisco, "London": london}.items():
        recorded = read()
        apart = departures(recorded)
        print(f"\n{name}: {apart['calls']} journeys; rows left out {recorded.left_out}, ends cut "
              f"{recorded.corrected}; leaving the record: {apart}")  # fmt: skip
        if any(apart[what] for what in ("sent", "unit", "arrived", "cleared")):
            raise SystemExit("The record does not reproduce itself; no what-if is shown.")
        rules = what_if(recorded)
        for rule, row in rules.items():
            print(f"  {rule:<18} mean {row['mean_s']:6.1f} s  p90 {row['p90_s']:6.1f} s  "
                  f"against sent {row['difference_s']:+6.1f} s "
                  f"[{row['difference_low_s']:+.1f}, {row['difference_high_s']:+.1f}]  "
                  f"same station {row['same_station_as_sent']:.1%}")  # fmt: skip
        said = list(conclusion(name, recorded, rules))
        print("\n".join(said))
        result[name] = {
            "reproduced": apart, "left_out": recorded.left_out, "cut": recorded.corrected,
            "own_station": float(recorded.own[recorded.counts].mean()), "fit": recorded.fit,
            "rules": rules, "said": said,
        }  # fmt: skip
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")
    print(f"\nwritten: {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
