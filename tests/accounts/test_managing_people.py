"""An administrator adds people, gives posts, helps somebody back in, and cannot make a king."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.kernel import people, totp
from watchroom.kernel.access import NotFound, actor_of
from watchroom.kernel.models import Entry, Post, Role, Staff

from .conftest import PASSWORD


def role(*permissions: str) -> Role:
    key = "+".join(permissions)
    fields = {"title": key, "title_en": key, "permissions": list(permissions)}
    return Role.objects.get_or_create(key=key, defaults=fields)[0]


def said(answer) -> str:
    """A page without its form tokens, which differ from one page to the next."""
    return re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", answer.text)


def test_somebody_new_signs_in_with_a_temporary_password_and_must_change_it(
    admin: Staff, places: SimpleNamespace, signed_in, client: Client
):
    form = {"name": "李四", "username": "lisi", "badge": "0042", "agency": places.east.pk}
    page = signed_in(admin).post("/people/new/", form).text
    temporary = page.split("<code>")[1].split("</code>")[0]
    client.post("/sign-in/", {"username": "lisi", "password": temporary})
    assert client.get("/people/")["Location"] == "/me/password/"
    new = "a lantern in the third boat"
    client.post("/me/password/", {"old": temporary, "new": new, "again": new})
    assert client.get("/people/").status_code == 403  # let in, without a post
    assert [e.event for e in Entry.objects.filter(actor=admin).order_by("id")] == [
        "staff.added",
        "staff.password_reset",
    ]
    assert temporary not in str(list(Entry.objects.values_list("data", flat=True)))


def test_an_administrator_sees_their_own_people_only(
    wang: Staff, admin: Staff, stranger: Staff, signed_in
):
    page = signed_in(admin).get("/people/").text
    assert "wang某" in page and "stranger某" not in page
    assert signed_in(admin).get(f"/people/{wang.pk}/").status_code == 200
    other = signed_in(stranger)
    assert "wang某" not in other.get("/people/?q=wang").text
    assert other.get(f"/people/{wang.pk}/").status_code == 404
    assert other.get("/people/999999/").status_code == 404
    assert said(other.get(f"/people/{wang.pk}/")) == said(other.get("/people/999999/"))
    assert signed_in(wang).get("/people/").status_code == 403
    assert signed_in(wang).get(f"/people/{wang.pk}/").status_code == 403


@pytest.mark.parametrize(
    "what", [*people.ACTS, "reset-password", "give-post", "end-post", "change"]
)
def test_a_stranger_changes_nobody(
    what: str, wang: Staff, stranger: Staff, admin: Staff, signed_in
):
    west, hers = signed_in(stranger), signed_in(wang)
    before = (Staff.objects.filter(pk=wang.pk).values().get(), Entry.objects.count())
    post = {"role": Role.objects.first().pk, "agency": stranger.agency_id, "name": "x", "post": 1}
    assert west.post(f"/people/{wang.pk}/{what}/", post).status_code == 404
    assert hers.post(f"/people/{admin.pk}/{what}/", post).status_code == 403
    assert (Staff.objects.filter(pk=wang.pk).values().get(), Entry.objects.count()) == before


def test_nobody_gives_a_permission_they_do_not_hold(admin: Staff, wang: Staff, places):
    me = actor_of(admin)
    with pytest.raises(Refusal) as refusal:
        people.give_post(me, wang.pk, role("note.add", "trail.view"), places.east)
    assert refusal.value.code == "forbidden"
    assert "trail.view" in refusal.value.say("en")
    people.give_post(me, wang.pk, role("note.add"), places.east)


def test_nobody_gives_a_post_above_or_beside_their_own_place(admin: Staff, wang: Staff, places):
    for where in (places.city, places.west):
        with pytest.raises(Refusal):
            people.give_post(actor_of(admin), wang.pk, role("note.add"), where)
    assert wang.posts.count() == 1


def test_a_right_limited_to_need_is_not_passed_on_without_the_limit(person, wang: Staff, places):
    limited = person("limited", places.east, "staff.manage", "trail.view:needed")
    people.give_post(actor_of(limited), wang.pk, role("trail.view:needed"), places.east)
    with pytest.raises(Refusal):
        people.give_post(actor_of(limited), wang.pk, role("trail.view"), places.east)


def test_nobody_gives_themselves_anything(admin: Staff, places):
    for act in (people.deactivate, people.reset_password, people.reset_second_factor):
        with pytest.raises(Refusal):
            act(actor_of(admin), admin.pk)
    with pytest.raises(Refusal):
        people.give_post(actor_of(admin), admin.pk, role("note.add"), places.east)


def test_nobody_takes_over_the_account_of_somebody_who_holds_more(admin: Staff, person, places):
    chief = person("chief", places.east, "trail.view")
    deputy = person("deputy", places.east, "note.add")
    Post.objects.create(staff=deputy, role=Role.objects.get(key="role-admin"), agency=places.city)
    for boss in (chief, deputy):
        for act in (people.reset_password, people.reset_second_factor):
            with pytest.raises(Refusal) as refusal:
                act(actor_of(admin), boss.pk)
            assert refusal.value.code == "forbidden"
        boss.refresh_from_db()
        assert boss.check_password(PASSWORD)


def test_a_post_counts_from_its_day_to_its_day(admin: Staff, wang: Staff, places):
    me, job = actor_of(admin), role("unit.view")
    wang.posts.all().delete()
    tomorrow = now() + timedelta(days=1)
    post = people.give_post(me, wang.pk, job, places.east, starts=tomorrow)
    assert not actor_of(wang).holds("unit.view")
    people.give_post(me, wang.pk, job, places.east)
    assert actor_of(wang).holds("unit.view")
    people.end_post(me, wang.pk, post.pk)
    assert not actor_of(wang).holds("unit.view")
    assert wang.posts.count() == 1


def test_closing_an_account_signs_out_at_once_and_can_be_undone(
    admin: Staff, wang: Staff, signed_in
):
    theirs, mine = signed_in(wang), signed_in(admin)
    mine.post(f"/people/{wang.pk}/deactivate/")
    assert theirs.get("/me/password/").status_code == 302
    assert Client().post("/sign-in/", {"username": "wang", "password": PASSWORD}).status_code == 422
    mine.post(f"/people/{wang.pk}/activate/")
    assert Client().post("/sign-in/", {"username": "wang", "password": PASSWORD}).status_code == 302


def test_unlocking_lets_somebody_in_before_the_lock_ends(
    admin: Staff, wang: Staff, signed_in, client: Client
):
    for _ in range(5):
        client.post("/sign-in/", {"username": "wang", "password": "wrong wrong wrong"})
    assert "解锁" in signed_in(admin).get(f"/people/{wang.pk}/").text
    signed_in(admin).post(f"/people/{wang.pk}/unlock/")
    assert client.post("/sign-in/", {"username": "wang", "password": PASSWORD}).status_code == 302


def test_a_lost_phone_is_forgotten(admin: Staff, wang: Staff):
    secret = totp.fresh_secret()
    totp.enrol(wang, secret, totp.pyotp.TOTP(secret).at(now()))
    people.reset_second_factor(actor_of(admin), wang.pk)
    wang.refresh_from_db()
    assert wang.totp_secret == ""


def test_a_form_with_a_taken_name_says_so_and_keeps_what_was_typed(
    admin: Staff, wang: Staff, places, signed_in
):
    form = {"name": "王五", "username": "WANG", "agency": places.east.pk}
    page = signed_in(admin).post("/people/new/", form)
    assert page.status_code == 422
    assert "已被使用" in page.text and 'value="王五"' in page.text


def test_dates_are_read_and_bad_ones_explained(admin: Staff, wang: Staff, places, signed_in):
    job, mine = role("note.add"), signed_in(admin)
    form = {"role": job.pk, "agency": places.east.pk, "starts": "2026-02-30"}
    assert mine.post(f"/people/{wang.pk}/give-post/", form).status_code == 422
    form |= {"starts": "2026-01-01", "ends": "2099-12-31"}
    assert mine.post(f"/people/{wang.pk}/give-post/", form).status_code == 302
    page = mine.get(f"/people/{wang.pk}/").text
    assert "2026-01-01" in page and "2099-12-31" in page


def test_somebody_else_s_person_is_not_found_by_number(stranger: Staff, wang: Staff):
    with pytest.raises(NotFound):
        people.find(actor_of(stranger), wang.pk)
