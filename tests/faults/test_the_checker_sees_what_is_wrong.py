"""A history that holds, and for each rule one that was broken on purpose: the checker tells them
apart. The same for what clients write into their journals."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from faults import checker
from faults.checker import Act, History, breaches

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
INCIDENT, FIRST, SECOND, UNIT = 1, 2, 3, 7


def act_id(number: int) -> str:
    return str(UUID(int=number, version=4))


def entry(place: int, matter: int, version: int, step: str, state: str, was: str = "") -> dict:
    kind = "dispatch.incident" if matter == INCIDENT else "dispatch.assignment"
    return {
        "id": place, "chain_id": 1, "position": place, "matter_id": matter,
        "matter_version": version, "event": f"{kind}.{step}", "from_state": was, "to_state": state,
        "agency_id": 1, "actor_id": 1, "actor_name": "王接警", "occurred_at": AT, "entered_at": AT,
        "reason": "", "data": {}, "act_id": UUID(act_id(place)), "hash": "", "xid": str(place),
    }  # fmt: skip


def sealed(history: History) -> History:
    """The chain made over the entries as they are: a forger's work, were it not for other rules."""
    head = checker.GENESIS
    for row in sorted(history.entries, key=lambda e: e["position"]):
        head = row["hash"] = checker.hashed("sha256", head, checker.said(row, "2026-11"))
    history.chains[0] |= {"length": len(history.entries), "head": head}
    return history


def whole() -> History:
    """A call, one unit sent to it and there; a limit that passed and was raised."""
    entries = [
        entry(1, INCIDENT, 1, "report", "classified"),
        entry(2, INCIDENT, 2, "dispatch", "dispatched", "classified"),
        entry(3, FIRST, 1, "queue", "queued"),
        entry(4, FIRST, 2, "send", "sent", "queued"),
        entry(5, FIRST, 3, "release", "released", "sent"),
        entry(6, SECOND, 1, "queue", "queued"),
        entry(7, SECOND, 2, "send", "sent", "queued"),
        entry(8, SECOND, 3, "sign", "signed", "sent"),
        entry(9, SECOND, 0, "overdue", "signed", "signed"),
    ]
    entries[-1] |= {"matter_version": None, "data": {"clock": "set_out", "due_at": str(AT)}}
    limit = {"matter_id": SECOND, "clock": "set_out", "due_at": AT, "state": "running"}
    acts = [
        Act(act_id(1), "report", 0, sent=1.0, done=2.0, answer={"id": 1, "version": 1}),
        Act(act_id(2), "send", 0, sent=3.0, done=4.0, answer={"id": 1, "version": 2}),
        Act(act_id(8), "sign", SECOND, sent=5.0, done=6.0),
    ]
    stream = [{"do": "hello", "id": "0-9"}, *({"id": f"{n}-{n}"} for n in range(1, 10))]
    return sealed(
        History(
            acts=acts,
            streams={"stream000": stream},
            entries=entries,
            chains=[{"id": 1, "month": "2026-11", "algorithm": "sha256"}],
            assignments=[
                {"matter_id": FIRST, "unit_id": UNIT, "holding": False},
                {"matter_id": SECOND, "unit_id": UNIT, "holding": True},
            ],
            deadlines=[limit | {"raised_at": AT}],
            matters=[
                {"id": INCIDENT, "kind": "dispatch.incident", "state": "dispatched", "version": 2},
                {"id": FIRST, "kind": "dispatch.assignment", "state": "released", "version": 3},
                {"id": SECOND, "kind": "dispatch.assignment", "state": "signed", "version": 3},
            ],
            jobs=[{"id": 1, "task_name": "react", "args": "{}", "status": "succeeded"}],
            calls=[{"external_id": "desk000-1"}],
            read_at=AT + timedelta(hours=1),
        )
    )


def rows_closed(history: History) -> History:
    for row in history.matters:
        row["closed_at"] = AT if row["state"] == "released" else None
    return history


def test_a_history_that_holds() -> None:
    assert {k: v for k, v in breaches(rows_closed(whole())).items() if v} == {}


def lost(h: History) -> None:
    h.acts.append(Act(act_id(99), "report", 0, sent=7.0, done=8.0))


def doubled(h: History) -> None:
    h.entries.append(h.entries[7] | {"id": 10, "position": 10})
    sealed(h)


def on_another_matter(h: History) -> None:
    h.acts[2].matter = FIRST


def another_act(h: History) -> None:
    h.acts[2].what = "arrive"


def done_though_refused(h: History) -> None:
    h.acts.append(Act(act_id(5), "release", FIRST, sent=4.5, refused=1))


def answered_before_it_was(h: History) -> None:
    h.acts[1].answer["version"] = 1


def call_twice(h: History) -> None:
    h.calls *= 2


def out_of_order(h: History) -> None:
    h.acts[0].sent, h.acts[0].done = 8.0, 9.0


def version_missing(h: History) -> None:
    h.matters[0]["version"] = 3


def stands_elsewhere(h: History) -> None:
    h.matters[2]["state"] = "set_out"


def does_not_follow(h: History) -> None:
    h.entries[1]["from_state"] = "received"
    sealed(h)


