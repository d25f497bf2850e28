"""Where the screens of dispatch are."""

from django.urls import path

from .pages import alerts, assessment, board, commands, devices, intake, optimum, papers

app_name = "dispatch"
urlpatterns = [
    path("", board.show, name="board"),
    path("rows/", board.rows, name="rows"),
    path("figures/", board.coverage, name="figures"),
    path("map/units.geojson", board.geojson("unit_features"), name="map-units"),
    path("map/posts.geojson", board.geojson("post_features"), name="map-posts"),
    path("map/coverage.geojson", board.geojson("coverage_features"), name="map-coverage"),
    path("map/closures.geojson", board.geojson("closures_geojson"), name="map-closures"),
    path("command/", commands.run, name="command"),
    path("command/complete/", commands.complete, name="complete"),
    path("optimum/", optimum.show, name="optimum"),
    path("new/", intake.new, name="new"),
    path("new/advice/", intake.advice, name="advice"),
    path("afterwards/", intake.afterwards, name="afterwards"),
    path("alerts/", alerts.show, name="alerts"),
    path("alerts/areas.geojson", board.geojson("alerts_geojson"), name="alert-areas"),
    path("alerts/new/", alerts.draft, name="alert-new"),
    path("alerts/feed/<str:secret>/", alerts.feed, name="alert-feed"),
    path(
        "alerts/feed/<str:secret>/<str:identifier>.xml", alerts.feed_message, name="alert-message"
    ),
    path("alerts/<str:number>/revise/", alerts.revise, name="alert-revise"),
    path("alerts/<str:number>/<str:identifier>.xml", alerts.message, name="alert-told"),
    path("devices/", devices.show, name="devices"),
    path("devices/enrol/", devices.enrol, name="device-enrol"),
    path("devices/<int:device_id>/revoke/", devices.revoke, name="device-revoke"),
    path("cards/", papers.show, name="cards"),
    path("cards.pdf", papers.pdf, name="cards-pdf"),
    path(
        "assignments/<int:assignment_id>/<str:step>/",
        assessment.assignment_act,
        name="assignment-act",
    ),
    path("<str:number>/", assessment.show, name="incident"),
    path("<str:number>/routes.geojson", board.routes, name="routes"),
    path("<str:number>/do/<str:step>/", assessment.act, name="act"),
]
