"""What a turn costs, which turns are barred and when: equal to Dijkstra over everything driven."""

from __future__ import annotations

import heapq
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.road.test_importing_streets import Map, at, crossing, minutes
from watchroom.road import Network, streets, topology
from watchroom.road.ground import Snapped
from watchroom.road.hours import ALWAYS, conditional, slots
from watchroom.road.profile import named
from watchroom.road.turns import Arms, all_turns, expand

FEW = settings(max_examples=60, deadline=None)
NINE = frozenset({9})


@st.composite
def towns(draw):
    """(edges, cost of every turn, what may not follow what) of a small town."""
    n = draw(st.integers(2, 8))
    edge = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.integers(1, 9))
    edges = np.array(draw(st.lists(edge, min_size=1, max_size=20)), np.int64)
    arms = Arms(edges[:, 0].astype(np.int32), edges[:, 1].astype(np.int32), edges[:, 2], n)
    turns = all_turns(arms)
    costs = st.lists(st.sampled_from([0, 0, 3, 50]), min_size=len(turns.into), max_size=10**4)
    ms = np.array(draw(costs), np.int32)[: len(turns.into)]
    barred = {}
    for _ in range(draw(st.integers(0, 4))):
        driven = (draw(st.integers(0, len(edges) - 1)),)
        for _ in range(draw(st.integers(0, 3))):
            onward = arms.leaving(int(edges[driven[-1], 1]))
            driven = (*driven, draw(st.sampled_from(onward))) if onward else driven
        onward = arms.leaving(int(edges[driven[-1], 1]))
        if onward:
            hours = draw(st.sampled_from([ALWAYS, NINE]))
            held = barred.setdefault(driven, {})
            last = draw(st.sampled_from(onward))
            held[last] = held.get(last, frozenset()) | hours
    return n, edges, arms, turns, ms, barred


def network_of(town):
    n, edges, arms, turns, ms, barred = town
    arcs, copied = expand(arms, turns, ms, barred)
    lon, lat = np.random.default_rng(1).random((2, n))
    graph = topology.arrange(arcs, lon, lat, np.concatenate([np.arange(n), copied]))
    nothing = np.zeros(len(edges), np.int32)
    kind = np.full(len(edges), streets.CLASSES.index("residential"), np.uint8)
    took = edges[:, 2].astype(np.int32)
    lines = streets.straight(arms.tail, arms.head, took, lon, lat, kind, nothing, nothing)
    return Network.build(graph, lines, (("", ""),))


def costs_of(town):
    """{(edge in, edge out): milliseconds}."""
    _, _, _, turns, ms, _ = town
    return {(int(a), int(b)): int(c) for a, b, c in zip(turns.into, turns.out, ms, strict=True)}


def by_history(town, hour, closed):
    """(n, n) milliseconds by Dijkstra over (last edges driven), asking every rule at every turn."""
    n, edges, arms, _, _, barred = town
    cost = costs_of(town)
    found = np.full((n, n), np.inf)
    for start in range(n):
        queue, seen = [(0, start, ())], set()
        while queue:
            spent, node, past = heapq.heappop(queue)
            if (node, past) in seen:
                continue
            seen.add((node, past))
            found[start, node] = min(found[start, node], spent)
            for edge in arms.leaving(node):
                tails = [past[i:] for i in range(len(past))]
                if edge in closed or any(hour in barred.get(t, {}).get(edge, ()) for t in tails):
                    continue
                turn = cost[past[-1], edge] if past else 0
                onward = (*past, edge)[-4:]
                heapq.heappush(
                    queue, (spent + turn + int(edges[edge, 2]), int(edges[edge, 1]), onward)
                )
    return found


