"""The simulator against SimPy, Ciw and salabim: `python -m benchmarks.simulation`.

One model for all: calls at 500 places, 60 units at their posts, the nearest free unit goes, works
there and is back at once; whoever finds nobody waits in turn. All get the same calls, already
drawn, and must give every call the same unit at the same moment; only then are they timed. Ours is
timed twice: on those calls, and with drawing a whole year of calls (800,000). Times are CPU
seconds of one process. Then ours alone with every feature on, where the peers have no like.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections import deque
from pathlib import Path

import ciw
import numpy as np
import salabim
import simpy

from watchroom.plan.simulation import (
    Calls,
    Demand,
    Scenario,
    Units,
    calls_of,
    play,
    policies,
    run,
)
from watchroom.plan.simulation.scenario import laid_out

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "simulation.json"
UNITS, PLACES, CALLS_A_YEAR, YEAR = 60, 500, 800_000, 31_536_000.0
REPLICATIONS = 5
FASTEST, RICH = 2_000_000, 500_000
"""Calls a core-second asked of us: on the simple model, and with every feature on."""


def city(seconds=YEAR, places=PLACES, **more):
    """The simple model."""
    rng = np.random.default_rng(0)
    where = rng.random((UNITS + places, 2)) * 6000
    rates = np.concatenate([np.zeros(UNITS), rng.random(places)])
    rates *= CALLS_A_YEAR / rates.sum() / YEAR
    return Scenario(
        calls=Demand(rates=rates, service=1500.0), units=Units(post=np.arange(UNITS)),
        travel=np.abs(where[:, None] - where).sum(2) / 12, seconds=seconds, returns="at once",
        **more,
    )  # fmt: skip


def everything(seconds):
    """Every feature on: hours, kinds, two units a call, pre-emption, shifts, breaks, the road."""
    rng = np.random.default_rng(1)
    where = rng.random((UNITS + PLACES, 2)) * 6000
    travel = np.abs(where[:, None] - where).sum(2) / 12
    rates = np.concatenate([np.zeros((2, 3, UNITS)), rng.random((2, 3, PLACES))], axis=2)
    rates *= CALLS_A_YEAR / rates[0].sum() / YEAR * np.array([0.7, 1.3])[:, None, None]
    units = np.arange(2 * UNITS)
    days = int(seconds // 86_400)
    shifts = [(u, (24 * d + 12 * (u % 2)) * 3600, (24 * d + 12 * (u % 2) + 12.5) * 3600)
              for d in range(days) for u in units]  # fmt: skip
    breaks = [(u, b + 4 * 3600, b + 8 * 3600, 1800) for u, b, _ in shifts]
    return Scenario(
        calls=Demand(
            rates=rates, period_of_hour=(np.arange(168) % 24 > 11).astype(int),
            service=[[900.0, 600.0]] * 3, spread=[1.0, 0.5, 0.0],
        ),
        units=Units(post=units // 2, kind=units // 2 % 2, turnout=60.0, shifts=shifts,
                    breaks=breaks),
        travel=np.stack([travel, travel * 1.3]), seconds=seconds,
        slice_of_hour=(np.arange(168) % 24 // 3 % 2), area=np.arange(UNITS + PLACES) % 7,
        needs=[[3, 0], [1, 2], [3, 0]], priority=[1, 0, 2],
        may_take=[[0, 1, 2], [0, 0, 1], [0, 0, 0]], policy=policies.reserve(3, urgent=1),
    )  # fmt: skip


# --- the peers: the same model, each in the manner of its own manual ---------------------------


class Desk:
    """What all three peers share: who is free, and who of them is nearest."""

    def __init__(self, calls, travel):
        self.at, self.service = calls.at.tolist(), calls.service[:, 0].tolist()
        table = travel.astype(np.float32).astype(float)
        self.seconds = [table[:UNITS, place].tolist() for place in calls.place]
        self.free, self.waiting = set(range(UNITS)), deque()
        self.told = [None] * len(self.at)

    def take(self, call):
        row = self.seconds[call]
        unit = min(self.free, key=lambda u: (row[u], u))
        self.free.remove(unit)
        return unit

    def busy(self, call, unit, now):
        self.told[call] = (now, now + self.seconds[call][unit], unit)
        return self.told[call][1] + self.service[call] - now


def in_simpy(calls, travel):
    desk, env = Desk(calls, travel), simpy.Environment()

    def handle(call):
        if desk.free:
            unit = desk.take(call)
        else:
            turn = env.event()
            desk.waiting.append(turn)
            unit = yield turn
        yield env.timeout(desk.busy(call, unit, env.now))
        if desk.waiting:
            desk.waiting.popleft().succeed(unit)
        else:
            desk.free.add(unit)

    def source():
        for call, at in enumerate(desk.at):
            yield env.timeout(at - env.now)
            env.process(handle(call))

    env.process(source())
    env.run()
    return desk.told


def in_salabim(calls, travel):
    desk = Desk(calls, travel)
    salabim.yieldless(False)
    env = salabim.Environment(trace=False, random_seed=None)

    class Unit(salabim.Component):
        def setup(self, number):
            self.number = number

        def process(self):
            while True:
                yield self.passivate()
                while True:
                    yield self.hold(desk.busy(self.call, self.number, env.now()))
                    if not desk.waiting:
                        break
                    self.call = desk.waiting.popleft()
                desk.free.add(self.number)

    class Source(salabim.Component):
        def process(self):
            for call, at in enumerate(desk.at):
                yield self.hold(till=at)
                if desk.free:
                    unit = units[desk.take(call)]
                    unit.call = call
                    unit.activate()
                else:
                    desk.waiting.append(call)

    units = [Unit(number=number) for number in range(UNITS)]
    Source()
    env.run()
    return desk.told


def in_ciw(calls, travel):
    desk = Desk(calls, travel)
    gaps = iter(np.diff(calls.at, prepend=0.0).tolist())

    class Arrivals(ciw.dists.Distribution):
        def sample(self, t=None, ind=None):
            return next(gaps, float("inf"))

    class Service(ciw.dists.Distribution):
        def sample(self, t=None, ind=None):
            return desk.busy(ind.id_number - 1, ind.server.id_number - 1, float(t))

    network = ciw.create_network(
        arrival_distributions=[Arrivals()],
        service_distributions=[Service()],
        number_of_servers=[UNITS],
        server_priority_functions=[
            lambda server, ind: desk.seconds[ind.id_number - 1][server.id_number - 1]
        ],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(len(desk.at), method="Finish")
    return desk.told


PEERS = {"SimPy": in_simpy, "salabim": in_salabim, "Ciw": in_ciw}


# --- the run ----------------------------------------------------------------------------------


def part(calls, count):
    """The first calls."""
    return Calls(at=calls.at[:count], place=calls.place[:count], service=calls.service[:count])


def cpu(work, repeat):
    """(least and median CPU seconds, last answer); the least is the least disturbed by others."""
    took = []
    for _ in range(repeat):
        begun = time.process_time()
        answer = work()
        took.append(time.process_time() - begun)
    return min(took), float(np.median(took)), answer


def agree(ours, told):
    """Largest difference in seconds between two runs; every unit must be the same."""
    sent, first, unit = (np.array(column) for column in zip(*told, strict=True))
    assert np.array_equal(ours["unit"], unit), "another unit was sent"
    return float(max(np.abs(ours["sent"] - sent).max(), np.abs(ours["first"] - first).max()))


def against_peers(count, repeat):
    scenario = city()
    travel, calls = np.asarray(scenario.travel), part(calls_of(scenario, 1), count)
    play(scenario, calls)
    least, median, played = cpu(lambda: play(scenario, calls).calls, max(5, repeat))
    rows = [{"who": "Watchroom", "calls": count, "cpu": least, "cpu_median": median,
             "calls_a_second": count / least}]  # fmt: skip
    for who, simulate in PEERS.items():
        few = part(calls, min(count, 20_000) if who == "Ciw" else count)
        least, median, told = cpu(lambda few=few, simulate=simulate: simulate(few, travel), repeat)
        apart = agree(played[: len(few)], told[: len(few)])
        rows.append({"who": who, "calls": len(few), "cpu": least, "cpu_median": median,
                     "calls_a_second": len(few) / least, "largest_difference_s": apart,
                     "ours_is_faster": rows[0]["calls_a_second"] / (len(few) / least)})  # fmt: skip
        ratio = rows[-1]["ours_is_faster"]
        print(f"  {who:<10} {len(few) / least:12,.0f} calls a core-second; ours {ratio:.1f} x; "
              f"largest difference {apart:.1e} s")  # fmt: skip
    return rows


def alone(scenario, repeat, floor, what):
    """Ours with drawing and playing; and whole runs of some replications, with laying the scenario
    out once and all figures."""
    calls, ground = calls_of(scenario, 1), laid_out(scenario)
    count = len(calls)
    play(scenario, calls, ground=ground)
    least, median, result = cpu(lambda: run(scenario, 1, REPLICATIONS), repeat)
    whole = float(result.of("calls").sum())
    played, played_median, _ = cpu(lambda: play(scenario, calls, ground=ground), repeat)
    drawn, _, _ = cpu(lambda: calls_of(scenario, 1), repeat)
    row = {"model": what, "calls": count, "draw_and_play_calls_a_second": count / (drawn + played),
           "replications": REPLICATIONS, "whole_run_calls_a_second": whole / least,
           "median_whole_run": whole / median,
           "play_calls_a_second": count / played, "play_median": count / played_median,
           "asked": floor,
           "figures": dict(zip(result.names, result.values[0].tolist(), strict=True))}  # fmt: skip
    print(f"{what}: {count / (drawn + played):,.0f} calls a core-second drawn and played "
          f"({whole / least:,.0f} in whole runs with all figures; asked {floor:,})")  # fmt: skip
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=100_000, help="calls given to the peers")
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    about = {
        "machine": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "units": "CPU seconds of one process, the least of the repeats",
    }
    result = {"about": about, "peers": against_peers(asked.calls, asked.repeat)}
    result["simple"] = alone(city(), asked.repeat + 2, FASTEST, "Simple model, one year")
    week = 86_400.0 * 7 * 8
    result["everything"] = alone(everything(week), asked.repeat + 2, RICH, "Every feature on")
    keep(result)


def keep(result):
    """Write what is known so far."""
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")
    print(f"written: {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
