"""What was typed on a page, read into values; a wrong value is a sentence, never a guess."""

import json
import re
from datetime import date, time
from typing import Any

from django.http import QueryDict

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel.access import Actor

from .. import queries


def number(given: QueryDict, name: str, title: Text, kind: type[Any] = int) -> Any:
    """A number, or None where nothing was typed."""
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        return kind(text)
    except ValueError as error:
        raise Refusal(Text("“{t}”应为数字", "“{t}” should be a number").format(t=title)) from error


def needed(given: QueryDict, name: str, title: Text, kind: type[Any] = int) -> Any:
    """A number that must be there."""
    value = number(given, name, title, kind)
    if value is None:
        raise Refusal(Text("请填写“{t}”", "Fill in “{t}”").format(t=title))
    return value


def day(given: QueryDict, name: str, title: Text) -> date:
    """A date as a date field sends it."""
    try:
        return date.fromisoformat(given.get(name, ""))
    except ValueError as error:
        raise Refusal(Text("“{t}”应为日期", "“{t}” should be a date").format(t=title)) from error


def clock(given: QueryDict, name: str, title: Text) -> time:
    """A time of day as a time field sends it; 24:00 is midnight."""
    text = given.get(name, "")
    try:
        return time.fromisoformat("00:00" if text == "24:00" else text)
    except ValueError as error:
        raise Refusal(
            Text("“{t}”应为时刻，如 07:30", "“{t}” should be a time such as 07:30").format(t=title)
        ) from error


def days(given: QueryDict) -> tuple[int, ...]:
    """Ticked days of the week."""
    return tuple(int(one) for one in given.getlist("days") if one in tuple("1234567"))


def outline(given: QueryDict) -> dict[str, Any] | None:
    """A polygon drawn on the map or typed as GeoJSON; None where nothing was."""
    text = given.get("outline", "").strip()
    if not text:
        return None
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise Refusal(
            Text("巡区边界不是 GeoJSON", "The outline of the zone is not GeoJSON")
        ) from error
    return found


def people(actor: Actor, text: str) -> tuple[int, ...]:
    """Ids of people named by badge, sign-in name or name, separated by spaces or commas."""
    words = [word for word in re.split(r"[\s,，、;；]+", text) if word]
    return tuple(dict.fromkeys(_person(actor, word) for word in words))


def _person(actor: Actor, word: str) -> int:
    known = queries.people(actor)
    exact = list(known.filter(badge=word)[:1]) or list(known.filter(username=word)[:1])
    found = exact or list(known.filter(name=word)[:2])
    if len(found) == 1:
        return found[0].pk
    if found:
        raise Refusal(
            Text(
                f"叫“{word}”的不止一人，请写警号",
                f"There is more than one “{word}”: give the badge number",
            )
        )
    raise Refusal(
        Text(
            f"您可安排的人里没有“{word}”",
            f"There is no “{word}” among the people you can plan for",
        )
    )
