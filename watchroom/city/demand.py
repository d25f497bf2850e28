"""A year of calls. Each day is drawn from its own stream, so a day is the same in every window."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from watchroom.city import names, projection
from watchroom.city.classes import CallClass, call_classes, habits
from watchroom.city.model import City, Place
from watchroom.city.organisation import Streets
from watchroom.city.rates import expected
from watchroom.city.saying import complaint, complaint_en, spoken, vague
from watchroom.city.seeds import rng

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
LOCAL = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")
CHANNELS = ("voice", "text", "video", "silent", "walk_in", "partner", "officer")
CHANNEL_SHARE = (0.905, 0.022, 0.012, 0.006, 0.024, 0.022, 0.009)
VAGUE, WRONG, DEVICE, ENGLISH = 0.07, 0.03, 0.62, 0.004
FALSE, CANCELLED = 0.012, 0.028


@dataclass(frozen=True, slots=True)
class Call:
    number: str  # '20260105-00017', unique and in time order within the day
    event: str  # callers about the same event share it
    first: bool  # the first caller about the event
    received_at: dt.datetime  # local time with its offset
    dialled: str  # 110 | 122 | 12110 | counter | partner
    channel: str
    class_code: str
    priority: int
    place_text: str  # as the caller says it
    caller_text: str
    caller: str
    phone: str  # masked; the range 100… is assigned to nobody
    language: str  # zh | en
    lon: float  # where it really is
    lat: float
    node: int
    beat: str
    place: str  # gazetteer code the caller means; '' when the caller does not know
    device_lon: float | None  # what the telephone network reports, if anything
    device_lat: float | None
    device_error: float | None  # metres
    outcome: str  # real | false | cancelled | referred
    scene_seconds: int  # true time on scene, for the live day


class Pools:
    """Where things happen: for each class the gazetteer entries and their weights."""

    def __init__(self, city: City) -> None:
        self.places = city.places
        people = {b.code: b.population for b in city.beats}
        kinds: dict[str, list[int]] = {}
        for k, place in enumerate(city.places):
            kinds.setdefault(place.kind, []).append(k)
        self.by_class: list[tuple[IntArray, FloatArray]] = []
        weight = np.array(
            [people[p.beat] ** 0.8 * (1.0 if p.kind != "village" else 1.3) for p in city.places]
        )
        for habit in habits():
            self.by_class.append(self.pool(habit.places, kinds, weight))
        self.kinds = kinds

    def pool(
        self, wanted: tuple[str, ...], kinds: dict[str, list[int]], weight: FloatArray
    ) -> tuple[IntArray, FloatArray]:
        """Half of the events of each wanted kind; the kinds count alike, their members by people."""
        parts = [k for k in wanted if k in kinds] or ["community", "village"]
        index, share = [], []
        for kind in [*parts, "community", "village"]:
            members = np.array(kinds.get(kind, []), dtype=np.int64)
            if len(members):
                w = weight[members]
                index.append(members)
                part = 1.0 / len(parts) if kind in parts else 0.12
                share.append(part * w / w.sum())
        total = np.cumsum(np.concatenate(share))
        return np.concatenate(index), total / total[-1]


@dataclass
class Day:
    """The drawn facts of a day as columns, one row for each call, in time order."""

    second: IntArray
    klass: IntArray
    event: IntArray
    first: NDArray[np.bool_]
    place: IntArray
    lon: FloatArray
    lat: FloatArray
    node: IntArray
    beat: list[str]
    scene: IntArray
    dice: FloatArray  # (calls, 6)


class Source:
    """Draws days for one city."""

    def __init__(self, city: City, seed: int) -> None:
        self.city, self.seed = city, seed
        self.pools = Pools(city)
        self.streets = Streets(city.roads)
        self.tree = shapely.STRtree([b.polygon for b in city.beats])
        self.beat_codes = np.array([b.code for b in city.beats])
        by_code = {c.code: c for c in call_classes()}
        self.classes: list[CallClass] = [by_code[h.code] for h in habits()]
        self.echo = np.array([h.echo for h in habits()])
        self.scene = np.array([h.scene_minutes * 60 for h in habits()])
        self.spread = np.array([h.spread for h in habits()])

    def events(
        self, r: np.random.Generator, day: dt.date, per_day: float
    ) -> tuple[IntArray, IntArray]:
        """(class, second of the day) of every event."""
        count = r.poisson(expected(self.seed, day, per_day))
        klass, hour = np.nonzero(count)
        times = count[klass, hour]
        klass, hour = np.repeat(klass, times), np.repeat(hour, times)
        return klass, hour * 3600 + r.integers(0, 3600, len(klass))

    def where(self, r: np.random.Generator, klass: IntArray) -> IntArray:
        """Gazetteer index of every event."""
        place = np.empty(len(klass), dtype=np.int64)
        u = r.random(len(klass))
        for k in np.unique(klass):
            mine = klass == k
            index, total = self.pools.by_class[k]
            place[mine] = index[np.minimum(np.searchsorted(total, u[mine]), len(index) - 1)]
        return place

    def repeated(
        self, r: np.random.Generator, klass: IntArray, second: IntArray
    ) -> tuple[IntArray, IntArray]:
        """(event of every call, its second): further callers ring within minutes, by midnight."""
        further = np.minimum(r.geometric(1 - self.echo[klass]) - 1, 12)
        extra = np.repeat(np.arange(len(klass)), further)
        late = np.minimum(
            second[extra] + 1 + r.exponential(110, len(extra)).astype(np.int64), 86_399
        )
        event = np.concatenate([np.arange(len(klass)), extra])
        return event, np.concatenate([second, np.maximum(late, second[extra])])

    def draw(self, day: dt.date, per_day: float) -> Day:
        r = rng(self.seed, "calls", day.isoformat(), per_day)
        klass, second = self.events(r, day, per_day)
        place = self.where(r, klass)
        scatter = np.array([self.wide(self.pools.places[p]) for p in place]).reshape(-1)
        lon = np.array([self.pools.places[p].lon for p in place])
        lat = np.array([self.pools.places[p].lat for p in place])
        lon = lon + r.normal(size=len(lon)) * scatter / projection.METRES_PER_LON
        lat = lat + r.normal(size=len(lat)) * scatter / projection.METRES_PER_LAT
        lon, lat = np.round(lon, 6), np.round(lat, 6)
        scene = self.scene[klass] * np.exp(self.spread[klass] * r.normal(size=len(klass)))
        event, at = self.repeated(r, klass, second)
        order = np.lexsort((np.arange(len(at)), event, at))
        event, at, first = event[order], at[order], (order < len(klass))
        xy = np.column_stack([projection.to_x(lon), projection.to_y(lat)])
        return Day(
            at, klass[event], event, first, place[event], lon[event], lat[event],
            self.streets.nodes_at(xy)[event] if len(xy) else event, self.beats(place, lon, lat, event),
            np.round(scene).astype(np.int64)[event], r.random((len(at), 6)),
        )  # fmt: skip

    def wide(self, place: Place) -> float:
        """Metres by which events scatter around a gazetteer entry."""
        return {"community": 130.0, "village": 150.0, "lake": 60.0, "park": 60.0}.get(
            place.kind, 25.0
        )

    def beats(
        self, place: IntArray, lon: FloatArray, lat: FloatArray, event: IntArray
    ) -> list[str]:
        """Beat code by position; just over the outer border, the beat of the named place."""
        code = np.array([self.pools.places[p].beat for p in place], dtype=self.beat_codes.dtype)
        hit, beat = self.tree.query(shapely.points(lon, lat), predicate="intersects")
        code[hit[::-1]] = self.beat_codes[beat[::-1]]
        return [str(c) for c in code[event]]

    def calls(self, day: dt.date, per_day: float) -> Iterator[Call]:
        columns = self.draw(day, per_day)
        words = random.Random(f"{self.seed}/words/{day.isoformat()}/{per_day}")
        midnight = dt.datetime(day.year, day.month, day.day, tzinfo=LOCAL)
        stamp = f"{day:%Y%m%d}"
        channel = np.searchsorted(np.cumsum(CHANNEL_SHARE)[:-1], columns.dice[:, 0]).tolist()
        rows = zip(
            columns.second.tolist(), columns.klass.tolist(), columns.event.tolist(),
            columns.first.tolist(), columns.place.tolist(), columns.lon.tolist(), columns.lat.tolist(),
            columns.node.tolist(), columns.beat, columns.scene.tolist(), columns.dice.tolist(), channel,
            strict=True,
        )  # fmt: skip
        for k, row in enumerate(rows, 1):
            second, klass, event, first, place, lon, lat, node, beat, scene, dice, ch = row
            via = CHANNELS[ch]
            english = dice[1] < ENGLISH
            text, said, code = self.words(words, klass, place, dice[2], english)
            device = dice[3] < DEVICE and via in ("voice", "video", "text", "silent")
            error = round(15 + 900 * (dice[3] / DEVICE) ** 6) if device else None
            yield Call(
                f"{stamp}-{k:05d}", f"{stamp}-E{event:05d}", first,
                midnight + dt.timedelta(seconds=second), self.dialled(via, klass, dice[4]), via,
                self.classes[klass].code, self.classes[klass].priority,
                text, "" if via == "silent" else said, caller(words), phone(words),
                "en" if english else "zh", lon, lat, node, beat, code,
                shifted(words, lon, error, projection.METRES_PER_LON),
                shifted(words, lat, error, projection.METRES_PER_LAT),
                error, self.outcome(klass, dice[5]), scene,
            )  # fmt: skip

    def words(
        self, r: random.Random, klass: int, index: int, dice: float, english: bool
    ) -> tuple[str, str, str]:
        """(place as said, whole text, gazetteer code meant); some callers are vague, some wrong."""
        place = self.pools.places[index]
        if english:
            return place.en, complaint_en(r, place.en), place.code
        if dice < VAGUE:
            text, code = vague(r), ""
        elif dice < VAGUE + WRONG:
            alike = self.pools.kinds[place.kind]
            other = self.pools.places[alike[int(r.random() * len(alike))]]
            text, code = spoken(r, other), other.code
        else:
            text, code = spoken(r, place), place.code
        return text, complaint(r, self.classes[klass].code, text), code

    def dialled(self, via: str, klass: int, dice: float) -> str:
        if via in ("walk_in", "officer"):
            return "counter" if via == "walk_in" else "radio"
        if via == "partner":
            return "partner"
        if via == "text":
            return "12110"
        return "122" if self.classes[klass].group == "traffic" and dice < 0.35 else "110"

    def outcome(self, klass: int, dice: float) -> str:
        if self.classes[klass].group == "non_police":
            return "referred"
        return "false" if dice < FALSE else "cancelled" if dice < FALSE + CANCELLED else "real"


def caller(r: random.Random) -> str:
    """A surname and a form of address, as call-takers note it."""
    family = names.FAMILIES[min(int(r.expovariate(1 / 22)), len(names.FAMILIES) - 1)]
    return family + ("女士" if r.random() < 0.46 else "先生")


def phone(r: random.Random) -> str:
    """Masked, and from a range that no operator has."""
    return f"100****{int(r.random() * 10_000):04d}"


def shifted(r: random.Random, degree: float, error: float | None, metres: float) -> float | None:
    if error is None:
        return None
    return round(degree + r.gauss(0, error / 2) / metres, 6)


def calls(
    city: City, start: dt.date, days: int, per_day: float = 1_200, seed: int | None = None
) -> Iterator[Call]:
    """Calls in time order; the same city, seed and per_day give the same day in every window."""
    source = Source(city, city.seed if seed is None else seed)
    for k in range(days):
        yield from source.calls(start + dt.timedelta(days=k), per_day)
