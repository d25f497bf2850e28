"""Where the pages of the fraud centre are."""

from django.urls import path

from .pages import banks, desk, figures, measures, papers, restitution, rule_sets, sources

app_name = "fraud"
urlpatterns = [
    path("", desk.show, name="desk"),
    path("queue/", desk.queue, name="queue"),
    path("figures/", figures.show, name="figures"),
    path("rules/", rule_sets.show, name="rules"),
    path("rules/draft/", rule_sets.draft, name="rules-draft"),
    path("rules/<str:version>/", rule_sets.one, name="rules-one"),
    path("rules/<str:version>/<slug:act>/", rule_sets.act, name="rules-act"),
    path("sources/", sources.show, name="sources"),
    path("rejects/", sources.rejects, name="rejects"),
    path("rejects/<int:reject_id>/", sources.one, name="reject"),
    path("rejects/<int:reject_id>/<slug:act>/", sources.act, name="reject-act"),
    path("visits/", desk.visits, name="visits"),
    path("visits.geojson", desk.visits_map, name="visits-map"),
    path("banks/", banks.show, name="banks"),
    path("banks/<str:code>/token/", banks.token, name="bank-token"),
    path("measures/", measures.show, name="measures"),
    path("measures/new/", measures.ask, name="ask-measure"),
    path("measures/<str:number>/notice/", papers.notice, name="notice"),
    path("measures/<str:number>/return/", restitution.propose, name="propose-return"),
    path("returns/<str:number>/notice/", papers.public_notice, name="public-notice"),
]
