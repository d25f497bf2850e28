"""Whether somebody is at the post."""

from dataclasses import dataclass
from typing import Any

from shapely.geometry import shape

from watchroom.base.geometry import contains, distance_m
from watchroom.base.text import Text

FAR_M = 100.0
"""A position is believed to this accuracy (metres): a vaguer one could be anywhere."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where somebody says they are: degrees (WGS-84) and how exact it is, in metres."""

    lon: float
    lat: float
    accuracy_m: float | None = None


def why_not_here(
    arrival: Arrival, lon: float, lat: float, radius_m: float, outline: dict[str, Any] | None
) -> tuple[float, Text | None]:
    """(metres from the post, why this is not at the post or None).

    A patrol zone's post is anywhere inside its outline. Accuracy never widens the radius.
    """
    metres = distance_m(arrival.lon, arrival.lat, lon, lat)
    if arrival.accuracy_m is not None and arrival.accuracy_m > FAR_M:
        return metres, Text(
            f"定位误差 {arrival.accuracy_m:.0f} 米，太大。请到空旷处再试，或扫岗位二维码",
            f"The position is only good to {arrival.accuracy_m:.0f} m. Try again in the open, "
            "or scan the post's QR code",
        )
    if outline and contains(shape(outline), arrival.lon, arrival.lat):
        return metres, None
    if not outline and metres <= radius_m:
        return metres, None
    if outline:
        return metres, Text(
            "您还不在巡区内。到了再签到，或请值班领导代签",
            "You are not in the patrol zone yet. Check in when you are, or ask your duty leader",
        )
    return metres, Text(
        f"您距岗位 {metres:.0f} 米，须在 {radius_m:.0f} 米以内。到岗再签到，或扫岗位二维码",
        f"You are {metres:.0f} m from the post; {radius_m:.0f} m is the limit. Check in when you "
        "are there, or scan the post's QR code",
    )
