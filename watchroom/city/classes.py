"""The versioned list of call classes that dispatch imports, and what the city knows about each.

`data/call_classes.csv` is the importable list: version, code, parent, zh, en, group, priority
(1 most urgent … 4), response_plan ("kind:number;…"), gat_code (empty: the operator enters the
official code, none is invented here) and keywords for suggestion.
`data/class_process.csv` holds truths of the fictional city only: how often, when, where.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CLASS_LIST = Path(__file__).parent / "data" / "call_classes.csv"
PROCESS_LIST = Path(__file__).parent / "data" / "class_process.csv"
TEXT_LIST = Path(__file__).parent / "data" / "call_texts.csv"


@dataclass(frozen=True)
class CallClass:
    version: str
    code: str
    parent: str
    zh: str
    en: str
    group: str
    priority: int
    response_plan: dict[str, int]
    gat_code: str
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Habit:
    """How one class behaves in this city."""

    code: str
    share: float  # of all events
    hours: str  # name of an hour profile in rates.HOURS
    months: str  # name of a month profile in rates.MONTHS
    weather: tuple[str, ...]  # weather that makes it more frequent
    places: tuple[str, ...]  # gazetteer kinds it happens at; repeat for weight
    scene_minutes: float  # median time on scene
    spread: float  # sigma of its logarithm
    echo: float  # chance that one more caller reports the same event


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plan(text: str) -> dict[str, int]:
    """'car:2;foot:1' -> {'car': 2, 'foot': 1}."""
    pairs = (part.split(":") for part in text.split(";") if part)
    return {kind: int(number) for kind, number in pairs}


@cache
def call_classes() -> tuple[CallClass, ...]:
    """Groups and classes in code order."""
    return tuple(
        CallClass(
            version=row["version"],
            code=row["code"],
            parent=row["parent"],
            zh=row["zh"],
            en=row["en"],
            group=row["group"],
            priority=int(row["priority"]),
            response_plan=plan(row["response_plan"]),
            gat_code=row["gat_code"],
            keywords=tuple(row["keywords"].split()),
        )
        for row in rows(CLASS_LIST)
    )


@cache
def habits() -> tuple[Habit, ...]:
    """One for every class that is not a group, in code order."""
    return tuple(
        Habit(
            code=row["code"],
            share=float(row["share"]),
            hours=row["hours"],
            months=row["months"],
            weather=tuple(row["weather"].split()),
            places=tuple(row["places"].split()),
            scene_minutes=float(row["scene_minutes"]),
            spread=float(row["spread"]),
            echo=float(row["echo"]),
        )
        for row in rows(PROCESS_LIST)
    )


@cache
def texts() -> dict[str, tuple[str, ...]]:
    """Sentences of callers by class code, with slots."""
    out: dict[str, list[str]] = {}
    for row in rows(TEXT_LIST):
        out.setdefault(row["code"], []).append(row["text"])
    return {code: tuple(lines) for code, lines in out.items()}
