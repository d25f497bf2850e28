"""From crossing lines to a road graph: nodes where lines meet, no crumbs, strongly connected."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from watchroom.city import projection
from watchroom.city.model import MOTORWAY, RAMP, SECONDARY, SPEED_KMH, Roads
from watchroom.city.names import joined
from watchroom.city.streets import Street

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
MERGE = 11.0  # metres: nodes closer than this are one junction
STUB = 28.0  # metres: dead ends shorter than this are leftovers of cutting
LEVEL_TOUCH = 1e-9


@dataclass
class Graph:
    """Undirected pieces of road, `street` pointing into the list they came from."""

    xy: FloatArray
    a: IntArray
    b: IntArray
    street: IntArray

    def lengths(self) -> FloatArray:
        d = self.xy[self.a] - self.xy[self.b]
        return np.asarray(np.hypot(d[:, 0], d[:, 1]))


def segments(streets: list[Street]) -> tuple[FloatArray, FloatArray, IntArray]:
    """Start points, end points and owners of all straight pieces."""
    starts, ends, owner = [], [], []
    for k, street in enumerate(streets):
        line = shapely.get_coordinates(shapely.simplify(shapely.LineString(street.line), 2.5))
        starts.append(line[:-1])
        ends.append(line[1:])
        owner.append(np.full(len(line) - 1, k))
    return np.vstack(starts), np.vstack(ends), np.concatenate(owner)


def crossings(p: FloatArray, q: FloatArray) -> tuple[IntArray, FloatArray]:
    """(segment, share along it) for every place where two segments meet."""
    lines = shapely.linestrings(np.stack([p, q], axis=1))
    i, j = shapely.STRtree(lines).query(lines, predicate="intersects")
    i, j = i[i < j], j[i < j]
    d, e, f = q[i] - p[i], q[j] - p[j], p[j] - p[i]
    cross = d[:, 0] * e[:, 1] - d[:, 1] * e[:, 0]
    sure = np.abs(cross) > LEVEL_TOUCH
    i, j, d, e, f, cross = i[sure], j[sure], d[sure], e[sure], f[sure], cross[sure]
    t = (f[:, 0] * e[:, 1] - f[:, 1] * e[:, 0]) / cross
    u = (f[:, 0] * d[:, 1] - f[:, 1] * d[:, 0]) / cross
    share = np.clip(np.concatenate([t, u]), 0, 1)
    return np.concatenate([i, j]), share


def cut(p: FloatArray, q: FloatArray, owner: IntArray) -> tuple[FloatArray, IntArray]:
    """Pieces (k, 2, 2) between meeting points, with their owners."""
    seg, share = crossings(p, q)
    n = np.arange(len(p))
    seg = np.concatenate([n, n, seg])
    share = np.concatenate([np.zeros(len(p)), np.ones(len(p)), share])
    order = np.lexsort((share, seg))
    seg, share = seg[order], share[order]
    point = p[seg] + (q[seg] - p[seg]) * share[:, None]
    same = seg[1:] == seg[:-1]
    pieces = np.stack([point[:-1][same], point[1:][same]], axis=1)
    return pieces, owner[seg[1:][same]]


def merge_points(points: FloatArray, pull: FloatArray) -> tuple[FloatArray, IntArray]:
    """Cluster points closer than MERGE; returns cluster centres and each point's cluster.

    `pull` weighs the points: a lane bends to meet an avenue, never the avenue to meet a lane.
    """
    cells, first = np.unique(np.round(points, 1), axis=0, return_inverse=True)
    first = first.ravel()
    heavy = np.zeros(len(cells))
    np.maximum.at(heavy, first, pull)
    close = cKDTree(cells).query_pairs(MERGE, output_type="ndarray")
    links = coo_matrix((np.ones(len(close)), (close[:, 0], close[:, 1])), shape=(len(cells),) * 2)
    count, label = connected_components(links, directed=False)
    weight = np.bincount(label, heavy, minlength=count)
    centre = np.column_stack(
        [np.bincount(label, cells[:, k] * heavy, minlength=count) / weight for k in (0, 1)]
    )
    return centre, label[first].astype(np.int64)


def planarise(streets: list[Street]) -> Graph:
    """Make a node wherever two streets meet; of parallel pieces the higher class stays."""
    pieces, owner = cut(*segments(streets))
    klass = np.array([s.klass for s in streets])[owner]
    xy, label = merge_points(pieces.reshape(-1, 2), np.repeat(10.0 ** (4 - klass), 2))
    a, b = label[0::2], label[1::2]
    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((owner, klass, high, low))
    a, b, owner, low, high = a[order], b[order], owner[order], low[order], high[order]
    fresh = np.ones(len(a), dtype=bool)
    fresh[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    fresh &= a != b
    return pruned(Graph(xy, a[fresh], b[fresh], owner[fresh]))


def pruned(graph: Graph) -> Graph:
    """Without short dead ends."""
    while True:
        degree = np.bincount(np.concatenate([graph.a, graph.b]), minlength=len(graph.xy))
        loose = (degree[graph.a] == 1) | (degree[graph.b] == 1)
        drop = loose & (graph.lengths() < STUB)
        if not drop.any():
            return graph
        keep = ~drop
        graph = Graph(graph.xy, graph.a[keep], graph.b[keep], graph.street[keep])


def components(n: int, a: IntArray, b: IntArray, directed: bool) -> IntArray:
    links = coo_matrix((np.ones(len(a)), (a, b)), shape=(n, n))
    kind = "strong" if directed else "weak"
    return np.asarray(connected_components(links, directed=directed, connection=kind)[1])


def direct(
    graph: Graph, streets: list[Street]
) -> tuple[IntArray, IntArray, IntArray, NDArray[np.bool_]]:
    """(tail, head, street, oneway); a one-way piece that would strand somebody becomes two-way."""
    a, b, street = graph.a, graph.b, graph.street
    oneway = np.array([s.oneway for s in streets])[street]
    forced = np.array([s.klass in (MOTORWAY, RAMP) for s in streets])[street]
    for _ in range(40):
        tail = np.concatenate([a, b[~oneway]])
        head = np.concatenate([b, a[~oneway]])
        label = components(len(graph.xy), tail, head, True)
        bad = oneway & ~forced & (label[a] != label[b])
        if not bad.any():
            break
        oneway = oneway & ~bad
    owner = np.concatenate([street, street[~oneway]])
    single = np.concatenate([oneway, np.zeros(int((~oneway).sum()), dtype=bool)])
    return tail, head, owner, single


def largest(label: IntArray) -> int:
    return int(np.argmax(np.bincount(label)))


def waiting(klass: IntArray, tail: IntArray, head: IntArray, n: int) -> FloatArray:
    """Seconds lost at the junction an edge runs into: lights where main roads meet."""
    legs = np.bincount(tail, minlength=n)
    best = np.full(n, 99)
    second = np.full(n, 99)
    order = np.lexsort((klass, head))
    h, k = head[order], klass[order]
    first = np.ones(len(h), dtype=bool)
    first[1:] = h[1:] != h[:-1]
    best[h[first]] = k[first]
    third = np.flatnonzero(first) + 2
    third = third[third < len(h)]
    third = third[h[third] == h[third - 2]]
    second[h[third]] = k[third]
    lights = (legs >= 3) & (best <= SECONDARY) & (second <= SECONDARY)
    wait = np.where(lights, 11.0, np.where(legs >= 3, 2.5, 0.0))[head]
    return np.where((klass == MOTORWAY) | (klass == RAMP), 0.0, wait)


def make_roads(graph: Graph, streets: list[Street]) -> Roads:
    """Directed arrays in degrees, seconds and names; only the largest strong component."""
    tail, head, owner, oneway = direct(graph, streets)
    n = len(graph.xy)
    label = components(n, tail, head, True)
    home = label == largest(label)
    keep = home[tail] & home[head]
    tail, head, owner, oneway = tail[keep], head[keep], owner[keep], oneway[keep]
    used = np.flatnonzero(home)
    used = used[np.lexsort((graph.xy[used, 0], np.floor(graph.xy[used, 1] / 500)))]
    new = np.full(n, -1, dtype=np.int64)
    new[used] = np.arange(len(used))
    tail, head, xy = new[tail], new[head], graph.xy[used]
    order = np.lexsort((head, tail))
    return priced(tail[order], head[order], owner[order], oneway[order], xy, streets)


def priced(
    tail: IntArray,
    head: IntArray,
    owner: IntArray,
    oneway: NDArray[np.bool_],
    xy: FloatArray,
    streets: list[Street],
) -> Roads:
    d = xy[tail] - xy[head]
    metres = np.maximum(np.round(np.sqrt(d[:, 0] ** 2 + d[:, 1] ** 2), 1), 1.0)
    klass = np.array([s.klass for s in streets])[owner]
    speed = np.array(SPEED_KMH)[klass]
    wait = waiting(klass, tail, head, len(xy))
    seconds = np.round(metres / (speed / 3.6) + wait, 1)
    used = sorted({s.name for s in streets if s.name})
    index = {name: k for k, name in enumerate(used)}
    name = np.array([index.get(s.name, -1) for s in streets], dtype=np.int32)[owner]
    return Roads(
        lon=projection.to_lon(xy[:, 0]),
        lat=projection.to_lat(xy[:, 1]),
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        seconds=seconds,
        metres=metres,
        klass=klass.astype(np.uint8),
        speed=speed.astype(np.uint8),
        oneway=oneway,
        bridge=np.array([s.bridge for s in streets])[owner],
        name=name,
        names_zh=used,
        names_en=[road_en(zh) for zh in used],
    )


SUFFIXES = {
    "快速路桥": "Expressway Bridge",
    "快速路": "Expressway",
    "匝道": "Ramp",
    "高速": "Motorway",
    "大道": "Avenue",
    "大桥": "Bridge",
    "国道": "National Road",
    "省道": "Provincial Road",
    "县道": "County Road",
    "乡道": "Country Road",
    "村道": "Village Road",
    "路": "Road",
    "街": "Street",
    "巷": "Lane",
    "桥": "Bridge",
}


def road_en(zh: str) -> str:
    """滨江路 -> Binjiang Road."""
    for suffix, en in SUFFIXES.items():
        if zh.endswith(suffix):
            stem = zh.removesuffix(suffix)
            return f"{road_en(stem) if suffix == '匝道' else joined(stem)} {en}"
    return joined(zh)
