"""Where the pages of requests are."""

from django.urls import path

from . import pages

app_name = "requests"
urlpatterns = [
    path("", pages.listed, name="list"),
    path("new/", pages.ask, name="ask"),
    path("knowledge/", pages.knowledge, name="knowledge"),
    path("knowledge/new/", pages.draft, name="draft"),
]
