"""Pages and API for a WSGI server: `watchroom serve`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "watchroom.site.settings")
application = get_wsgi_application()
