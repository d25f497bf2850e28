"""Pages and API for a WSGI server: `watchroom serve`."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "watchroom.site.settings")
application = get_wsgi_application()
# Every page's module is loaded now: the first reader does not wait, a broken one stops the start.
_ = get_resolver().url_patterns
