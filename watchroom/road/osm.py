"""Streets out of an OpenStreetMap extract: read, cut at crossings, measure."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import osmium

from watchroom.base.geometry import distances_m
from watchroom.road.arrays import F64, I32, I64, Bools
from watchroom.road.checking import refusal
from watchroom.road.profile import Driving, Profile
from watchroom.road.streets import Streets, assemble
from watchroom.road.topology import Topology, arrange
from watchroom.road.turn_costs import turn_ms
from watchroom.road.turns import Arms, Restriction, all_turns, barred_sequences, expand


@dataclass
class Extract:
    """What a traveller needs to know from the file; ways are runs of points."""

    profile: Profile

    ref: array[int] = field(default_factory=lambda: array("q"))
    lon: array[float] = field(default_factory=lambda: array("d"))
    lat: array[float] = field(default_factory=lambda: array("d"))
    way_first: array[int] = field(default_factory=lambda: array("q", [0]))
    way_id: array[int] = field(default_factory=lambda: array("q"))
    way_name: array[int] = field(default_factory=lambda: array("q"))
    way_level: array[int] = field(default_factory=lambda: array("q"))
    driving: list[Driving] = field(default_factory=list)
    names: dict[tuple[str, str], int] = field(default_factory=lambda: {("", ""): 0})
    blocked: set[int] = field(default_factory=set)
    restrictions: list[Restriction] = field(default_factory=list)
    skipped_restrictions: int = 0


def read(path: Path, profile: Profile) -> Extract:
    """The usable ways, closed barriers and turn restrictions of a PBF (or any OSM) file."""
    if not path.is_file():
        raise refusal(f"没有文件 {path}。", f"There is no file {path}.")
    found = Extract(profile)
    wanted = osmium.filter.KeyFilter("highway", "barrier", "type")
    try:
        for thing in osmium.FileProcessor(str(path)).with_locations().with_filter(wanted):
            _take(found, thing)
    except RuntimeError as error:
        raise refusal(
            f"{path} 不是可读的 OpenStreetMap 文件（{error}）。",
            f"{path} is not a readable OpenStreetMap file ({error}).",
        ) from error
    if not found.way_id:
        raise refusal(f"{path} 中没有可通行的道路。", f"{path} holds no streets.")
    return found


def build(found: Extract) -> tuple[Topology, Streets, int]:
    """(graph, streets, turn restrictions left out) of an extract."""
    node, lon, lat, node_of = _nodes(found)
    first, last, way = _cuts(found, node)
    edge_segment, forward = _edges(found, way)
    begin, end = node[first], node[last]
    tail = np.where(forward, begin[edge_segment], end[edge_segment]).astype(np.int32)
    head = np.where(forward, end[edge_segment], begin[edge_segment]).astype(np.int32)
    edge_way = np.asarray(found.way_id, np.int64)[way[edge_segment]]
    arms = Arms(tail, head, edge_way, len(lon))
    barred, skipped = barred_sequences(arms, found.restrictions, node_of)
    streets = _streets(found, first, last, way, edge_segment, forward)
    turns = all_turns(arms)
    cost = turn_ms(streets, arms, turns, found.profile.turn_seconds)
    arcs, copied = expand(arms, turns, cost, barred)
    graph = arrange(arcs, lon, lat, np.concatenate([np.arange(len(lon)), copied]))
    return graph, streets, skipped + found.skipped_restrictions


def _take(found: Extract, thing: Any) -> None:
    tags = dict(thing.tags)
    if thing.is_node():
        if found.profile.blocks(tags):
            found.blocked.add(thing.id)
    elif thing.is_way():
        how = found.profile.driving(tags)
        if how is not None:
            _take_way(found, thing, tags, how)
    elif thing.is_relation() and tags.get("type", "").startswith("restriction"):
        _take_restriction(found, thing, tags)


def _take_way(found: Extract, way: Any, tags: dict[str, str], how: Driving) -> None:
    plain = tags.get("name", "")
    pair = (tags.get("name:zh") or plain, tags.get("name:en") or plain)
    name = found.names.setdefault(pair, len(found.names))
    level = _level(tags)
    for run in _runs(way, found.blocked):
        for point in run:
            found.ref.append(point.ref)
            found.lon.append(point.lon)
            found.lat.append(point.lat)
        found.way_first.append(len(found.ref))
        found.way_id.append(way.id)
        found.way_name.append(name)
        found.way_level.append(level)
        found.driving.append(how)


def _level(tags: dict[str, str]) -> int:
    """Above or below the ground: the layer that is given, at least 1 on a bridge."""
    sign = re.fullmatch(r"-?\d", tags.get("layer", ""))
    layer = int(sign[0]) if sign else 0
    if tags.get("bridge", "no") != "no":
        return max(1, layer)
    return min(-1, layer) if tags.get("tunnel", "no") not in {"no", "building_passage"} else 0


def _runs(way: Any, blocked: set[int]) -> list[list[Any]]:
    """The way's points, divided at places unknown and at closed barriers."""
    runs: list[list[Any]] = [[]]
    for point in way.nodes:
        if not point.location.valid():
            runs.append([])
            continue
        if not runs[-1] or runs[-1][-1].ref != point.ref:
            runs[-1].append(point)
        if point.ref in blocked:
            runs.append([point])
    return [run for run in runs if len(run) > 1]