@FEW
@given(towns(), st.sampled_from([9, 10]), st.data())
def test_every_answer_minds_every_turn(town, hour, data):
    network, edges = network_of(town), town[1]
    closed = data.draw(st.sets(st.integers(0, len(edges) - 1), max_size=2))
    view, truth = network.at(hour, closures=closed), by_history(town, hour, closed) / 1000
    everyone = np.arange(town[0])
    assert np.array_equal(view.matrix(everyone, everyone), truth)
    for node in everyone:
        assert np.array_equal(view.travel_times(everyone, node), truth[:, node])
        assert np.array_equal(view.travel_times(node, everyone), truth[node])
        assert np.array_equal(view.pin(everyone).travel_times(node), truth[:, node])
        near, seconds = view.nearest(node, everyone, 3)
        assert np.array_equal(seconds, np.sort(truth[:, node])[: len(near)])
        found = view.isochrone(node, 0.02)
        assert np.array_equal(np.sort(found.nodes), np.flatnonzero(truth[node] <= 0.02))
        assert np.array_equal(found.seconds, truth[node][found.nodes])
    start, goal = data.draw(st.tuples(*[st.integers(0, town[0] - 1)] * 2))
    route = view.route(start, goal)
    assert (np.inf if route is None else route.seconds) == truth[start, goal]
    if route is not None:
        assert np.array_equal(edges[route.edges, 0], route.nodes[:-1])
        assert np.array_equal(edges[route.edges, 1], route.nodes[1:])
        turned = zip(route.edges[:-1], route.edges[1:], strict=True)
        cost = costs_of(town)
        spent = edges[route.edges, 2].sum() + sum(cost[int(a), int(b)] for a, b in turned)
        assert spent == round(route.seconds * 1000)


@FEW
@given(towns(), st.data())
def test_points_in_streets_pay_the_turn_onto_them(town, data):
    """From the middle of a street to the middle of another: as if both middles were crossings."""
    edges, network = town[1], network_of(town)
    view, s = network.at(10), network.streets
    one, other = data.draw(st.tuples(*[st.integers(0, len(edges) - 1)] * 2))
    if s.edge_segment[one] == s.edge_segment[other]:
        return
    halfway = np.array([s.edge_segment[one], s.edge_segment[other]])

    def middle(i):
        return Snapped(halfway[i : i + 1], np.array([0.5]), np.zeros(1))

    truth = between_middles(town, s, halfway, 10)
    assert view.travel_times(middle(0), middle(1))[0] * 1000 == truth
    route = view.route(middle(0), middle(1))
    assert (np.inf if route is None else route.seconds * 1000) == truth


def between_middles(town, s, halfway, hour):
    _, edges, arms, _, _, barred = town
    cost = costs_of(town)
    queue, seen = [], set()

    def first(edge):
        return int(np.rint(0.5 * edges[edge, 2]))

    for edge in s.edges_of(int(halfway[0])).tolist():
        heapq.heappush(queue, (int(edges[edge, 2]) - first(edge), (edge,)))
    best = np.inf
    while queue:
        spent, past = heapq.heappop(queue)
        if past in seen:
            continue
        seen.add(past)
        for edge in arms.leaving(int(edges[past[-1], 1])):
            tails = [past[i:] for i in range(len(past))]
            if any(hour in barred.get(t, {}).get(edge, ()) for t in tails):
                continue
            after = spent + cost[past[-1], edge]
            if s.edge_segment[edge] == halfway[1]:
                best = min(best, after + first(edge))
            heapq.heappush(queue, (after + int(edges[edge, 2]), (*past, edge)[-4:]))
    return best


TURNS = {"left": 60, "right": 30, "back": 200, "straight": 0, "sharp_left": 80, "sharp_right": 50}


@pytest.mark.parametrize(
    ("begin", "end", "cost"),
    [((-1, 0), (0, 1), 60), ((-1, 0), (0, -1), 30), ((-1, 0), (1, 0), 0), ((0, 1), (1, 0), 60)],
)
def test_a_left_turn_waits_longer_than_a_right_one(tmp_path, begin, end, cost):
    network = crossing().network(tmp_path, replace(named("car"), turn_seconds=TURNS))
    assert minutes(network, begin, end) == pytest.approx(2 + cost / 100, abs=0.01)


def test_a_bend_costs_nothing(tmp_path):
    town = Map()
    for name, x, y in [("a", 0, 0), ("b", 1, 0), ("c", 1, 1)]:
        town.node(name, x, y)
    town.way(1, "a b", oneway="yes")
    town.way(2, "b c")
    network = town.network(tmp_path, replace(named("car"), turn_seconds=TURNS))
    assert minutes(network, (0, 0), (1, 1)) == pytest.approx(2, abs=0.01)


