"""Names and numbers are masked until the reader says what for; every reading leaves an entry."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import acts, personal
from watchroom.kernel.access import actor_of
from watchroom.kernel.flow import Flow, State, Step
from watchroom.kernel.models import Entry, Matter, Staff
from watchroom.kernel.registry import registry


def said(words: str) -> Text:
    return Text(words, words)


DUTY = Flow(
    kind="desk.request",
    prefix="Q",
    title=said("request"),
    states={
        "asked": State(said("asked")),
        "checked": State(said("checked")),
        "granted": State(said("granted"), final=True),
    },
    steps=(
        Step("ask", said("ask"), "desk.act", target="asked"),
        Step("check", said("check"), "desk.act", ("asked",), "checked"),
        Step("grant", said("grant"), "desk.act", ("checked",), "granted", other_person=True),
    ),
)
VALUES = {"caller": ("name", "张三丰"), "phone": ("phone", "13812345678")}


@pytest.fixture(autouse=True)
def a_kind_of_matter(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(registry.flows, DUTY.kind, DUTY)
    yield


@pytest.fixture
def reader(person, places: SimpleNamespace) -> Staff:
    return person("reader", places.east, "desk.act", "desk.view", "personal.read")


@pytest.fixture
def colleague(person, places: SimpleNamespace) -> Staff:
    """Sees the matter, may not read who is in it."""
    return person("colleague", places.east, "desk.act", "desk.view")


@pytest.fixture
def outsider(person, places: SimpleNamespace) -> Staff:
    return person("outsider", places.west, "desk.act", "desk.view", "personal.read")


@pytest.fixture
def matter(reader: Staff, places: SimpleNamespace) -> Matter:
    return acts.open_matter(
        actor_of(reader), DUTY.kind, title="A request", agency_id=places.east.pk
    )


def reads() -> list[dict[str, object]]:
    return [e.data for e in Entry.objects.filter(event="desk.request.personal_read")]


def test_without_a_purpose_values_are_masked_and_nothing_is_written(reader, matter):
    shown = personal.shown(actor_of(reader), {}, matter, VALUES)
    assert shown.values == {"caller": "张**", "phone": "138****5678"}
    assert (shown.masked, shown.may_ask) == (True, True)
    assert reads() == []
    with pytest.raises(Refusal) as refusal:
        personal.reveal(actor_of(reader), matter, VALUES)
    assert refusal.value.code == "purpose-needed"


def test_asked_once_then_clear_and_in_the_trail_once_a_session(
    reader: Staff, matter: Matter, signed_in, rf
):
    client = signed_in(reader)
    page = f"/matters/{matter.pk}/purpose/"
    assert "说明用途" in client.get(page).text
    answer = client.post(page, {"code": "contact", "words": "回访", "next": "/somewhere/"})
    assert (answer.status_code, answer["Location"]) == (302, "/somewhere/")
    session = client.session
    for _ in range(3):
        shown = personal.shown(actor_of(reader), session, matter, VALUES)
        assert shown.values == {"caller": "张三丰", "phone": "13812345678"}
    assert reads() == [{"fields": ["caller", "phone"], "purpose": "contact: 回访"}]
    other = acts.open_matter(
        actor_of(reader), DUTY.kind, title="Another", agency_id=matter.agency_id
    )
    assert personal.shown(actor_of(reader), session, other, VALUES).masked


def test_something_else_needs_words(reader: Staff, matter: Matter, signed_in):
    client = signed_in(reader)
    page = f"/matters/{matter.pk}/purpose/"
    assert client.post(page, {"code": "other", "words": ""}).status_code == 422
    assert client.post(page, {"code": "because"}).status_code == 422
    assert client.post(page, {"code": "other", "words": "领导批示查阅"}).status_code == 302


def test_a_dialog_for_htmx(reader: Staff, matter: Matter, signed_in):
    client, page = signed_in(reader), f"/matters/{matter.pk}/purpose/"
    assert client.get(page, headers={"HX-Request": "true"}).text.lstrip().startswith("<dialog")
    answer = client.post(page, {"code": "handling", "next": "/x/"}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/x/"


def test_who_may_not_read_is_not_asked(colleague: Staff, matter: Matter, signed_in):
    session = {"purposes": {str(matter.pk): "handling"}}
    shown = personal.shown(actor_of(colleague), session, matter, VALUES)
    assert (shown.masked, shown.may_ask) == (True, False)
    assert signed_in(colleague).get(f"/matters/{matter.pk}/purpose/").status_code == 403


def test_a_stranger_does_not_learn_that_the_matter_exists(outsider, matter: Matter, signed_in):
    client = signed_in(outsider)
    assert client.get(f"/matters/{matter.pk}/purpose/").status_code == 404
    assert client.get("/matters/999999/purpose/").status_code == 404
    session = {"purposes": {str(matter.pk): "handling"}}
    assert personal.shown(actor_of(outsider), session, matter, VALUES).masked


NOT_YET_MASKED = st.text(st.characters(exclude_characters="*"), min_size=1, max_size=40)


@given(NOT_YET_MASKED)
def test_a_mask_never_shows_the_whole(value: str):
    for kind in personal.MASKS:
        masked = personal.mask(kind, value)
        assert "*" in masked
        assert value not in masked


def test_masks_look_as_people_know_them():
    assert personal.mask("name", "张三") == "张*"
    assert personal.mask("id", "110101199001011234") == "1***************34"
    assert personal.mask("phone", "110") == "***"
    assert personal.mask("phone", None) == ""


def test_four_eyes_the_one_who_checked_cannot_grant(reader, colleague, matter: Matter):
    acts.take(actor_of(reader), matter.pk, "check")
    with pytest.raises(Refusal) as refusal:
        acts.take(actor_of(reader), matter.pk, "grant")
    assert "另一人" in refusal.value.say("zh")
    assert Matter.objects.get(pk=matter.pk).state == "checked"
    assert acts.take(actor_of(colleague), matter.pk, "grant").state == "granted"
