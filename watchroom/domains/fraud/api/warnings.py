"""Warnings come in, one or many at a time."""

from typing import Any

from django.http import HttpRequest
from ninja import Body, Router, Schema
from pydantic import Field

from watchroom.kernel.machines import Given, actor_of

from .. import actions

router = Router()


class Sentence(Schema):
    """A sentence in both languages."""

    zh: str
    en: str


class BadOut(Schema):
    """A row that was refused and kept, and why."""

    source_id: str
    why: Sentence


class ReceiptOut(Schema):
    """accepted + repeated + refused is how many were sent."""

    accepted: int
    repeated: int
    refused: list[BadOut]


@router.post("/feeds/{str:feed}/warnings", response=ReceiptOut, summary="Send warnings")
def receive(request: HttpRequest, feed: str, warnings: list[dict[str, Any]] = Body(...)) -> Any:  # noqa: B008
    """A list of up to 20,000. Committed when this answers; sent again it changes nothing. A bad row
    is refused with a sentence and kept, the others go on. Fields: source_id, type, occurred_at
    (ISO 8601 with zone), phone or id_number; and name, address, lon, lat, age, sex (m, f), amount
    (yuan), score (0-100), minutes_on_call, transferred, screen_shared, words, agency (code),
    corrects (source_id of a warning this one replaces). Needs fraud.receive."""
    return actions.receive(actor_of(request), feed, warnings)


@router.post("/feeds/{str:feed}/warning", response=ReceiptOut, summary="Send one warning")
def receive_one(request: HttpRequest, feed: str, warning: dict[str, Any] = Body(...)) -> Any:  # noqa: B008
    """As above, for one. Committed when this answers, together with whoever called meanwhile."""
    return actions.receive_one(actor_of(request), feed, warning)


class TakenBackIn(Given):
    """Warnings that do not hold."""

    source_ids: list[str] = Field(max_length=20_000)
    reason: str = Field("", max_length=200)


@router.post("/feeds/{str:feed}/taken-back", response=dict[str, int], summary="Take warnings back")
def take_back(request: HttpRequest, feed: str, sent: TakenBackIn) -> dict[str, int]:
    """Also before they have come. A case nobody has signed ends with its last warning; one that
    somebody has in hand hears of it. Needs fraud.receive."""
    done = actions.take_back(actor_of(request), feed, sent.source_ids, reason=sent.reason)
    return {"taken_back": done}
