"""What was typed on a page: read into values, and answered. A wrong value is a sentence."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from watchroom.base.clock import SHANGHAI, now
from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from .acts import ToldWhy
from .models import Matter

LONGEST = 18
"""Digits of the longest whole number that a column can hold whatever they are."""


def whole(text: str | None) -> int | None:
    """A whole number not below zero, or None."""
    fits = text and text.isascii() and text.isdigit() and len(text) <= LONGEST
    return int(text) if text and fits else None


def wholes(texts: Iterable[str]) -> list[int]:
    """Those that are whole numbers: ids that were ticked."""
    return [n for text in texts if (n := whole(text)) is not None]


def number(text: str | None, least: float, most: float) -> float | None:
    """A number within bounds, or None where nothing was typed."""
    if text is None or not text.strip():
        return None
    try:
        value = float(text)
    except ValueError as error:
        raise Refusal(Text(f"“{text}”不是数字", f"“{text}” is not a number")) from error
    if not least <= value <= most:
        raise Refusal(Text(f"{text} 超出范围", f"{text} is out of range"))
    return value


def moment(text: str) -> datetime | None:
    """An ISO moment; without a zone it is what the clock on the wall here showed."""
    if not text.strip():
        return None
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise Refusal(
            Text(f"看不懂时间“{text}”，请写 2026-07-01 21:30", f"“{text}” is not a time")
        ) from error
    return read if read.tzinfo else read.replace(tzinfo=SHANGHAI)


def day(text: str | None) -> date | None:
    """A day of the calendar (2026-07-01), or None."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def past(text: str) -> datetime | None:
    """A moment that has been; a clock that runs ahead is held at now."""
    read = moment(text)
    return None if read is None else min(read, now())


def act_id(given: Mapping[str, str], name: str = "act_id") -> UUID | None:
    """The id under which an act is done once, however often it arrives."""
    said = given.get(name, "")
    try:
        return UUID(said) if said else None
    except ValueError as error:
        raise Refusal(Text("页面已过期，请刷新", "The page is out of date: reload it")) from error


def told(given: Mapping[str, str]) -> ToldWhy:
    """What comes with every act: what the person saw, why, when it happened, its id."""
    return {
        "version": whole(given.get("version")),
        "reason": given.get("reason", "").strip(),
        "occurred_at": past(given.get("occurred_at", "")),
        "act_id": act_id(given),
    }


def form_page(
    request: HttpRequest,
    template: str,
    values: Mapping[str, Any],
    act: Callable[[QueryDict], Matter],
) -> HttpResponse:
    """The page of a form. What is sent is acted on and leads to the matter's page; a refusal
    shows its sentence beside what was typed."""
    sent = request.POST
    shown = {"typed": sent, "act_id": sent.get("act_id") or uuid7(), **values}
    if request.method != "POST":
        return render(request, template, shown)
    try:
        matter = act(sent)
    except Refusal as refusal:
        return render(request, template, shown | {"refusal": refusal.text}, status=422)
    return redirect("matter", matter.number)
