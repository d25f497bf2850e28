"""Households on the map, a square at a time."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import signed_in
from watchroom.kernel.vector_tiles import MEDIA, Tile, encode

from ..queries.tiles import on_tile


@require_GET
@signed_in
def tile(request: HttpRequest, actor: Actor, z: int, x: int, y: int) -> HttpResponse:
    """One square: the reader's own beats. Whose it is not gets what an empty square gets."""
    square = Tile(z, x, y, shifted="shifted" in request.GET)
    if not square.exists:
        raise NotFound
    response = HttpResponse(encode(square, on_tile(actor, square)), content_type=MEDIA)
    response["Cache-Control"] = "private, max-age=60"
    return response
