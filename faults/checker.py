"""Whether what was acknowledged is there: read from journals, tables and an export, nothing else.

    python -m faults.checker DATABASE_URL JOURNALS

Written apart from the code under test: it imports nothing of Watchroom and knows only what is
documented of it: the trail's columns and how its hash is made, the states that hold a unit, the
steps that start a clock. Each rule is a function from plain rows to sentences, one for each breach;
no sentence is no breach.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

Row = dict[str, Any]
GENESIS = "0" * 64
HOLDS = ("sent", "signed", "set_out", "arrived")
ENDS = ("cleared", "released", "refused", "replaced")
EVENTS = {
    "send": ("dispatch", "send_more"),
    "note": ("feedback", "ask_callback"),
    "classify": ("classify", "reclassify"),
}
"""The last part of the entry's event, where it is not the act's own name."""
CLOCK_OF = {
    ("dispatch.incident", "received"): "classify",
    ("dispatch.incident", "classified"): "dispatch",
    ("dispatch.assignment", "sent"): "sign",
    ("dispatch.assignment", "signed"): "set_out",
}
"""The clock that must be running while a matter stands there."""
SLACK_S = 30.0
"""How long after its moment a limit may still wait to be raised when everything is quiet."""


@dataclass
class Act:
    """What a client knows of one act. Moments are the clients' own."""

    act: str
    what: str
    matter: int
    sent: float
    done: float | None = None
    answer: Row = field(default_factory=dict)
    refused: int = 0
    unanswered: int = 0


@dataclass
class History:
    """All that is judged."""

    acts: list[Act]
    streams: dict[str, list[Row]]
    entries: list[Row]
    chains: list[Row]
    assignments: list[Row]
    deadlines: list[Row]
    matters: list[Row]
    jobs: list[Row]
    calls: list[Row]
    read_at: datetime


# --- The rules ------------------------------------------------------------------------------------


def acknowledged_once(history: History) -> Iterator[str]:
    """Every acknowledged act has exactly one entry, of that act and of that matter."""
    found: dict[str, list[Row]] = defaultdict(list)
    for entry in history.entries:
        if entry["act_id"] is not None:
            found[str(entry["act_id"])].append(entry)
    for act in history.acts:
        rows = found.get(act.act, [])
        if act.done is None:
            if act.refused and not act.unanswered and rows:
                yield f"{act.what} {act.act} was refused and is there all the same"
            continue
        if len(rows) != 1:
            yield f"{act.what} {act.act} was acknowledged and is there {len(rows)} times"
            continue
        yield from _same(act, rows[0])


def _same(act: Act, entry: Row) -> Iterator[str]:
    last = entry["event"].rpartition(".")[2]
    if last not in EVENTS.get(act.what, (act.what,)):
        yield f"{act.act} was {act.what} and is written as {entry['event']}"
    if act.matter and entry["matter_id"] != act.matter:
        yield f"{act.act} was done to {act.matter} and is written on {entry['matter_id']}"
    told = act.answer.get("version")
    if told is not None and entry["matter_version"] and told < entry["matter_version"]:
        yield f"{act.act} was answered with version {told}, before its own"


def reported_once(history: History) -> Iterator[str]:
    """A call that was sent again under its number is one call."""
    for number, many in Counter(c["external_id"] for c in history.calls).items():
        if number and many > 1:
            yield f"call {number} is there {many} times"


def seen_in_order(history: History) -> Iterator[str]:
    """What was answered before another act was sent stands before it, in its chain and matter."""
    by_act = {act.act: act for act in history.acts}
    for place, rows in (
        ("chain_id", sorted(history.entries, key=lambda e: e["position"])),
        ("matter_id", sorted(history.entries, key=lambda e: e["matter_version"] or 0)),
    ):
        latest: dict[Any, Act] = {}
        for entry in rows:
            act = by_act.get(str(entry["act_id"]))
            if act is None or (place == "matter_id" and not entry["matter_version"]):
                continue
            before = latest.get(entry[place])
            if before is not None and act.done is not None and act.done < before.sent:
                yield f"{act.act} was answered before {before.act} was sent and stands behind it"
            if before is None or act.sent > before.sent:
                latest[entry[place]] = act


