"""One row of the class list, read and checked."""

import re

from watchroom.base.code_rows import Bad, Fields, Row, cells, fault
from watchroom.base.text import Text


def read_row(line: int, row: Row, seen: set[str]) -> Fields | Bad:
    """The fields of a class, or why the row is left out. `seen`: codes of the rows before."""
    text = cells(row)
    if bad := fault(line, text, ("version", "code", "zh", "en", "group", "priority"), seen):
        return bad
    if text["priority"] not in ("1", "2", "3", "4"):
        return Bad(
            line,
            Text(f"级别应为1至4：{text['priority']}", f"priority is 1 to 4: {text['priority']}"),
        )
    plan = read_plan(text.get("response_plan", ""))
    if plan is None:
        told = text["response_plan"]
        return Bad(
            line, Text(f"预案应如 car:2;foot:1：{told}", f"a plan reads car:2;foot:1, not {told}")
        )
    return {
        "version": text["version"],
        "code": text["code"],
        "parent": text.get("parent", ""),
        "zh": text["zh"],
        "en": text["en"],
        "group": text["group"],
        "priority": int(text["priority"]),
        "response_plan": plan,
        "skills": words(text.get("skills", "")),
        "gat_code": text.get("gat_code", ""),
        "keywords": words(text.get("keywords", "")),
    }


def words(text: str) -> list[str]:
    """Words parted by ; , 、 | or spaces' Chinese and Western kin."""
    return [w.strip() for w in re.split(r"[;；,，、|\s]+", text) if w.strip()]


def read_plan(text: str) -> dict[str, int] | None:
    """ "car:2;foot:1" as {"car": 2, "foot": 1}; None where it does not read so."""
    plan: dict[str, int] = {}
    for part in filter(None, (p.strip() for p in text.split(";"))):
        match = re.fullmatch(r"(\w+):(\d{1,2})", part)
        if match is None:
            return None
        plan[match[1]] = int(match[2])
    return plan
