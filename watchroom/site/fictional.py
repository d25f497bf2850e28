"""The fictional city, put in place: database, road network and map. A later start skips it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from watchroom.site import in_place
from watchroom.site.live_day import TOKEN_FILE, own_district

if TYPE_CHECKING:
    from watchroom.city.model import City

T = TypeVar("T")


def put_in_place(data: Path, *, size: str = "full") -> str:
    """Build what is missing and return whom to sign in as, a line each."""
    said = data / "city" / in_place.PEOPLE
    if not (said.exists() and _is_complete(data)):
        _build(data, said, size)
    in_place.mark(data, os.environ["DATABASE_URL"])
    return said.read_text(encoding="utf-8")


def _build(data: Path, said: Path, size: str) -> None:
    from watchroom.city import (
        appraising,
        asking,
        doors,
        duty,
        fraud_desk,
        fraud_money,
        loading,
        past,
        quarrels,
        summaries,
    )

    city = _city(data / "city", size)
    if not loading.is_loaded(city):
        _timed("database", lambda: _load(city))
    if not (data / "roads" / "about.json").exists():
        _timed("road network", lambda: loading.save_roads(city, data / "roads"))
    if not (data / "map" / "city.pmtiles").exists():
        _timed("map", lambda: _tiles(city, data / "map" / "city.pmtiles"))
    if not past.is_loaded():
        _timed("three days and a busy evening", lambda: _past(city, data / "city" / "evening.json"))
    if not duty.is_loaded():
        _timed("duty posts", lambda: _duty(city, data / "city" / "evening.json"))
    for title, desk in (
        ("the fraud desk", fraud_desk),
        ("stops and returns", fraud_money),
        ("disputes", quarrels),
        ("requests", asking),
        ("households and visits", doors),
        ("work reports", summaries),
        ("appraisal", appraising),
    ):
        if not desk.is_loaded():
            _timed(title, partial(desk.load, city, _say))
    _token(data / "city" / TOKEN_FILE)
    lines = [f"  {title:<28} {name:<18} {agency}" for title, name, agency in loading.people(city)]
    own = city.agency[own_district(city)]
    left = f"  {own.zh}的警情先等您派警 · incidents of {own.en} wait for you first"
    text = "\n".join([*lines, f"  密码 password: {loading.PASSWORD}", left])
    said.write_text(text, encoding="utf-8")


def _is_complete(data: Path) -> bool:
    """Whether a later start may skip it all, without loading what makes cities."""
    from watchroom.kernel.models import Agency

    made = ("roads/about.json", "map/city.pmtiles", f"city/{TOKEN_FILE}")
    return all((data / path).exists() for path in made) and Agency.objects.exists()


def _past(city: City, kept: Path) -> None:
    from watchroom.base.clock import now
    from watchroom.city import past
    from watchroom.city.evening import Evening

    over, still = past.load(city, Evening.kept(kept, now()), _say)
    _say(f"  {over} incidents over, {still} open")


def _duty(city: City, kept: Path) -> None:
    from watchroom.base.clock import now
    from watchroom.city import duty
    from watchroom.city.evening import Evening

    _say(f"  {duty.load(city, Evening.kept(kept, now()), _say)} postings")


SCOPES = (
    "dispatch.view", "dispatch.take_call", "dispatch.dispatch", "dispatch.respond",
    "dispatch.feedback", "dispatch.close", "dispatch.hand_over", "dispatch.duty", "unit.view",
    "coverage.view", "coverage.respond", "fraud.receive",
)  # fmt: skip


def _token(path: Path) -> None:
    """The live day's key, in a file only its owner reads; made anew where it no longer holds."""
    from watchroom.base.refusal import Refusal
    from watchroom.kernel import operator, tokens
    from watchroom.kernel.access import system
    from watchroom.kernel.models import Agency

    try:
        tokens.actor_of_secret(path.read_text("ascii").strip(), "")
    except (OSError, Refusal):
        root = Agency.objects.get(pk=system().agency_id)
        secret = operator.create_token("live day", root.code, SCOPES, 366)
        path.touch(mode=0o600)
        path.write_text(secret, "ascii")


def _city(folder: Path, size: str) -> City:
    from watchroom.city import store
    from watchroom.city.build import build

    if (folder / "city.json").exists():
        return store.load(folder)
    city = _timed("fictional city", lambda: build(size=size))
    store.save(city, folder)
    return city


def _timed(what: str, work: Callable[[], T]) -> T:
    start = time.monotonic()
    _say(f"… {what}")
    result = work()
    _say(f"✓ {what}, {time.monotonic() - start:.1f} s")
    return result


def _say(line: str) -> None:
    """Progress goes to the terminal; standard output is for whom to sign in as."""
    print(line, file=sys.stderr, flush=True)


def _load(city: City) -> None:
    from django.db import transaction

    from watchroom.city import loading
    from watchroom.city.classes import CLASS_LIST
    from watchroom.domains.dispatch.actions import import_classes
    from watchroom.kernel.access import system

    with transaction.atomic():
        loading.load(city, _say)
        lines = CLASS_LIST.read_text("utf-8").splitlines()
        import_classes(system(), lines, source="fictional city")


def _tiles(city: City, out: Path) -> None:
    from watchroom.city import loading
    from watchroom.desk.tiles import build_tiles

    build_tiles(loading.map_layers(city), out, zooms=(6, 14))