def standing_follows(history: History) -> Iterator[str]:
    """A matter's entries lead from version 1 to where it stands, each from where the last ended."""
    by_matter: dict[int, list[Row]] = defaultdict(list)
    for entry in history.entries:
        if entry["matter_id"] and entry["matter_version"]:
            by_matter[entry["matter_id"]].append(entry)
    for matter in history.matters:
        rows = sorted(by_matter[matter["id"]], key=lambda e: e["matter_version"])
        if [e["matter_version"] for e in rows] != list(range(1, matter["version"] + 1)):
            yield f"matter {matter['id']} is at version {matter['version']}, its entries are not"
            continue
        for before, after in itertools.pairwise(rows):
            if before["to_state"] != after["from_state"]:
                yield f"matter {matter['id']}: {before['to_state']} → {after['from_state']}"
        if rows and rows[-1]["to_state"] != matter["state"]:
            yield f"matter {matter['id']} is {matter['state']}, its trail says otherwise"


def one_assignment_a_unit(history: History) -> Iterator[str]:
    """Never, from the first entry to the last, does a unit belong to two assignments."""
    unit_of = {a["matter_id"]: a["unit_id"] for a in history.assignments}
    held: dict[int, int] = {}
    for entry in sorted(history.entries, key=lambda e: e["id"]):
        matter, unit = entry["matter_id"], unit_of.get(entry["matter_id"])
        if unit is None:
            continue
        if entry["to_state"] in HOLDS:
            if held.setdefault(unit, matter) != matter:
                yield f"unit {unit} is on {matter} while on {held[unit]} (entry {entry['id']})"
                held[unit] = matter
        elif entry["to_state"] in ENDS and held.get(unit) == matter:
            del held[unit]
    now: Counter[int] = Counter(a["unit_id"] for a in history.assignments if a["holding"])
    for unit, many in now.items():
        if many > 1:
            yield f"unit {unit} holds {many} assignments"
    for unit, matter in held.items():
        if not any(a["matter_id"] == matter and a["holding"] for a in history.assignments):
            yield f"unit {unit}: the trail has it on {matter}, the table does not"


def limits_fire_once(history: History) -> Iterator[str]:
    """Every limit that passed is raised once, by one entry and one job; none is missing."""
    raised = Counter(
        (e["matter_id"], e["data"]["clock"], e["data"]["due_at"])
        for e in history.entries
        if e["event"].endswith(".overdue")
    )
    for (matter, clock, _), many in raised.items():
        if many > 1:
            yield f"clock {clock} of {matter} was raised {many} times"
    entries = Counter((matter, clock) for matter, clock, _ in raised)
    marked = Counter((d["matter_id"], d["clock"]) for d in history.deadlines if d["raised_at"])
    for key in entries.keys() | marked.keys():
        if entries[key] != marked[key]:
            yield f"clock {key[1]} of {key[0]}: raised {marked[key]}, entered {entries[key]} times"
    for row in history.deadlines:
        waits = row["state"] == "running" and row["raised_at"] is None and row["due_at"]
        if waits and (history.read_at - row["due_at"]).total_seconds() > SLACK_S:
            yield f"clock {row['clock']} of {row['matter_id']} passed and nobody was told"


def clocks_run(history: History) -> Iterator[str]:
    """Where a matter stands its clock runs; where it has ended none does."""
    running = {(d["matter_id"], d["clock"]) for d in history.deadlines if d["state"] == "running"}
    with_any = {matter for matter, _ in running}
    for matter in history.matters:
        clock = CLOCK_OF.get((matter["kind"], matter["state"]))
        if clock and (matter["id"], clock) not in running:
            yield f"matter {matter['id']} is {matter['state']} without its clock {clock}"
        if matter["closed_at"] is not None and matter["id"] in with_any:
            yield f"matter {matter['id']} has ended and a clock of it runs"


