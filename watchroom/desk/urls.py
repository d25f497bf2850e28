"""The shell's own pages: every module of `pages` says its own `urlpatterns`."""

from importlib import import_module
from pkgutil import iter_modules

from django.urls import URLPattern, URLResolver

from . import pages

urlpatterns: list[URLPattern | URLResolver] = [
    pattern
    for module in sorted(found.name for found in iter_modules(pages.__path__))
    for pattern in getattr(import_module(f"{pages.__name__}.{module}"), "urlpatterns", [])
]
