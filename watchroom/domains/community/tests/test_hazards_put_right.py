"""A hazard is graded by rules, sent to who must put it right, and verified by another person."""

import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.core import mail

from tests.people import County
from watchroom.base.clock import held_at, now
from watchroom.base.refusal import Refusal
from watchroom.domains.community import actions, rules
from watchroom.domains.community.actions.telling import NotTold, tell
from watchroom.domains.community.models import Notice
from watchroom.domains.community.tests.samples import DATA, hazard, organ
from watchroom.kernel import access, sweep
from watchroom.kernel.models import Deadline, Entry, Involvement
from watchroom.kernel.reactions import react

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "facts", "grade"),
    [
        ("fire", [], rules.COMMON),
        ("fire", ["exit"], rules.LARGER),
        ("road", ["exit"], rules.COMMON),
        ("fire", ["sleeping"], rules.MAJOR),
        ("gas", ["life"], rules.MAJOR),
        ("crowd", ["exit", "many"], rules.MAJOR),
        ("water", ["children"], rules.LARGER),
        ("other", ["again"], rules.LARGER),
        ("water", ["children", "again"], rules.MAJOR),
        ("gas", ["life", "again"], rules.MAJOR),
    ],
)
def test_the_grade_follows_from_what_was_seen(kind: str, facts: list[str], grade: int) -> None:
    graded = rules.grade(kind, facts)
    assert graded.grade == grade
    assert graded.because


def test_the_rules_that_graded_it_are_kept_and_set_its_clocks(county: County) -> None:
    matter = hazard(county, ("grade",))
    row = matter.community_hazard
    row.refresh_from_db()
    assert (row.grade, matter.priority) == (rules.LARGER, rules.LARGER)
    assert row.because == [["疏散通道、消防车通道堵塞", "Exit or fire lane is blocked"]]
    running = Deadline.objects.filter(matter=matter, state="running")
    assert set(running.values_list("clock", "rule")) == {
        ("send", "community.hazard.send.G2"),
        ("bureau", "community.hazard.bureau.G2"),
    }


def test_it_is_over_when_another_person_has_looked(county: County) -> None:
    matter = hazard(county, ("grade", "send", "answer", "put_right"))
    with pytest.raises(Refusal):
        actions.perform(county.act("community"), matter.pk, "verify")
    again = actions.perform(county.chief, matter.pk, "not_right", reason="杂物仍在")
    assert again.state == "graded"
    for step in ("send", "put_right"):
        actions.perform(county.act("community"), matter.pk, step, data=DATA[step])
    assert actions.perform(county.chief, matter.pk, "verify").closed_at is not None
    assert Notice.objects.filter(hazard=matter.pk).count() == 2


def test_an_answer_stands_with_the_notice_and_not_in_the_trail(county: County) -> None:
    matter = hazard(county, ("grade", "send", "answer"))
    notice = Notice.objects.get(hazard=matter.pk)
    assert notice.answer == DATA["answer"]["words"]
    entry = Entry.objects.get(event="community.hazard.answer")
    assert DATA["answer"]["words"] not in json.dumps(entry.data, ensure_ascii=False)


def test_silence_climbs_the_ladder(county: County) -> None:
    matter = hazard(county, ("grade", "send"))
    with held_at(now() + timedelta(days=16)):
        sweep.raise_overdue()
        climb("community.hazard.overdue")
        assert leaders(matter.pk) == {"chief"}
    with held_at(now() + timedelta(days=21)):
        sweep.raise_overdue()
        climb("community.hazard.overdue")
        assert leaders(matter.pk) == {"chief", "leader"}


def climb(event: str) -> None:
    for entry in Entry.objects.filter(event=event):
        react(domain="community", job="hazard_overdue", entry_id=entry.pk)


def leaders(matter_id: int) -> set[str]:
    rows = Involvement.objects.filter(matter=matter_id, role="leader", until=None)
    return set(rows.values_list("staff__username", flat=True))


class Organ(BaseHTTPRequestHandler):
    """An organ's own system, for a moment."""

    status = 200
    heard: list[dict[str, object]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).heard.append(json.loads(body))
        self.send_response(type(self).status)
        self.end_headers()

    def log_message(self, *_told: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def listening(settings: Any) -> Iterator[str]:
    """Where the organ's system answers."""
    settings.WATCHROOM_OUTWARD_NETWORKS = ["127.0.0.0/8"]
    Organ.heard, Organ.status = [], 200
    server = HTTPServer(("127.0.0.1", 0), Organ)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hazards"
    server.shutdown()
    server.server_close()


def sent_by(county: County, channel: str, address: str) -> Notice:
    one = organ()
    one.channel, one.address = channel, address
    one.save()
    return Notice.objects.get(hazard=hazard(county, ("grade", "send")).pk)


def test_an_organ_is_told_by_its_webhook_once(county: County, listening: str) -> None:
    notice = sent_by(county, "webhook", listening)
    tell(notice.pk)
    tell(notice.pk)
    assert [told["title"] for told in Organ.heard] == ["楼道堆满杂物"]
    notice.refresh_from_db()
    assert notice.told_at is not None
    assert Entry.objects.filter(event="community.hazard.told").count() == 1


def test_what_did_not_arrive_is_said_once_and_tried_again(county: County, listening: str) -> None:
    notice = sent_by(county, "webhook", listening)
    Organ.status = 503
    for _ in range(2):
        with pytest.raises(NotTold):
            tell(notice.pk)
    notice.refresh_from_db()
    assert (notice.told_at, notice.trouble) == (None, "HTTP 503")
    assert Entry.objects.filter(event="community.hazard.not_told").count() == 1
    Organ.status = 204
    tell(notice.pk)
    notice.refresh_from_db()
    assert notice.told_at is not None
    assert notice.trouble == ""


def test_an_organ_is_told_by_mail_where_mail_is_set_up(county: County, settings: Any) -> None:
    notice = sent_by(county, "email", "fire@example.org")
    settings.EMAIL_HOST = ""
    with pytest.raises(NotTold):
        tell(notice.pk)
    settings.EMAIL_HOST = "mail.example.org"
    tell(notice.pk)
    assert mail.outbox[0].to == ["fire@example.org"]
    assert "楼道堆满杂物" in mail.outbox[0].body


def test_the_neighbour_and_the_stranger_see_no_hazard(county: County) -> None:
    matter = hazard(county)
    for name in ("community", "chief"):
        assert access.sees(county.act(name), matter), name
    for name in ("westerner", "officer", "colleague_elsewhere", "stranger"):
        assert not access.sees(county.act(name), matter), name
        with pytest.raises(access.NotFound):
            actions.perform(county.act(name), matter.pk, "grade", data=DATA["grade"])