def jobs_are_done(history: History) -> Iterator[str]:
    """No reaction is left behind or given up, and each entry has its own once."""
    for job in history.jobs:
        if job["status"] != "succeeded":
            yield f"job {job['id']} ({job['task_name']} {job['args']}) is {job['status']}"


def chains_hold(history: History) -> Iterator[str]:
    """The hash of every entry, made again from its row, and the stated head of every chain."""
    by_chain: dict[int, list[Row]] = defaultdict(list)
    for entry in history.entries:
        by_chain[entry["chain_id"]].append(entry)
    for chain in history.chains:
        head, rows = GENESIS, sorted(by_chain[chain["id"]], key=lambda e: e["position"])
        for place, entry in enumerate(rows, 1):
            head = hashed(chain["algorithm"], head, said(entry, chain["month"]))
            if entry["position"] != place or entry["hash"] != head:
                yield f"chain {chain['id']} does not hold at entry {place}"
                break
        else:
            if (len(rows), head) != (chain["length"], chain["head"]):
                yield f"chain {chain['id']} ends at {len(rows)}, its head says {chain['length']}"


def hashed(algorithm: str, before: str, text: str) -> str:
    """The hash of an entry: over the hash before it, a line break, and its own text."""
    return hashlib.new(algorithm, f"{before}\n{text}".encode()).hexdigest()


def said(entry: Mapping[str, Any], month: str) -> str:
    """The text that is hashed: JSON with sorted keys and no spaces."""
    body = {
        "agency": entry["agency_id"], "month": month, "position": entry["position"],
        "matter": entry["matter_id"], "version": entry["matter_version"], "event": entry["event"],
        "from": entry["from_state"], "to": entry["to_state"], "actor": entry["actor_id"],
        "name": entry["actor_name"], "occurred_at": _stamp(entry["occurred_at"]),
        "entered_at": _stamp(entry["entered_at"]), "reason": entry["reason"],
        "data": entry["data"], "act": str(entry["act_id"]) if entry["act_id"] else None,
    }  # fmt: skip
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def streams_are_whole(history: History) -> Iterator[str]:
    """Between the first and the last event a screen saw, it saw every entry once and in order."""
    order = sorted(
        (int(e["xid"]), e["id"])
        for e in history.entries
        if e["matter_id"] and e["event"].startswith("dispatch.")
    )
    ours = set(order)
    for name, rows in history.streams.items():
        start = next((_place(r["id"]) for r in rows if r.get("do") == "hello"), (0, 0))
        if any(r.get("do") == "reset" for r in rows):
            yield f"{name} was told to begin anew"
        all_seen = [_place(row["id"]) for row in rows if "do" not in row]
        seen = [one for one in all_seen if one in ours]
        if any(a >= b for a, b in itertools.pairwise(all_seen)):
            yield f"{name} has events twice or out of order"
        last = seen[-1] if seen else start
        missed = {one for one in order if start < one <= last} - set(seen)
        if missed:
            yield f"{name} missed {len(missed)} events, the first {min(missed)}"
        if set(all_seen) - {(int(e["xid"]), e["id"]) for e in history.entries}:
            yield f"{name} saw what was never written"


def _place(text: str) -> tuple[int, int]:
    xid, _, entry = text.partition("-")
    return int(xid), int(entry)


RULES = (
    acknowledged_once, reported_once, seen_in_order, standing_follows, one_assignment_a_unit,
    limits_fire_once, clocks_run, jobs_are_done, chains_hold, streams_are_whole,
)  # fmt: skip


def breaches(history: History) -> dict[str, list[str]]:
    """{rule: sentences}; an empty list where it holds."""
    return {rule.__name__: list(rule(history)) for rule in RULES}