def two_at_a_time(h: History) -> None:
    h.entries[4]["id"] = 20


def two_held(h: History) -> None:
    h.assignments[0]["holding"] = True


def table_forgot(h: History) -> None:
    h.assignments[1]["holding"] = False


def fired_twice(h: History) -> None:
    h.entries.append(h.entries[8] | {"id": 10, "position": 10, "act_id": None})
    sealed(h)


def marked_but_not_told(h: History) -> None:
    del h.entries[8]
    sealed(h)


def told_but_not_marked(h: History) -> None:
    h.deadlines[0]["raised_at"] = None


def forgotten(h: History) -> None:
    h.deadlines.append(h.deadlines[0] | {"clock": "arrive", "raised_at": None})


def without_its_clock(h: History) -> None:
    h.deadlines[0]["state"] = "met"


def runs_after_the_end(h: History) -> None:
    h.deadlines.append(h.deadlines[0] | {"matter_id": FIRST, "due_at": None, "raised_at": None})


def job_given_up(h: History) -> None:
    h.jobs[0]["status"] = "failed"


def job_left(h: History) -> None:
    h.jobs[0]["status"] = "doing"


def rewritten(h: History) -> None:
    h.entries[3]["reason"] = "改过"


def cut_off(h: History) -> None:
    h.entries[-1:] = []


def event_missed(h: History) -> None:
    del h.streams["stream000"][4]


def event_twice(h: History) -> None:
    h.streams["stream000"].append({"id": "9-9"})


def event_late(h: History) -> None:
    rows = h.streams["stream000"]
    rows[2], rows[3] = rows[3], rows[2]


def begun_anew(h: History) -> None:
    h.streams["stream000"].append({"do": "reset", "id": "9-9"})


def never_written(h: History) -> None:
    h.streams["stream000"].append({"id": "77-77"})


BROKEN: list[tuple[str, Callable[[History], None]]] = [
    ("acknowledged_once", lost),
    ("acknowledged_once", doubled),
    ("acknowledged_once", on_another_matter),
    ("acknowledged_once", another_act),
    ("acknowledged_once", done_though_refused),
    ("acknowledged_once", answered_before_it_was),
    ("reported_once", call_twice),
    ("seen_in_order", out_of_order),
    ("standing_follows", version_missing),
    ("standing_follows", stands_elsewhere),
    ("standing_follows", does_not_follow),
    ("one_assignment_a_unit", two_at_a_time),
    ("one_assignment_a_unit", two_held),
    ("one_assignment_a_unit", table_forgot),
    ("limits_fire_once", fired_twice),
    ("limits_fire_once", marked_but_not_told),
    ("limits_fire_once", told_but_not_marked),
    ("limits_fire_once", forgotten),
    ("clocks_run", without_its_clock),
    ("clocks_run", runs_after_the_end),
    ("jobs_are_done", job_given_up),
    ("jobs_are_done", job_left),
    ("chains_hold", rewritten),
    ("chains_hold", cut_off),
    ("streams_are_whole", event_missed),
    ("streams_are_whole", event_twice),
    ("streams_are_whole", event_late),
    ("streams_are_whole", begun_anew),
    ("streams_are_whole", never_written),
]


@pytest.mark.parametrize(("rule", "damage"), BROKEN, ids=lambda v: getattr(v, "__name__", v))
def test_what_was_broken_on_purpose(rule: str, damage: Callable[[History], None]) -> None:
    history = deepcopy(rows_closed(whole()))
    damage(history)
    assert breaches(history)[rule]


def test_every_rule_has_a_broken_history() -> None:
    assert {rule.__name__ for rule in checker.RULES} == {rule for rule, _ in BROKEN}


def test_a_journal_is_read_as_it_was_written(tmp_path: Path) -> None:
    lines = [
        {"do": "send", "act": "a", "what": "report", "matter": 0, "at": 1.0},
        {"do": "unanswered", "act": "a", "status": 0, "at": 2.0, "why": "TimeoutError"},
        {"do": "send", "act": "a", "what": "report", "matter": 0, "at": 3.0},
        {"do": "done", "act": "a", "what": "report", "at": 4.0, "answer": {"id": 5, "version": 1}},
        {"do": "send", "act": "b", "what": "sign", "matter": 9, "at": 5.0},
        {"do": "refused", "act": "b", "status": 409, "at": 6.0},
        {"do": "send", "act": "c", "what": "sign", "matter": 9, "at": 7.0},
    ]
    (tmp_path / "desk000.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    report, refused, silent = checker.journal_acts(tmp_path)
    assert (report.sent, report.done, report.unanswered) == (1.0, 4.0, 1)
    assert (refused.refused, refused.unanswered, refused.done) == (1, 0, None)
    assert (silent.refused, silent.unanswered, silent.done) == (0, 1, None)


def test_the_checker_imports_nothing_of_watchroom() -> None:
    tree = ast.parse(Path(checker.__file__).read_text(encoding="utf-8"))
    names = [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    names += [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    assert [n for n in names if n.split(".")[0] in ("watchroom", "faults", "tests")] == []
