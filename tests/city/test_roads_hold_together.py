import numpy as np
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from watchroom.city import projection
from watchroom.city.model import MOTORWAY, ROAD_CLASSES


def graph(city):
    roads, n = city.roads, len(city.roads.lon)
    return csr_matrix((roads.seconds, (roads.tail, roads.head)), shape=(n, n))


def test_everybody_reaches_everybody(full, small):
    for city in (full, small):
        count, _ = connected_components(graph(city), directed=True, connection="strong")
        assert count == 1


def test_the_full_city_has_enough_roads_of_every_class(full):
    assert 60_000 <= len(full.roads.tail) <= 120_000
    assert set(np.unique(full.roads.klass)) == set(range(len(ROAD_CLASSES)))
    assert full.roads.oneway.sum() > 500


def test_no_edge_is_doubled_or_a_loop(full):
    pairs = np.column_stack([full.roads.tail, full.roads.head])
    assert len(np.unique(pairs, axis=0)) == len(pairs)
    assert (full.roads.tail != full.roads.head).all()


def test_seconds_are_never_faster_than_the_speed_of_the_class(full):
    roads = full.roads
    assert (roads.seconds + 0.051 >= roads.metres / (roads.speed / 3.6)).all()
    assert (roads.seconds > 0).all()


def test_oneway_edges_have_no_way_back_of_their_own(full):
    roads = full.roads
    there = set(zip(roads.tail.tolist(), roads.head.tolist(), strict=True))
    single = roads.oneway & (roads.klass != MOTORWAY)
    for a, b in zip(roads.tail[single].tolist(), roads.head[single].tolist(), strict=True):
        assert (b, a) not in there


def test_bridges_matter(full):
    """Points facing each other over the river are near by air and far by road."""
    roads = full.roads
    x, y = projection.to_x(roads.lon), projection.to_y(roads.lat)
    river = next(a.polygon for a in full.areas if a.kind == "river")
    points = shapely.points(roads.lon, roads.lat)
    shapely.prepare(river)
    bank = np.flatnonzero((np.abs(x) < 9_000) & shapely.dwithin(river, points, 0.004))
    r = np.random.default_rng(5)
    metres = csr_matrix((roads.metres, (roads.tail, roads.head)), shape=(len(x), len(x)))
    ratios = {True: [], False: []}
    for start in r.choice(bank, 20, replace=False):
        air = np.hypot(x[bank] - x[start], y[bank] - y[start])
        goals, air = bank[(air > 450) & (air < 1_200)], air[(air > 450) & (air < 1_200)]
        far = dijkstra(metres, indices=start, limit=20_000)[goals]
        lines = [
            [(roads.lon[start], roads.lat[start]), (roads.lon[g], roads.lat[g])] for g in goals
        ]
        over = shapely.intersects(river, shapely.linestrings(lines))
        ratios[True] += (far / air)[over].tolist()
        ratios[False] += (far / air)[~over].tolist()
    assert min(len(ratios[True]), len(ratios[False])) > 100
    assert np.median(ratios[True]) > 1.5 * np.median(ratios[False])


def test_few_crossings_over_the_main_river(full):
    bridges = [p for p in full.places if p.kind == "bridge"]
    in_town = [b for b in bridges if abs(projection.to_x(b.lon)) < 9_500]
    assert 4 <= len(in_town) <= 10
    assert len(bridges) <= 20


def test_street_names_exist_in_both_languages(full):
    roads = full.roads
    assert len(roads.names_zh) == len(roads.names_en) == len(set(roads.names_zh))
    assert all(en.isascii() and en.strip() for en in roads.names_en)
    assert roads.name.max() < len(roads.names_zh)
