"""Discrete events on a road network: calls, travel, service, return, rosters, rules of dispatch.

    result = run(scenario, seed=1, replications=20)
    result.estimate("response")           # mean with its interval
    compare(a, b, seed=1, replications=20).difference("within_180")
    play(scenario, calls, record=True)    # one run with all its events
    sweep(scenarios, seed=1, replications=100, workers=2)

Times are seconds. Chance comes only from the demand; (seed, replication) decides it wholly.
"""

from watchroom.plan.simulation import moves, policies, record
from watchroom.plan.simulation.demand import draw
from watchroom.plan.simulation.figures import Estimate
from watchroom.plan.simulation.moves import Relocation
from watchroom.plan.simulation.playing import Play, play
from watchroom.plan.simulation.policies import Policy
from watchroom.plan.simulation.running import Comparison, Result, calls_of, compare, run
from watchroom.plan.simulation.scenario import Calls, Demand, Scenario, Units
from watchroom.plan.simulation.sweep import sweep

__all__ = [
    "Calls",
    "Comparison",
    "Demand",
    "Estimate",
    "Play",
    "Policy",
    "Relocation",
    "Result",
    "Scenario",
    "Units",
    "calls_of",
    "compare",
    "draw",
    "moves",
    "play",
    "policies",
    "record",
    "run",
    "sweep",
]
