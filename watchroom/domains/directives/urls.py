"""Where the pages of directives are."""

from django.urls import path

from . import pages

app_name = "directives"
urlpatterns = [
    path("", pages.show, name="list"),
    path("new/", pages.issue, name="issue"),
    path("bulletin/", pages.weekly, name="bulletin"),
    path("order/<int:order_id>/<str:step>/", pages.act, name="act"),
]