def _take_restriction(found: Extract, relation: Any, tags: dict[str, str]) -> None:
    members = [(m.role, m.type, m.ref) for m in relation.members]
    node = [ref for role, sort, ref in members if role == "via" and sort == "n"]
    begin, via, end = (
        tuple(ref for role, sort, ref in members if role == wanted and sort == "w")
        for wanted in ("from", "via", "to")
    )
    whole = bool(begin and end and (len(node) == 1) != bool(via))
    for kind, hours in found.profile.binds(tags):
        if whole and hours is not None:
            at = -1 if via else node[0]
            found.restrictions.append(Restriction(kind, begin, at, end, via, hours))
        else:
            found.skipped_restrictions += 1


def _nodes(found: Extract) -> tuple[I64, F64, F64, dict[int, int]]:
    """(graph node of each way point or -1, lon, lat, graph node by source number).

    A point is a node where ways meet or end. A closed barrier is a dead end of its own for every
    way that touches it.
    """
    ref, first = np.asarray(found.ref, np.int64), np.asarray(found.way_first, np.int64)
    ids, sample, inverse, uses = np.unique(
        ref, return_index=True, return_inverse=True, return_counts=True
    )
    crossing = uses > 1
    crossing[inverse[first[:-1]]] = True
    crossing[inverse[first[1:] - 1]] = True
    shut = np.isin(ids, np.fromiter(found.blocked, np.int64))
    joined = np.flatnonzero(crossing & ~shut)
    number = np.full(len(ids), -1, np.int64)
    number[joined] = np.arange(len(joined))
    node = number[inverse]
    dead_ends = np.flatnonzero(shut[inverse])
    node[dead_ends] = len(joined) + np.arange(len(dead_ends))
    place = np.concatenate([sample[joined], dead_ends])
    node_of = dict(zip(ids[joined].tolist(), range(len(joined)), strict=True))
    return node, np.asarray(found.lon)[place], np.asarray(found.lat)[place], node_of


def _cuts(found: Extract, node: I64) -> tuple[I64, I64, I64]:
    """(first point, last point, way) of every segment: from node to node along a way."""
    way_first = np.asarray(found.way_first, np.int64)
    owner = np.repeat(np.arange(len(way_first) - 1), np.diff(way_first))
    stops = np.flatnonzero(node >= 0)
    together = owner[stops[:-1]] == owner[stops[1:]]
    first, last = stops[:-1][together], stops[1:][together]
    return first, last, owner[first]


def _edges(found: Extract, way: I64) -> tuple[I32, Bools]:
    """(segment, along the line?) of every directed edge; all forward ones come first."""
    forward = np.array([d.forward_kmh > 0 for d in found.driving])[way]
    backward = np.array([d.backward_kmh > 0 for d in found.driving])[way]
    segment = np.concatenate([np.flatnonzero(forward), np.flatnonzero(backward)])
    return segment.astype(np.int32), np.arange(len(segment)) < forward.sum()


def _streets(
    found: Extract, first: I64, last: I64, way: I64, segment: I32, forward: Bools
) -> Streets:
    """The lines of the segments and the class, name and time of the edges."""
    lon, lat = np.asarray(found.lon), np.asarray(found.lat)
    counts = last - first + 1
    line_first = np.concatenate(([0], np.cumsum(counts)))
    points = np.arange(line_first[-1]) + np.repeat(first - line_first[:-1], counts)
    run = np.concatenate(([0.0], np.cumsum(distances_m(lon[:-1], lat[:-1], lon[1:], lat[1:]))))
    kmh = np.array([(d.forward_kmh, d.backward_kmh) for d in found.driving])
    speed = kmh[way[segment], np.where(forward, 0, 1)]
    ms = np.rint((run[last] - run[first])[segment] * 3600 / speed)
    kind = np.array([d.kind for d in found.driving], np.uint8)
    name = np.asarray(found.way_name, np.int32)[way]
    level = np.asarray(found.way_level, np.int32)[way]
    return assemble(
        ms.astype(np.int32), kind[way[segment]], segment, forward, name, level, line_first,
        lon[points], lat[points],
    )  # fmt: skip
