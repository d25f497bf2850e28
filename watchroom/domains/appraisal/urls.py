"""Where the pages of appraisal are."""

from django.urls import path

from . import pages

app_name = "appraisal"
urlpatterns = [
    path("", pages.listed, name="list"),
    path("new/", pages.propose, name="propose"),
    path("<str:number>/change/", pages.change, name="change"),
    path("<str:number>/table/", pages.table, name="table"),
]
