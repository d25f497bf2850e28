"""What a domain's phone page serves beside itself: what keeps it without a network."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET


@require_GET
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the folder it looks after: put it into `urls` as `…/sw.js`."""
    found = finders.find("desk/built/phone-sw.js")
    if not isinstance(found, str):
        return HttpResponse("not built", status=404, content_type="text/plain")
    return HttpResponse(Path(found).read_bytes(), content_type="text/javascript")
