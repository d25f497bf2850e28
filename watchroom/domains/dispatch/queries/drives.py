"""The units' own finished drives: what the speeds of the streets are learned from, and no other."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F

from watchroom.kernel.learned_roads import Drive
from watchroom.kernel.models import Entry

MOST = 20_000


def drives(since: datetime) -> Iterator[Drive]:
    """Drives that set out since then and arrived, the newest first, `MOST` of them at most.

    Only those whose both times were told when they happened, from a position fresh at setting out.
    """
    assignment = "matter__dispatch_assignment"
    rows = (
        Entry.objects.filter(
            event="dispatch.assignment.set_out", occurred_at__gte=since, data__has_key="from"
        )
        .filter(**{f"{assignment}__not_recorded": [], f"{assignment}__arrived_at__isnull": False})
        .filter(matter__parent__lon__isnull=False)
        .annotate(
            out=F(f"{assignment}__set_out_at"),
            there=F(f"{assignment}__arrived_at"),
            lon=F("matter__parent__lon"),
            lat=F("matter__parent__lat"),
        )
        .order_by("-occurred_at")[:MOST]
    )
    for row in rows.values("data", "out", "there", "lon", "lat"):
        lon, lat = row["data"]["from"]
        seconds = (row["there"] - row["out"]).total_seconds()
        yield Drive((lon, lat), (row["lon"], row["lat"]), seconds, row["out"])
