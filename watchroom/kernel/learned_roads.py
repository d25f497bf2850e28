"""How fast the streets really are, from the units' own finished journeys: learned at night, kept
beside the roads it was learned on, and read with them. Nobody else's journeys are ever looked at.

A street belongs to the station whose beat it lies in; station, street class and band of hours are
one cell (`road.learned`). What was learned on another import does not fit this one and waits until
it is learned anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from shapely import STRtree, points
from shapely.geometry import shape

from watchroom.base.clock import local

from .models import Beat

if TYPE_CHECKING:
    from watchroom.road import Network
    from watchroom.road.learned import Journey, Learned

FILE = "learned.npz"
PARTS = ("factor", "median", "samples", "least", "left_out", "bands", "areas")
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Drive:
    """One finished drive of a unit: where it set out, where it arrived, how long it took."""

    start: tuple[float, float]
    goal: tuple[float, float]
    seconds: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned."""

    learned: Learned
    agency_ids: tuple[int, ...]
    """The station of each area; 0 outside all beats."""


def learn_from(drives: Iterable[Drive], folder: Path, network: Network) -> Lesson:
    """Learn anew from these drives and keep it beside the network of a folder."""
    from watchroom.road.learned import learn  # noqa: PLC0415 - the engine loads with the roads
    from watchroom.road.storage import import_name  # noqa: PLC0415

    areas, agency_ids = _stations(network)
    journeys = [found for drive in drives if (found := _journey(network, drive)) is not None]
    learned = learn(network.streets, journeys, areas)
    kept = {name: getattr(learned, name) for name in PARTS}
    fresh = folder / f".{FILE}"
    with fresh.open("wb") as file:
        np.savez_compressed(file, agency_ids=agency_ids, roads=import_name(folder), **kept)
    fresh.replace(folder / FILE)
    return Lesson(learned, tuple(agency_ids.tolist()))


def read(folder: Path) -> Lesson | None:
    """What was learned on the import in use; None where nothing was."""
    from watchroom.road.learned import Learned  # noqa: PLC0415 - the engine loads with the roads
    from watchroom.road.storage import import_name  # noqa: PLC0415

    try:
        with np.load(folder / FILE) as kept:
            if str(kept["roads"]) != import_name(folder):
                return None
            parts: dict[str, Any] = {name: kept[name] for name in PARTS}
            agency_ids = tuple(kept["agency_ids"].tolist())
    except FileNotFoundError:
        return None
    parts |= {"least": float(parts["least"]), "left_out": int(parts["left_out"])}
    return Lesson(Learned(**parts), agency_ids)


def _journey(network: Network, drive: Drive) -> Journey | None:
    from watchroom.road.learned import taken  # noqa: PLC0415 - the engine loads with the roads
    from watchroom.road.weights import slot_of  # noqa: PLC0415

    route = network.free_flow.route(np.array([drive.start]), np.array([drive.goal]))
    if route is None:
        return None
    return taken(route, network.streets, drive.seconds, slot_of(local(drive.at)))


def _stations(network: Network) -> tuple[I64, I64]:
    """((s) area of every segment, agency of every area): by the beat its middle lies in."""
    s = network.streets
    middle = (s.line_first[:-1] + s.line_first[1:]) // 2
    beats = list(Beat.objects.order_by("code").values_list("agency_id", "outline"))
    agency = np.zeros(len(middle), np.int64)
    if beats:
        tree = STRtree([shape(outline) for _, outline in beats])
        where, beat = tree.query(points(s.line_lon[middle], s.line_lat[middle]), "within")
        agency[where] = np.array([agency_id for agency_id, _ in beats])[beat]
    agency_ids, areas = np.unique(agency, return_inverse=True)
    return areas.astype(np.int64), agency_ids
