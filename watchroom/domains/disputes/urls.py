"""Where the pages of disputes are."""

from django.urls import path

from . import pages

app_name = "disputes"
urlpatterns = [
    path("", pages.show, name="list"),
    path("new/", pages.register, name="register"),
    path("near/", pages.near, name="near"),
    path("types/", pages.types, name="types"),
    path("<int:dispute_id>/party/", pages.add_party, name="add-party"),
    path("<int:dispute_id>/party/<int:party_id>/remove/", pages.remove_party, name="remove-party"),
    path("<int:dispute_id>/repeat/", pages.say_repeat, name="say-repeat"),
    path("<int:dispute_id>/repeats/", pages.repeats, name="repeats"),
    path("<int:dispute_id>/agreement/", pages.agreement, name="agreement"),
    path("<int:dispute_id>/sign/", pages.sign, name="sign"),
]
