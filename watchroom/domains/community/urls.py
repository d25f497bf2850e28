"""Where the pages of community policing are."""

from django.urls import path

from . import pages

app_name = "community"
urlpatterns = [
    path("", pages.home, name="home"),
    path("beats/<str:code>/", pages.beat, name="beat"),
    path("beats/<str:code>/outline.geojson", pages.outline, name="outline"),
    path("tiles/<int:z>/<int:x>/<int:y>.mvt", pages.tile, name="tile"),
    path("beats/<str:code>/evening/", pages.evening, name="evening"),
    path("beats/<str:code>/card/", pages.card, name="card"),
    path("beats/<str:code>/qr.svg", pages.qr, name="qr"),
    path("households/<int:household_id>/", pages.household, name="household"),
    path("visits/<int:matter_id>/need/", pages.need, name="need"),
    path("hazards/", pages.hazards, name="hazards"),
    path("hazards/new/", pages.new_hazard, name="new-hazard"),
    path("notices/<int:notice_id>/", pages.notice, name="notice"),
    path("meetings/new/", pages.new_meeting, name="new-meeting"),
    path("who/<str:code>/", pages.who, name="who"),
]
