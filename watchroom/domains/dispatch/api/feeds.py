"""GeoJSON feeds (RFC 7946): what a map of anybody's can draw. WGS-84, longitude first."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import Router

from watchroom.kernel.access import require
from watchroom.kernel.machines import actor_of

from .. import queries
from ..exchange import geojson

router = Router()


def _answer(collection: dict[str, Any]) -> JsonResponse:
    return JsonResponse(collection, content_type="application/geo+json")


@router.get("/units.geojson", summary="Units on duty, as GeoJSON")
def units(request: HttpRequest) -> JsonResponse:
    """Points with code, kind, status and whether the position is stale."""
    return _answer(queries.units_geojson(actor_of(request)))


@router.get("/incidents.geojson", summary="Open incidents, as GeoJSON")
def incidents(request: HttpRequest) -> JsonResponse:
    """Points with number, state, priority and title in both languages; no personal data."""
    return _answer(queries.incidents_geojson(actor_of(request)))


@router.get("/posts.geojson", summary="Duty posts, as GeoJSON")
def posts(request: HttpRequest) -> JsonResponse:
    """Where people stand."""
    require(actor_of(request), "unit.view")
    return _answer(geojson.collection(queries.posts()))


@router.get("/coverage.geojson", summary="Who is reached in 1, 3 and 5 minutes, as GeoJSON")
def coverage(request: HttpRequest) -> JsonResponse:
    """One feature for each time: the area some free unit reaches now, by road, with closures, and
    the share of the calls expected in this hour that lies in it.

    The area is the streets reached, in cells of about 300 m. Without a road network it is empty;
    the share is null where no calls have been counted yet.
    """
    actor = actor_of(request)
    require(actor, "unit.view")
    return _answer(queries.coverage_features(actor))


@router.get("/closures.geojson", summary="Closed roads, as GeoJSON")
def closures(request: HttpRequest) -> JsonResponse:
    """As drawn."""
    actor = actor_of(request)
    require(actor, "unit.view")
    return _answer(queries.closures_geojson(actor))
