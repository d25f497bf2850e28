"""The city's map: one file of vector tiles in the data folder, read in ranges."""

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from watchroom.kernel.access import Actor
from watchroom.kernel.doors import signed_in

from ..tiles import serve_tiles


@require_GET
@signed_in
def city(request: HttpRequest, actor: Actor) -> HttpResponse | FileResponse:
    """The tiles; 404 where none were made, and the map then shows land and data only."""
    return serve_tiles(request, Path(settings.DATA) / "map" / "city.pmtiles")


urlpatterns = [path("map/city.pmtiles", city, name="map-city")]
