"""The city's map: one file of vector tiles in the data folder, read in ranges."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_safe

from watchroom.kernel.access import Actor
from watchroom.kernel.doors import signed_in

from ..tiles import range_response


@require_safe
@signed_in
def city(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The tiles; 404 where none were made, and the map then shows land and data only."""
    return range_response(Path(settings.DATA) / "map" / "city.pmtiles", request)


urlpatterns = [path("map/city.pmtiles", city, name="map-city")]
