"""How fast the streets really are, as the units' own drives told it: by station, class and hour."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.learned_roads import Lesson
from watchroom.kernel.models import Agency
from watchroom.kernel.roads import roads

from ..rules import words

MOST_STREETS = 20_000
"""So many segments are drawn at most, those of the greatest classes first."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One class of streets in one station's area, in one band of hours."""

    station: Text
    street: Text
    factor: float
    """Times the free speed; what the roads are asked with. 1 while there are too few samples."""
    told: float
    """The median of what the journeys say themselves."""
    samples: float
    counts: bool
    """Are there samples enough?"""
    area: int
    kind: int


@dataclass(frozen=True, slots=True)
class Speeds:
    """What was learned for one band of hours."""

    cells: tuple[Cell, ...]
    least: float
    left_out: int
    middle: tuple[float, float]
    """lon, lat in the middle of the streets."""


def speeds(actor: Actor, band: int) -> Speeds | None:
    """The cells that journeys spoke of, slowest first; None where nothing was learned yet."""
    lesson, network = roads.lesson(), roads.network()
    if lesson is None or network is None or not 0 <= band < len(lesson.learned.factor):
        return None
    cells = sorted(_cells(lesson, band), key=lambda cell: (not cell.counts, cell.factor))
    middle = float(np.median(network.lon)), float(np.median(network.lat))
    return Speeds(tuple(cells), lesson.learned.least, lesson.learned.left_out, middle)


def _cells(lesson: Lesson, band: int) -> Iterator[Cell]:
    from watchroom.road.streets import CLASSES  # noqa: PLC0415 - the engine loads with the roads

    found, names = lesson.learned, _stations(lesson)
    for area, kind in np.argwhere(found.samples[band] > 0).tolist():
        samples = float(found.samples[band, area, kind])
        yield Cell(
            station=names[area],
            street=words.STREETS.get(CLASSES[kind], words.OTHER_STREET),
            factor=float(found.factor[band, area, kind]),
            told=float(found.median[band, area, kind]),
            samples=samples,
            counts=samples >= found.least,
            area=area,
            kind=kind,
        )


def _stations(lesson: Lesson) -> list[Text]:
    rows = {agency.pk: agency for agency in Agency.objects.filter(pk__in=lesson.agency_ids)}
    nowhere = Text("不在警格内", "Outside all beats")
    return [
        Text(rows[pk].label("zh"), rows[pk].label("en")) if pk in rows else nowhere
        for pk in lesson.agency_ids
    ]


def speeds_geojson(actor: Actor, band: int) -> dict[str, Any]:
    """The streets of every cell that counts, as one feature a cell: factor and samples."""
    found, network = speeds(actor, band), roads.network()
    lesson = roads.lesson()
    features: list[dict[str, Any]] = []
    if found is not None and network is not None and lesson is not None:
        room = MOST_STREETS
        areas, kinds = lesson.learned.areas, _classes(network.streets)
        for cell in sorted((c for c in found.cells if c.counts), key=lambda cell: cell.kind):
            segments = np.flatnonzero((areas == cell.area) & (kinds == cell.kind))[:room]
            room -= len(segments)
            features.append(_feature(network.streets, segments, cell))
    return {"type": "FeatureCollection", "features": features}


def _classes(streets: Any) -> npt.NDArray[np.int64]:
    """(s) the street class of every segment."""
    first = streets.segment_edge[streets.segment_first[:-1]]
    return np.asarray(streets.edge_class[first], np.int64)


def _feature(streets: Any, segments: npt.NDArray[np.int64], cell: Cell) -> dict[str, Any]:
    lines = [np.round(streets.piece(int(i), 0.0, 1.0), 6).tolist() for i in segments]
    return {
        "type": "Feature",
        "id": f"{cell.area}-{cell.kind}",
        "geometry": {"type": "MultiLineString", "coordinates": lines},
        "properties": {"factor": round(cell.factor, 2), "samples": round(cell.samples)},
    }
