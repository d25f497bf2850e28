"""Where the pages of the fraud centre are."""

from django.urls import path

from .pages import desk

app_name = "fraud"
urlpatterns = [
    path("", desk.show, name="desk"),
]
