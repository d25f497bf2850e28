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
from watchroom.city.model import City
from watchroom.city.organisation import Streets
from watchroom.city.rates import expected
from watchroom.city.saying import complaint, complaint_en, spoken, vague
from watchroom.city.seeds import rng

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
LOCAL = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")
CHANNELS = ("voice", "text", "video", "silent", "walk_in", "partner", "officer")
CHANNEL_SHARE = (0.905, 0.022, 0.012, 0.006, 0.024, 0.022, 0.009)
LOCATED = ("voice", "video", "text", "silent")  # channels that may bring a device position
VAGUE, WRONG, DEVICE, ENGLISH = 0.07, 0.03, 0.62, 0.004
SCATTER = {"community": 130.0, "village": 150.0, "lake": 60.0, "park": 60.0}  # metres
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
    device_error: int | None  # metres
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
        """Wanted kinds count alike, their members by people; a fifth happens anywhere in a beat."""
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
        self.scatter = np.array([SCATTER.get(p.kind, 25.0) for p in city.places])
        self.place_lon = np.array([p.lon for p in city.places])
        self.place_lat = np.array([p.lat for p in city.places])
        self.place_beat = np.array([p.beat for p in city.places])
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
        scatter, lon, lat = self.scatter[place], self.place_lon[place], self.place_lat[place]
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
            self.streets.nodes_at(xy)[event] if len(xy) else event,
            self.beats(place, lon, lat, event),
            np.round(scene).astype(np.int64)[event], r.random((len(at), 6)),
        )  # fmt: skip

    def beats(
        self, place: IntArray, lon: FloatArray, lat: FloatArray, event: IntArray
    ) -> list[str]:
        """Beat code by position; just over the outer border, the beat of the named place."""
        code = self.place_beat[place]
        hit, beat = self.tree.query(shapely.points(lon, lat), predicate="intersects")
        code[hit[::-1]] = self.beat_codes[beat[::-1]]
        return code[event].tolist()

    def calls(self, day: dt.date, per_day: float) -> Iterator[Call]:
        columns = self.draw(day, per_day)
        words = random.Random(f"{self.seed}/words/{day.isoformat()}/{per_day}")
        midnight = dt.datetime(day.year, day.month, day.day, tzinfo=LOCAL)
        stamp = f"{day:%Y%m%d}"
        channel = np.searchsorted(np.cumsum(CHANNEL_SHARE)[:-1], columns.dice[:, 0]).tolist()
        r = rng(self.seed, "callers", day.isoformat(), per_day)
        who, phone = callers(r, len(channel))
        device = devices(r, columns.lon, columns.lat)
        second, klass, event = (a.tolist() for a in (columns.second, columns.klass, columns.event))
        first, place, node = (a.tolist() for a in (columns.first, columns.place, columns.node))
        lon, lat = columns.lon.tolist(), columns.lat.tolist()
        scene, all_dice, beat = columns.scene.tolist(), columns.dice.tolist(), columns.beat
        for k, dice in enumerate(all_dice):
            via, english, c = CHANNELS[channel[k]], dice[1] < ENGLISH, klass[k]
            text, said, code = self.words(words, c, place[k], dice[2], english)
            located = dice[3] < DEVICE and via in LOCATED
            yield Call(
                f"{stamp}-{k + 1:05d}",
                f"{stamp}-E{event[k]:05d}",
                first[k],
                midnight + dt.timedelta(seconds=second[k]),
                self.dialled(via, c, dice[4]),
                via,
                self.classes[c].code,
                self.classes[c].priority,
                text,
                "" if via == "silent" else said,
                who[k],
                phone[k],
                "en" if english else "zh",
                lon[k],
                lat[k],
                node[k],
                beat[k],
                code,
                device.lon[k] if located else None,
                device.lat[k] if located else None,
                device.error[k] if located else None,
                self.outcome(c, dice[5]),
                scene[k],
            )

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


def callers(r: np.random.Generator, count: int) -> tuple[list[str], list[str]]:
    """(surname and form of address as call-takers note it, masked number) of every caller.

    Numbers begin with 100, a range that no operator has.
    """
    family = np.minimum(r.exponential(22, count).astype(np.int64), len(names.FAMILIES) - 1).tolist()
    title = (r.random(count) < 0.46).tolist()
    digits = r.integers(0, 10_000, count).tolist()
    who = [
        names.FAMILIES[f] + ("女士" if w else "先生") for f, w in zip(family, title, strict=True)
    ]
    return who, [f"100****{d:04d}" for d in digits]


@dataclass
class Devices:
    """What the telephone network reports about where callers are."""

    lon: list[float]
    lat: list[float]
    error: list[int]  # metres


def devices(r: np.random.Generator, lon: FloatArray, lat: FloatArray) -> Devices:
    """Mostly good to 20 m, sometimes off by a kilometre."""
    error = np.round(15 + 900 * r.random(len(lon)) ** 6)
    east, north = r.normal(size=(2, len(lon))) * error / 2
    return Devices(
        np.round(lon + east / projection.METRES_PER_LON, 6).tolist(),
        np.round(lat + north / projection.METRES_PER_LAT, 6).tolist(),
        error.astype(np.int64).tolist(),
    )


def calls(
    city: City, start: dt.date, days: int, per_day: float = 1_200, seed: int | None = None
) -> Iterator[Call]:
    """Calls in time order; the same city, seed and per_day give the same day in every window."""
    source = Source(city, city.seed if seed is None else seed)
    for k in range(days):
        yield from source.calls(start + dt.timedelta(days=k), per_day)
