"""Where the pages of lost property are."""

from django.urls import path

from . import pages

app_name = "lost_property"
urlpatterns = [
    path("", pages.items, name="items"),
    path("new/", pages.hand_in, name="hand-in"),
]
