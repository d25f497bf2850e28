"""Disputes of the fictional city: half a year that is settled, and those its officers have now.

What is over comes in as whole lives; what is open was done by the beats' own officers through the
same acts as everybody's, at its own time. Doing it twice changes nothing.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import TypeVar

import numpy as np

from watchroom.base.clock import now
from watchroom.domains.disputes import actions, queries
from watchroom.domains.disputes.actions import PastDispute
from watchroom.domains.disputes.models import Dispute, DisputeType
from watchroom.domains.disputes.rules import VISITS, grade
from watchroom.kernel.access import Actor, actor_of, system
from watchroom.kernel.models import Beat, Matter, Post, Staff

from . import names
from .model import City
from .seeds import rng

T = TypeVar("T")
Progress = Callable[[str], None]
SETTLED, STILL = 240, 33
"""How many are over and how many open. A city finds 5,770 in a year."""
BATCH = 200
DAYS = 180
WORDS = {
    "01": ("夫妻为家务和孩子学习争吵", "定好分工，互相道歉"),
    "02": ("楼上漏水泡坏楼下天花板", "十日内修好水管，赔偿八百元"),
    "04": ("借款到期未还，上门讨要", "分三次还清"),
    "05": ("工程完工后两个月工资未发", "月底前发清所欠工资"),
    "06": ("两家为田埂和放水先后争执", "按原界恢复田埂，隔日轮流放水"),
    "09": ("预付的会费不予退还", "退还未消费的部分"),
    "12": ("物业费涨价，业主拒交", "按原标准交纳，公开账目"),
    "13": ("退租时押金未退", "扣除水电费后退还押金"),
}
FACTORS: Sequence[tuple[str, ...]] = (
    (), (), (), (), ("debt",), ("repeat",), ("threats",), ("violence",), ("custody",),
    ("violence", "threats"),
)  # fmt: skip
SOURCES = ("visit", "visit", "grid", "citizen", "court")
STAGES: Sequence[tuple[str, ...]] = (
    (),
    (),
    ("assign",),
    ("assign", "hold_session"),
    ("assign", "hold_session"),
    ("assign", "hold_session", "draft"),
    ("assign", "hold_session", "draft", "agree"),
    ("assign", "hold_session", "draft", "agree", "perform"),
    ("assign", "hold_session", "draft", "agree", "perform", "visit"),
    ("assign", "hold_session", "no_agreement"),
    ("assign", "file_case", "hold_session", "no_agreement"),
)
"""How far those that are open have come."""


def is_loaded() -> bool:
    """Whether the disputes are there."""
    return Dispute.objects.exists()


@dataclass(frozen=True)
class Ground:
    """Where disputes happen and who works there."""

    types: dict[str, DisputeType]
    beats: list[Beat]
    places: dict[str, list[str]]
    chiefs: dict[int, Staff]
    r: np.random.Generator

    def pick(self, among: Sequence[T]) -> T:
        """One of them, all alike."""
        return among[int(self.r.integers(len(among)))]

    def person(self) -> str:
        """Somebody's name; nobody is called so."""
        family, given = names.person(self.r, self.pick("mf"))
        return family + given


def load(city: City, say: Progress = lambda _line: None) -> tuple[int, int]:
    """Bring in what is settled and do what is open; returns (settled, open)."""
    if not queries.types():
        actions.import_types(system(), actions.shipped_types(), source="Watchroom")
    ground = _ground(city)
    past = [_past(ground) for _ in range(SETTLED)]
    for start in range(0, len(past), BATCH):
        actions.bring_in_past(system(), past[start : start + BATCH], source="fictional city")
    still = [_open(ground, steps) for steps, _ in zip(cycle(STAGES), range(STILL), strict=False)]
    say(f"  {len(past)} disputes settled, {len(still)} open")
    return len(past), len(still)