def test_a_dead_end_is_left_by_turning_round(tmp_path):
    town = Map()
    for name, x, y in [("a", 0, 0), ("b", 1, 0), ("c", 2, 0), ("d", 1, 1)]:
        town.node(name, x, y)
    town.way(1, "a b")
    town.way(2, "b c")
    town.way(3, "b d")
    town.turn("only_straight_on", 1, "b", 2)
    network = town.network(tmp_path, replace(named("car"), turn_seconds=TURNS))
    assert minutes(network, (0, 0), (1, 1)) == pytest.approx(4 + 2 + 0.3, abs=0.01)


def two_crossings(kind, **tags):
    """West w, crossings m and o a kilometre apart, arms north of both and east of the second."""
    town = Map()
    for name, x, y in [
        ("w", -1, 0),
        ("m", 0, 0),
        ("o", 1, 0),
        ("e", 2, 0),
        ("n", 0, 1),
        ("p", 1, 1),
    ]:
        town.node(name, x, y)
    for number, names in enumerate(["w m", "m o", "o e", "n m", "o p"], 1):
        town.way(number, names)
    if kind:
        town.turn(kind, 1, 2, 5, **tags)  # from the west over m-o to the north
    return town


def test_a_rule_over_a_whole_street_binds_those_who_came_that_way(tmp_path):
    network = two_crossings("no_left_turn").network(tmp_path)
    assert network.skipped_restrictions == 0
    assert minutes(network, (-1, 0), (1, 1)) == 5  # to the end of the eastern arm and back
    assert minutes(network, (0, 1), (1, 1)) == 3
    assert minutes(network, (0.5, 0), (1, 1)) == 1.5
    assert minutes(network, (-1, 0), (2, 0)) == 3


def test_an_only_rule_over_a_whole_street(tmp_path):
    network = two_crossings("only_left_turn").network(tmp_path)
    assert minutes(network, (-1, 0), (1, 1)) == 3
    assert minutes(network, (-1, 0), (2, 0)) == 5
    assert minutes(network, (0, 1), (2, 0)) == 3


def test_a_rule_holds_at_its_hours_only(tmp_path):
    tags = {"restriction__conditional": "no_left_turn @ (Mo-Fr 07:30-09:00)"}
    network = crossing(True, **tags).network(tmp_path)
    west, north = np.array([at(-1, 0)]), np.array([at(0, 1)])

    def takes(hour):
        return round(float(network.at(hour).matrix(west, north)[0, 0]) / 100)

    assert [takes(hour) for hour in (6, 7, 8, 9, 5 * 24 + 8, None)] == [2, 4, 4, 2, 2, 2]
    closed = network.at(8, closures=[0]), network.at(9, closures=[0])
    assert closed[0].slot == 8
    assert not np.array_equal(closed[0].arc_ms, closed[1].arc_ms)


@pytest.mark.parametrize(
    ("tags", "kind"),
    [({"except": "emergency"}, True), ({"type": "restriction:hgv"}, True)],
)
def test_rules_for_others(tmp_path, tags, kind):
    tags = tags | {"restriction": "no_left_turn"}
    network = crossing(kind, **tags).network(tmp_path)
    assert minutes(network, (-1, 0), (0, 1)) == 2
    assert network.skipped_restrictions == 0


@pytest.mark.parametrize(
    ("condition", "hours"),
    [
        ("07:00-09:00", {24 * d + h for d in range(7) for h in (7, 8)}),
        ("Mo-Fr 07:15-07:45", {24 * d + 7 for d in range(5)}),
        ("Sa,Su", set(range(120, 168))),
        ("Su 22:00-02:00", {166, 167, 0, 1}),
        ("Fr-Mo 10:00-11:00; We 12:00-13:00", {106, 130, 154, 10, 60}),
        ("Mo 07:00-08:00, 17:00-18:00; PH off", {7, 17}),
        ("24/7", set(range(168))),
    ],
)
def test_hours_of_the_week(condition, hours):
    assert slots(condition) == hours


@pytest.mark.parametrize(
    "condition", ["weight>3.5", "sunset-sunrise", "Apr-Oct", "", "Mo 7-9", "PH"]
)
def test_conditions_not_understood_are_said_to_be(condition):
    assert slots(condition) is None


def test_several_conditions_in_one_tag():
    read = conditional("no_left_turn @ (07:00-08:00); no_u_turn @ (Mo)")
    assert [kind for kind, _ in read] == ["no_left_turn", "no_u_turn"]
    assert read[1][1] == frozenset(range(24))
    assert conditional("no_left_turn @ whenever") == [("no_left_turn", None)]
