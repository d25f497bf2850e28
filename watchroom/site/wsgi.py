"""Pages and API for a WSGI server: `watchroom serve`."""

import gc
import os
import threading

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "watchroom.site.settings")
application = get_wsgi_application()
# Every page's module is loaded now: the first reader does not wait, a broken one stops the start.
_ = get_resolver().url_patterns


def _load_the_rest() -> None:
    """Roads, figures and paper bring libraries of a second each: after the first pages."""
    from watchroom.kernel.registry import registry
    from watchroom.kernel.roads import roads

    roads.view()
    for name in ("indicators", "cards"):
        list(registry.modules(name))
    # What is loaded for good need not be walked by each full collection: 180 ms of a page.
    gc.collect()
    gc.freeze()


_later = threading.Timer(2.0, _load_the_rest)
_later.daemon = True
_later.start()
