"""Decisions about lost property, as plain functions of plain facts."""

from datetime import datetime

from watchroom.base.clock import local_date
from watchroom.base.text import Text


def why_not_forfeit(year_ends: datetime | None, moment: datetime) -> Text | None:
    """Why a thing does not belong to the State yet; None where it does (Civil Code 318)."""
    if year_ends is None:
        return Text("还没有发布招领公告", "It has not been announced yet")
    if moment < year_ends:
        day = local_date(year_ends).isoformat()
        return Text(
            f"招领公告要到 {day} 才满一年",
            f"The year of the notice is over only on {day}",
        )
    return None
