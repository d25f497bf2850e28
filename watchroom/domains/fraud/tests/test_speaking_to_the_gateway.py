"""SMPP on a real socket: what is submitted, what comes back, and what nobody can know."""

from collections.abc import Iterator

import pytest

from watchroom.base.refusal import Refusal
from watchroom.domains.fraud.gateways import sms
from watchroom.domains.fraud.gateways.sms import Accepted, Outgoing, Receipt, Rejected, Unsure

from .smsc import Centre

LONG = "【反诈中心】您可能正在遭遇冒充客服诈骗，请立即停止转账，不要透露验证码，" * 3
QUIET = 0.2


@pytest.fixture
def centre() -> Iterator[Centre]:
    one = Centre()
    one.start()
    yield one
    one.stop()


def said(centre: Centre, *messages: Outgoing) -> list[sms.Event]:
    return list(sms.session(sms.Address.read(centre.address), messages, QUIET))


def test_a_chinese_message_arrives_whole_and_its_receipts_come_back(centre: Centre) -> None:
    events = said(centre, Outgoing(7, "13800138000", LONG))
    assert "".join(one.words for one in centre.heard) == LONG
    assert len(centre.heard) == 2
    assert {one.phone for one in centre.heard} == {"13800138000"}
    assert all(one.wants_receipt and one.validity == sms.VALID for one in centre.heard)
    ids = [e.gateway_id for e in events if isinstance(e, Accepted)]
    assert [e for e in events if isinstance(e, Receipt)] == [
        Receipt(one, "delivered", "DELIVRD") for one in ids
    ]
    assert centre.acknowledged == 2


@pytest.mark.parametrize(
    ("stat", "became"), [("UNDELIV", "failed"), ("EXPIRED", "failed"), ("UNKNOWN", "unknown")]
)
def test_what_did_not_arrive_is_said(centre: Centre, stat: str, became: str) -> None:
    centre.outcome = lambda _: stat
    events = said(centre, Outgoing(1, "13800138000", "请回电"))
    assert events[-1] == Receipt(centre.heard[0].gateway_id, became, stat)


def test_a_message_that_is_still_on_its_way_has_no_receipt(centre: Centre) -> None:
    centre.outcome = lambda _: "ENROUTE"
    assert not [
        e for e in said(centre, Outgoing(1, "13800138000", "请回电")) if isinstance(e, Receipt)
    ]


def test_a_refusal_says_whether_to_try_again(centre: Centre) -> None:
    centre.answers = [0x58, 0x0B, 0]
    events = said(centre, *(Outgoing(n, "13800138000", "请回电") for n in (1, 2, 3)))
    told = [e for e in events if isinstance(e, Rejected)]
    assert told == [Rejected(1, 0x58, later=True), Rejected(2, 0x0B, later=False)]
    assert [e.reference for e in events if isinstance(e, Accepted)] == [3]


def test_a_line_that_breaks_before_the_answer_leaves_it_unsure(centre: Centre) -> None:
    centre.answers = ["hang up"]
    events = said(centre, *(Outgoing(n, "13800138000", "请回电") for n in (1, 2)))
    assert events == [sms.Sending(1, 1), Unsure(1)]


def test_a_receipt_that_was_not_kept_comes_again(centre: Centre) -> None:
    address = sms.Address.read(centre.address)
    for event in sms.session(address, [Outgoing(1, "13800138000", "请回电")], QUIET):
        if isinstance(event, Receipt):
            break  # whoever listens dies here
    assert centre.acknowledged == 0
    assert said(centre) == [Receipt(centre.heard[0].gateway_id, "delivered", "DELIVRD")]
    assert said(centre) == []


def test_a_wrong_password_and_a_closed_door_submit_nothing(centre: Centre) -> None:
    wrong = sms.Address("127.0.0.1", centre.port, "watchroom", "wrong", "1")
    nobody = sms.Address("127.0.0.1", 1, "watchroom", "secret", "1")
    for address in (wrong, nobody):
        with pytest.raises(sms.Unreached):
            list(sms.session(address, [Outgoing(1, "13800138000", "x")], QUIET))
    assert centre.heard == []


def test_no_number_and_no_word_of_a_message_is_logged(
    centre: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    said(centre, Outgoing(1, "13800138000", "secret words"))
    lines = caplog.text.lower()
    for private in ("13800138000", "secret words", b"13800138000".hex(), b"secret words".hex()):
        assert private not in lines


@pytest.mark.parametrize("address", ["http://a", "smpp://a:1", "smpp://?from=1", "10.0.0.1:2775"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(Refusal):
        sms.Address.read(address)
