"""The live stream alone, for an ASGI server: `watchroom live`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "watchroom.site.settings")
django.setup()

from watchroom.desk.live.app import app as application  # noqa: E402 - models need Django first

__all__ = ["application"]
