"""The command line at the bottom of the board: `assign 23 P07`, `arrive P07`, `note 23 …`."""

from dataclasses import dataclass

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

WORDS = {
    "assign": "dispatch",
    "派": "dispatch",
    "sign": "sign",
    "签": "sign",
    "go": "set_out",
    "out": "set_out",
    "出": "set_out",
    "arrive": "arrive",
    "到": "arrive",
    "clear": "clear",
    "清": "clear",
    "safe": "renew_safety",
    "安": "renew_safety",
    "refuse": "refuse",
    "退": "refuse",
    "release": "release",
    "撤": "release",
    "note": "note",
    "注": "note",
    "close": "close",
    "结": "close",
    "on": "on_duty",
    "上": "on_duty",
    "off": "off_duty",
    "下": "off_duty",
    "rest": "rest",
    "休": "rest",
}
NEEDS_INCIDENT = frozenset({"dispatch", "note", "close"})


@dataclass(frozen=True, slots=True)
class Command:
    """What was typed, taken apart. `incident` may be the last digits of its number."""

    verb: str
    incident: str = ""
    units: tuple[str, ...] = ()
    words: str = ""


def parse(line: str) -> Command:
    """Take a command line apart. Raises Refusal with the shape it should have."""
    first, *rest = line.strip().lstrip("/").split() or [""]
    verb = WORDS.get(first.casefold())
    if verb is None:
        known = " ".join(w for w in WORDS if w.isascii())
        raise Refusal(
            Text(f"没有命令“{first}”。可用：{known}", f"No command “{first}”. There are: {known}")
        )
    if verb in NEEDS_INCIDENT:
        return _of_incident(verb, first, rest)
    if not rest:
        raise Refusal(Text(f"请写明警力：{first} P07", f"Name the unit: {first} P07"))
    return Command(verb, units=(rest[0].upper(),), words=" ".join(rest[1:]))


def _of_incident(verb: str, first: str, rest: list[str]) -> Command:
    shape = {"dispatch": "23 P07 P08", "note": "23 …", "close": "23"}[verb]
    short = 1 if verb == "close" else 2
    if len(rest) < short:
        raise Refusal(Text(f"请这样写：{first} {shape}", f"Write it so: {first} {shape}"))
    if verb == "dispatch":
        return Command(verb, rest[0], tuple(u.upper() for u in rest[1:]))
    return Command(verb, rest[0], words=" ".join(rest[1:]))
