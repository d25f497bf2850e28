"""Signing on the screen."""

import json
from typing import Any
from uuid import UUID

from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from .by_name import perform


def sign(
    actor: Actor,
    matter_id: int,
    who: str,
    *,
    typed: str = "",
    strokes: Any = None,
    version: int | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Somebody signs on the screen: drawn (`strokes`, lists of [x, y]) or their name typed.

    `who` is "party-7" or "mediator-3".
    """
    data = {"who": who, "typed": typed, "strokes": json.dumps(strokes) if strokes else ""}
    return perform(actor, matter_id, "sign", data=data, version=version, act_id=act_id)
