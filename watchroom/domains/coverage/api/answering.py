"""What every endpoint of this interface does alike."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel.access import Actor

AHEAD = timedelta(minutes=2)
"""How far a caller's clock may be ahead of ours before we do not believe it."""


def actor_of(request: HttpRequest) -> Actor:
    """Who calls."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


def past(moment: datetime | None) -> datetime | None:
    """The moment, refused if it has not come yet."""
    if moment is not None and moment > now() + AHEAD:
        raise Refusal(
            Text(
                "发生时间还没有到：请检查时钟与时区",
                "This time has not come yet: check the clock and the time zone",
            ),
            code="not-yet",
        )
    return moment


def told(act: Any) -> dict[str, Any]:
    """version, occurred_at and act_id as the actions take them."""
    return {
        "version": act.version,
        "occurred_at": past(act.occurred_at),
        "act_id": act.act_id,
    }