def _ground(city: City) -> Ground:
    beats = Beat.objects.filter(officer__isnull=False).select_related("officer", "agency")
    places: dict[str, list[str]] = {}
    for place in city.places:
        places.setdefault(place.beat, []).append(place.zh)
    known = [beat for beat in beats.defer("outline").order_by("code") if beat.code in places]
    chiefs = Post.objects.filter(role__key="station_chief").select_related("staff").order_by("-id")
    return Ground(
        types={one.code: one for one in queries.types()},
        beats=known,
        places=places,
        chiefs={post.agency_id: post.staff for post in chiefs},
        r=rng(city.seed, "quarrels"),
    )


def _what(ground: Ground) -> tuple[str, Beat, str, list[dict[str, str]], str]:
    code, beat = ground.pick(sorted(WORDS)), ground.pick(ground.beats)
    roles = ("applicant", "respondent")
    parties = [{"role": role, "name": ground.person(), "phone": ""} for role in roles]
    return code, beat, ground.pick(ground.places[beat.code]), parties, ground.person()


def _past(ground: Ground) -> PastDispute:
    code, beat, place, parties, mediator = _what(ground)
    factors = ground.pick(FACTORS)
    found = now() - dt.timedelta(days=float(ground.r.uniform(70, DAYS)))
    return PastDispute(
        type=ground.types[code],
        beat=beat,
        place=place,
        words=WORDS[code][0],
        source=ground.pick(SOURCES),
        factors=factors,
        parties=parties,
        mediator=mediator,
        terms=WORDS[code][1],
        steps=list(_steps(ground, beat, found, VISITS[grade(factors).level])),
    )


def _steps(
    ground: Ground, beat: Beat, at: dt.datetime, visits: int
) -> Iterator[tuple[str, dt.datetime, Staff]]:
    officer = beat.officer
    if officer is None:
        raise ValueError(f"{beat.code} has no officer")
    chief = ground.chiefs.get(beat.agency_id, officer)
    road = ["register", "assign", "hold_session", "draft", "agree", "perform"]
    waits = [0.0, 0.2, 2.0, 1.0, 0.1, 10.0, *[6.0] * visits, 1.0]
    for step, days in zip([*road, *["visit"] * visits, "settle"], waits, strict=True):
        at += dt.timedelta(days=days * float(ground.r.uniform(0.4, 1.4)))
        yield step, at, chief if step in ("assign", "settle") else officer


def _open(ground: Ground, steps: Sequence[str]) -> Matter:
    code, beat, place, parties, mediator = _what(ground)
    officer = beat.officer
    if officer is None:
        raise ValueError(f"{beat.code} has no officer")
    actor = actor_of(officer)
    at = now() - dt.timedelta(days=len(steps) * 3 + float(ground.r.uniform(0, 1)))
    matter = actions.register(
        actor,
        code,
        words=WORDS[code][0],
        source=ground.pick(SOURCES),
        factors=ground.pick(FACTORS),
        place=place,
        beat_id=beat.pk,
        parties=parties,
        occurred_at=at,
    )
    for step in steps:
        at += dt.timedelta(days=float(ground.r.uniform(0.3, 2.5)))
        _take(actor, matter, step, at, _data(step, code, mediator))
    return matter


def _data(step: str, code: str, mediator: str) -> dict[str, str]:
    return {
        "assign": {"peoples_mediator": mediator},
        "file_case": {"case_number": "受案〔2026〕1号"},
        "hold_session": {"summary": WORDS[code][0]},
        "draft": {"terms": WORDS[code][1]},
        "perform": {"how_performed": "已按协议履行"},
        "visit": {"visit_result": "calm", "visit_words": "双方和气"},
    }.get(step, {})


def _take(actor: Actor, matter: Matter, step: str, at: dt.datetime, data: dict[str, str]) -> None:
    if step == "agree":
        paper = queries.agreement(matter.pk)
        for row, one in queries.signing(paper) if paper else ():
            said = {"who": actions.name_of(row), "typed": one.name}
            actions.perform(actor, matter.pk, "sign", data=said, occurred_at=at)
    actions.perform(actor, matter.pk, step, data=data, reason="双方各执一词", occurred_at=at)
