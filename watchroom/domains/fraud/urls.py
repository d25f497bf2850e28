"""Where the pages of the fraud centre are."""

from django.urls import path

from .pages import desk

app_name = "fraud"
urlpatterns = [
    path("", desk.show, name="desk"),
    path("queue/", desk.queue, name="queue"),
    path("visits/", desk.visits, name="visits"),
    path("visits.geojson", desk.visits_map, name="visits-map"),
]