# --- Reading --------------------------------------------------------------------------------------

QUERIES = {
    "entries": "SELECT id, chain_id, position, matter_id, matter_version, event, from_state, "
    "to_state, agency_id, actor_id, actor_name, occurred_at, entered_at, reason, data, act_id, "
    "hash, xid::text AS xid FROM kernel_entry",
    "chains": "SELECT id, month, algorithm, length, head FROM kernel_chain",
    "assignments": "SELECT matter_id, unit_id, holding FROM dispatch_assignment",
    "deadlines": "SELECT matter_id, clock, state, due_at, raised_at FROM kernel_deadline",
    "matters": "SELECT id, kind, state, version, closed_at FROM kernel_matter",
    "jobs": "SELECT id, task_name, args::text AS args, status::text AS status "
    "FROM procrastinate_jobs WHERE task_name = 'watchroom.react'",
    "calls": "SELECT external_id FROM dispatch_incident",
}


def read(url: str, journals: Path) -> History:
    """Everything, as it stands now."""
    acts, streams = journal_acts(journals), {}
    for path in sorted(journals.glob("stream*.jsonl")):
        streams[path.stem] = [json.loads(line) for line in path.open(encoding="utf-8")]
    with psycopg.connect(url, row_factory=dict_row) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        tables = {name: connection.execute(sql).fetchall() for name, sql in QUERIES.items()}
        row = connection.execute("SELECT clock_timestamp() AS at").fetchone()
    assert row is not None
    return History(acts=acts, streams=streams, read_at=row["at"], **tables)


def journal_acts(journals: Path) -> list[Act]:
    """Every act of every desk and phone, from their journals."""
    acts: dict[str, Act] = {}
    for path in sorted(journals.glob("*.jsonl")):
        if path.stem.startswith("stream"):
            continue
        for line in path.open(encoding="utf-8"):
            _take(acts, json.loads(line))
    return list(acts.values())


def _take(acts: dict[str, Act], row: Row) -> None:
    name = row["act"]
    if row["do"] == "send":
        acts.setdefault(name, Act(name, row["what"], row["matter"], row["at"]))
        acts[name].unanswered += 1  # until we hear otherwise
        return
    acts[name].unanswered -= row["do"] in ("done", "refused")
    if row["do"] == "done":
        acts[name].done, acts[name].answer = row["at"], row["answer"]
    elif row["do"] == "refused":
        acts[name].refused += 1


def counts(history: History) -> dict[str, int]:
    """What there was to judge."""
    done = [act for act in history.acts if act.done is not None]
    return {
        "acts": len(history.acts),
        "acknowledged": len(done),
        "acknowledged_after_silence": sum(act.unanswered > 0 for act in done),
        "refused": sum(act.refused > 0 for act in history.acts),
        "never_answered": sum(act.done is None and not act.refused for act in history.acts),
        "entries": len(history.entries),
        "chains": len(history.chains),
        "assignments": len(history.assignments),
        "limits": len(history.deadlines),
        "limits_raised": sum(d["raised_at"] is not None for d in history.deadlines),
        "jobs": len(history.jobs),
        "streams": len(history.streams),
        "stream_events": sum(sum("do" not in r for r in rows) for rows in history.streams.values()),
        "stream_openings": sum(
            sum(r.get("do") == "hello" for r in rows) for rows in history.streams.values()
        ),
    }


def report(found: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """A line for each rule, and up to ten breaches under it."""
    for rule, sentences in found.items():
        yield f"{'✗' if sentences else '✓'} {rule.replace('_', ' ')}"
        yield from (f"    {one}" for one in sentences[:10])


if __name__ == "__main__":
    _history = read(sys.argv[1], Path(sys.argv[2]))
    _found = breaches(_history)
    print(json.dumps(counts(_history)), *report(_found), sep="\n")
    raise SystemExit(any(_found.values()))
