"""spopt, and the textbook models in HiGHS, in a process that may be ended for taking too long.

Started by `benchmarks/siting.py`: who and what (JSON) as argument, an answer (JSON) printed. Only
solving and the peer's own model building are timed, not the making of the town.
"""

from __future__ import annotations

import json
import resource
import sys

import numpy as np
from _siting_towns import MEDIAN_POSTS, POSTS, cover_town, median_town


def spent():
    """CPU seconds of this process and of the solvers it has started and seen end."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(use.ru_utime + use.ru_stime for use in map(resource.getrusage, who))


def spopt_median(cost):
    """spopt's own model, solved with what its documentation uses (CBC through PuLP)."""
    import pulp
    from spopt.locate import PMedian

    model = PMedian.from_cost_matrix(cost, np.ones(len(cost)), MEDIAN_POSTS)
    model.solve(pulp.PULP_CBC_CMD(msg=False))
    return model.problem.objective.value()


def spopt_cover(reach, demand):
    """The same for the largest cover: spopt takes a table of cost and a radius."""
    import pulp
    from spopt.locate import MCLP

    cost = np.where(reach.toarray(), 0.0, 2.0)
    model = MCLP.from_cost_matrix(cost, demand, 1.0, POSTS)
    model.solve(pulp.PULP_CBC_CMD(msg=False))
    return model.problem.objective.value()


def textbook_median(cost):
    """x[i, j] <= y[j]: as many variables as pairs."""
    n = len(cost)
    pair = np.arange(n * n)
    row = np.concatenate((pair // n, n + pair, n + pair, np.full(n, n + n * n)))
    col = np.concatenate((pair, pair, n * n + pair % n, n * n + np.arange(n)))
    value = np.concatenate((np.ones(2 * n * n), -np.ones(n * n), np.ones(n)))
    low = np.concatenate((np.ones(n), np.full(n * n, -np.inf), [MEDIAN_POSTS]))
    high = np.concatenate((np.ones(n), np.zeros(n * n), [MEDIAN_POSTS]))
    worth = np.concatenate((cost.ravel(), np.zeros(n)))
    whole = np.concatenate((np.zeros(n * n), np.ones(n)))
    return in_highs(worth, whole, (row, col, value), low, high)


def textbook_cover(reach, demand):
    """covered[i] <= sum of the open sites in reach."""
    n, m = reach.shape
    table = reach.tocoo()
    row = np.concatenate((np.arange(n), table.row, np.full(m, n)))
    col = np.concatenate((np.arange(n), n + table.col, n + np.arange(m)))
    value = np.concatenate((np.ones(n), -np.ones(table.nnz), np.ones(m)))
    low = np.append(np.full(n, -np.inf), POSTS)
    high = np.append(np.zeros(n), POSTS)
    worth = np.concatenate((-demand.astype(float), np.zeros(m)))
    whole = np.concatenate((np.zeros(n), np.ones(m)))
    return -in_highs(worth, whole, (row, col, value), low, high)


def in_highs(worth, whole, entries, low, high):
    """The least worth, solved to the end."""
    from scipy.optimize import LinearConstraint, milp
    from scipy.sparse import csr_array

    row, col, value = entries
    table = csr_array((value, (row, col)), shape=(len(low), len(worth)))
    found = milp(
        worth, integrality=whole, bounds=(0, 1), constraints=LinearConstraint(table, low, high),
        options={"mip_rel_gap": 0.0},
    )  # fmt: skip
    return found.fun


def main():
    asked = json.loads(sys.argv[1])
    kind = asked["kind"]
    town = (median_town(asked["seed"]),) if kind == "median" else cover_town(*asked["town"])
    work = globals()[f"{asked['who']}_{kind}"]
    before = spent()
    soft = int(before + asked["limit"]) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, soft))  # its solvers inherit it
    objective = work(*town)
    print("ANSWER" + json.dumps({"cpu": spent() - before, "objective": objective}))


if __name__ == "__main__":
    main()
