"""Where the pages of the fraud centre are."""

from django.urls import path

from .pages import desk, measures, papers, restitution

app_name = "fraud"
urlpatterns = [
    path("", desk.show, name="desk"),
    path("queue/", desk.queue, name="queue"),
    path("visits/", desk.visits, name="visits"),
    path("visits.geojson", desk.visits_map, name="visits-map"),
    path("measures/", measures.show, name="measures"),
    path("measures/new/", measures.ask, name="ask-measure"),
    path("measures/<str:number>/notice/", papers.notice, name="notice"),
    path("measures/<str:number>/return/", restitution.propose, name="propose-return"),
    path("returns/<str:number>/notice/", papers.public_notice, name="public-notice"),
]
