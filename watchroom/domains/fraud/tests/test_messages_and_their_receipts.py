"""A message of a case: written once, sent over a real socket, its receipts entered."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.people import County, county
from watchroom.base.clock import now
from watchroom.base.ids import uuid7
from watchroom.domains.fraud.actions import messages, perform
from watchroom.domains.fraud.gateways import sms
from watchroom.domains.fraud.models.messages import Message, MessagePart
from watchroom.kernel.models import Entry, Matter

from .samples import live
from .smsc import Centre

__all__ = ["county"]
pytestmark = pytest.mark.django_db
QUIET = 0.2


@pytest.fixture
def centre(settings) -> Iterator[Centre]:  # type: ignore[no-untyped-def]
    one = Centre()
    one.start()
    settings.WATCHROOM_SMS = one.address
    yield one
    one.stop()


def messaged(county: County, **data: Any) -> tuple[Matter, Entry]:
    """A case whose person is sent a message."""
    matter = live(county, ("sign",))
    said = {"template": "rebate", **data}
    perform(county.dispatcher, matter.pk, "message", data=said, act_id=uuid7())
    entry = Entry.objects.get(matter=matter, event="fraud.case.message")
    messages.message_asked(entry)
    return matter, entry


def told(matter: Matter) -> list[str]:
    rows = Entry.objects.filter(matter=matter, event__startswith="fraud.case.message_")
    return [row.event.rpartition("_")[2] for row in rows.order_by("id")]


def test_a_message_is_sent_once_and_its_delivery_is_entered(
    county: County, centre: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    matter, entry = messaged(county)
    messages.message_asked(entry)
    messages.exchange(QUIET)
    messages.exchange(QUIET)
    row = Message.objects.get()
    assert "".join(one.words for one in centre.heard) == row.text
    assert "刷单返利" in row.text
    assert (row.state, told(matter)) == ("delivered", ["sent", "delivered"])
    for entry in Entry.objects.filter(matter=matter):
        assert row.phone not in str(entry.data)
        assert row.text not in str(entry.data)
    assert row.phone not in caplog.text


def test_somebody_who_reads_english_is_written_to_in_english(
    county: County, centre: Centre
) -> None:
    matter = live(county, ("sign",))
    asked = Entry(
        pk=2**40,
        matter=matter,
        event="fraud.case.message",
        data={"template": "rebate", "lang": "en"},
    )
    messages.message_asked(asked)
    messages.exchange(QUIET)
    assert "Stop transferring money" in "".join(one.words for one in centre.heard)


def test_without_a_gateway_it_is_said_that_nothing_was_sent(county: County, settings) -> None:  # type: ignore[no-untyped-def]
    settings.WATCHROOM_SMS = ""
    matter, _ = messaged(county)
    assert (Message.objects.get().error, told(matter)) == ("no-gateway", ["failed"])


def test_a_gateway_that_is_busy_is_tried_again_and_not_for_ever(
    county: County, centre: Centre
) -> None:
    matter, _ = messaged(county)
    centre.answers = [0x58] * 20
    for _ in range(8):
        messages.exchange(QUIET)
    row = Message.objects.get()
    assert (row.state, row.attempts, told(matter)) == ("failed", 5, ["failed"])


def test_a_line_that_breaks_leaves_it_unknown_and_sends_nothing_twice(
    county: County, centre: Centre
) -> None:
    matter, _ = messaged(county)
    centre.answers = ["hang up"]
    for _ in range(3):
        messages.exchange(QUIET)
    assert (Message.objects.get().state, told(matter)) == ("unknown", ["unknown"])
    assert len(centre.heard) == 1


def test_a_session_that_died_leaves_it_unknown(county: County, centre: Centre) -> None:
    matter, _ = messaged(county)
    Message.objects.update(state="sending")
    messages.exchange(QUIET)
    assert (Message.objects.get().error, told(matter), centre.heard) == (
        "interrupted", ["unknown"], []
    )  # fmt: skip


def test_a_receipt_may_come_long_after_everybody_gave_up(county: County, centre: Centre) -> None:
    centre.outcome = lambda _: None
    matter, _ = messaged(county)
    messages.exchange(QUIET)
    assert told(matter) == ["sent"]
    Message.objects.update(sent_at=now() - timedelta(hours=2))
    messages.exchange(QUIET)
    assert told(matter) == ["sent", "unknown"]
    for part in MessagePart.objects.all():
        messages._enter(sms.Receipt(part.gateway_id, "delivered", "DELIVRD"))
    assert told(matter) == ["sent", "unknown", "delivered"]


def test_one_part_that_fails_fails_the_message(county: County, centre: Centre) -> None:
    seen = SimpleNamespace(count=0)

    def outcome(_told: object) -> str:
        seen.count += 1
        return "UNDELIV" if seen.count == 2 else "DELIVRD"

    centre.outcome = outcome
    matter, _ = messaged(county)
    Message.objects.update(text="请立即停止转账。" * 20)
    messages.exchange(QUIET)
    assert (Message.objects.get().state, told(matter)) == ("failed", ["sent", "failed"])


def test_a_gateway_that_is_gone_is_tried_until_it_is_too_late(county: County, settings) -> None:  # type: ignore[no-untyped-def]
    settings.WATCHROOM_SMS = "smpp://watchroom:secret@127.0.0.1:1?from=10690110"
    matter, _ = messaged(county)
    messages.exchange(QUIET)
    assert (Message.objects.get().state, told(matter)) == ("waiting", [])
    Message.objects.update(made_at=now() - timedelta(hours=1))
    messages.exchange(QUIET)
    assert (Message.objects.get().error, told(matter)) == ("too-late", ["failed"])
