"""What the fraud desk of the fictional city has behind it: three days of cases, and what is open.

People act through the same acts as everybody, each at its own time. Done twice it changes nothing.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np

from watchroom.base.clock import held_at, now
from watchroom.domains.fraud import actions
from watchroom.domains.fraud.models import Case, Feed
from watchroom.kernel.access import Actor, actor_of, system
from watchroom.kernel.models import Agency, Matter, Staff

from .model import City
from .seeds import rng
from .warnings import FEEDS, warnings

Progress = Callable[[str], None]
PAST, OPEN, IN_HAND = 40, 18, 4
DAYS, FRESH = dt.timedelta(days=3), dt.timedelta(minutes=25)
SESSION = "past"
PERSON = ("沈", "样例")


def is_loaded() -> bool:
    """Whether the sources are registered."""
    return Feed.objects.exists()


def load(city: City, say: Progress) -> int:
    """Register the sources, play three days at the desk, leave fresh ones open; returns cases."""
    root = Agency.objects.get(parent=None)
    end = now()
    for key, zh, en, kind in FEEDS:
        actions.set_feed(system(), key, zh, kind=kind, agency_id=root.pk, name_en=en)
    r = rng(city.seed, "fraud desk")
    past = sorted(end - FRESH - DAYS * float(x) for x in r.random(PAST))
    fresh = sorted(end - FRESH * float(x) for x in r.random(OPEN))
    desks = _desks()
    for number, at in enumerate(past):
        _play(city, f"{SESSION}{number}", at, desks, r)
    for feed, row in warnings(city, city.seed, "open", fresh):
        at = min(row["occurred_at"], end)
        actions.receive(system(), feed, [{**row, "occurred_at": at}])
    actions.open_waiting()
    _taken_up(desks)
    _refused(end)
    done = Case.objects.count()
    say(f"  {done} cases of the fraud desk")
    return done


def _taken_up(desks: dict[int, Actor]) -> None:
    """Some of the fresh ones are in somebody's hands: what is in danger was asked on the phone."""
    fresh = Case.objects.filter(open=True, matter__state="waiting").select_related("matter")
    for case in fresh.order_by("matter__priority", "pk")[:IN_HAND]:
        if actor := desks.get(case.matter.agency_id):
            asked = {"intended": Decimal(case.intended_fen or 500_000) / 100}
            for step, data in (("sign", {}), ("assess", asked)):
                actions.perform(actor, case.pk, step, data=data)


def _refused(end: dt.datetime) -> None:
    """What the sources sent and nobody could read: each source has its own way of being wrong."""
    bank, telecom, app = (key for key, *_ in FEEDS)
    told = {"occurred_at": end - dt.timedelta(hours=2), "phone": "10000000001", "type": "rebate"}
    for feed, wrong in (
        (bank, {"source_id": "b-1", "type": "cash"}),
        (bank, {"source_id": "b-2", "amount": "一万"}),
        (telecom, {"source_id": "t-1", "phone": ""}),
        (app, {"source_id": "", "name": "".join(PERSON)}),
        (app, {"source_id": "a-2", "occurred_at": f"{end:%Y-%m-%d %H:%M}"}),
    ):
        actions.receive(system(), feed, [{**told, **wrong}])


def _desks() -> dict[int, Actor]:
    """Whoever leads the watch where the case is, or above it, by agency."""
    rows = Staff.objects.filter(posts__role__permissions__contains=["fraud.respond"])
    found: dict[int, Actor] = {}
    for staff in rows.order_by("username").distinct():
        actor = actor_of(staff)
        for agency in actor.reach("fraud.respond"):
            found.setdefault(agency, actor)
    return found


def _play(
    city: City, session: str, at: dt.datetime, desks: dict[int, Actor], r: np.random.Generator
) -> None:
    with held_at(at + dt.timedelta(seconds=20)):
        for feed, row in warnings(city, city.seed, session, [at]):
            actions.receive(system(), feed, [{**row, "occurred_at": at}])
        actions.open_waiting()
    matter = Matter.objects.filter(kind="fraud.case").latest("id")
    actor = desks.get(matter.agency_id)
    if actor is None:
        return
    for minutes, step, data in _life(r):
        at += dt.timedelta(minutes=minutes)
        if at > now():
            return  # still under way
        with held_at(at):
            actions.perform(actor, matter.pk, step, data=data, reason="样例")


Act = tuple[float, str, dict[str, Any]]


def _life(r: np.random.Generator) -> list[Act]:
    """What the desk did, and after how many minutes each."""
    acts: list[Act] = [(float(r.exponential(3)) + 0.5, "sign", {})]
    acts.append((0.5, "message", {"template": "other"}))
    in_vain = {"call_result": "no_answer"}
    acts += [(float(r.uniform(1, 8)), "call", in_vain) for _ in range(int(r.integers(0, 3)))]
    if r.random() < 0.14:
        acts.append((float(r.uniform(1, 9)), "dismiss", {"because": "not_victim"}))
        return acts
    acts.append((float(r.uniform(1, 14)), "reach", {"how": "phone", "verified": "digits"}))
    acts.append((float(r.uniform(4, 30)), "feed_back", _outcome(r)))
    acts.append((60 * float(r.uniform(24, 60)), "revisit", {"revisit_result": "safe"}))
    return acts


def _outcome(r: np.random.Generator) -> dict[str, Any]:
    saved = int(round(float(r.lognormal(9.0, 1.1)), -2))
    app = "yes" if r.random() < 0.6 else "no"
    more = {"app": app, "protected": int(r.integers(0, 5))}
    fate = float(r.random())
    if fate < 0.7:
        return {
            "outcome": "dissuaded",
            "evidence": str(r.choice(["A", "B", "C"])),
            "saved": saved,
            **more,
        }
    if fate < 0.85:
        return {"outcome": "lost", "evidence": "B", "lost": saved, **more}
    return {"outcome": "not_convinced", "evidence": "none", **more}
