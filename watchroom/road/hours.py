"""When a rule holds: the hours of the week in a condition of OpenStreetMap.

"no_left_turn @ (Mo-Fr 07:00-09:00,16:00-18:00)" speaks of days and times. The part of the language
that road signs use is read; holidays, months and sunset are not, and a rule that needs them is
reported as not understood. Source: OpenStreetMap wiki, "Conditional restrictions" and
"Key:opening_hours".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SLOTS = 168
"""Hours of a week; slot 0 is Monday 00:00 to 01:00."""
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
ALWAYS = frozenset(range(SLOTS))
HOLIDAYS = re.compile(r"(PH|SH)\b.*")
RULE = re.compile(
    r"(?P<days>(?:Mo|Tu|We|Th|Fr|Sa|Su)[A-Za-z,\s-]*)?(?P<times>\d{1,2}:\d{2}[\d:,\s-]*)?"
)
TIMES = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
VALUE = re.compile(r"\s*([\w-]+)\s*@\s*(?:\(([^()]*)\)|([^();]+))\s*(?:;|$)")


def conditional(tag: str) -> list[tuple[str, frozenset[int] | None]]:
    """(value, hours of the week it holds in; None if not understood) of each part of a tag."""
    parts = [(str(m[1]), slots(m[2] or m[3])) for m in VALUE.finditer(tag)]
    nothing_read: list[tuple[str, frozenset[int] | None]] = [(tag.partition("@")[0].strip(), None)]
    return parts or nothing_read


def slots(condition: str) -> frozenset[int] | None:
    """The hours of the week that a condition touches, even in part; None if not understood.

    An hour that is barred for its last ten minutes counts as barred: nobody is sent into it.
    """
    rules = [rule.strip() for rule in condition.split(";")]
    named = [rule for rule in rules if rule and not HOLIDAYS.fullmatch(rule)]
    read = [_rule(rule) for rule in named]
    known = [found for found in read if found is not None]
    return frozenset().union(*known) if known and len(known) == len(read) else None


def _rule(rule: str) -> frozenset[int] | None:
    if rule == "24/7":
        return ALWAYS
    match = RULE.fullmatch(rule)
    if not rule or match is None:
        return None
    days = _days(match["days"]) if match["days"] else list(range(7))
    hours = list(_hours(match["times"])) if match["times"] else list(range(24))
    if days is None or not hours:
        return None
    return frozenset((24 * day + hour) % SLOTS for day in days for hour in hours)


def _days(text: str) -> list[int] | None:
    found: list[int] = []
    for part in re.sub(r"\s", "", text).split(","):
        ends = part.split("-")
        if any(day not in DAYS for day in ends) or len(ends) > 2:
            return None
        begin, end = DAYS.index(ends[0]), DAYS.index(ends[-1])
        found += [(begin + i) % 7 for i in range((end - begin) % 7 + 1)]
    return found


def _hours(text: str) -> Iterator[int]:
    """Hours counted from the midnight before; past 24 on the next day. Nothing if not all read."""
    spans = re.sub(r"\s", "", text).rstrip(",").split(",")
    read = [TIMES.fullmatch(span) for span in spans]
    for match in read if all(read) else []:
        if match is None:
            continue
        begin, end = (60 * int(match[i]) + int(match[i + 1]) for i in (1, 3))
        end += 24 * 60 if end <= begin else 0
        yield from range(begin // 60, -(-end // 60))
