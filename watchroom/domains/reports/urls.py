"""Where the pages of work reports are."""

from django.urls import path

from . import pages

app_name = "reports"
urlpatterns = [
    path("", pages.show, name="list"),
    path("new/", pages.new, name="new"),
    path("<str:number>/", pages.read, name="read"),
    path("<str:number>/edit/", pages.edit, name="edit"),
    path("<str:number>/changed/", pages.changed, name="changed"),
    path("<str:number>/file.<str:form>", pages.file, name="file"),
]
