"""PostgreSQL keeps what was signed, whoever asks it otherwise; the paper shows it."""

import hashlib

import pypdfium2
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from tests.people import County
from watchroom.base.refusal import Refusal
from watchroom.domains.disputes import actions, paper, queries
from watchroom.domains.disputes.models import Agreement, DisputeType, Signature
from watchroom.domains.disputes.tests.samples import AGREED, MEDIATED, live, sign_all
from watchroom.kernel import documents
from watchroom.kernel.access import system

pytestmark = pytest.mark.django_db


def refused(sql: str, *values: object) -> None:
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        connection.cursor().execute(sql, values)


def test_no_word_no_signature_and_no_type_is_changed(county: County) -> None:
    matter = live(county, AGREED)
    text = queries.agreement(matter.pk)
    assert text is not None
    refused("UPDATE disputes_agreement SET text = text || '。' WHERE id = %s", text.pk)
    refused("UPDATE disputes_agreement SET in_force_at = now() WHERE id = %s", text.pk)
    refused("UPDATE disputes_agreement SET document_id = NULL WHERE id = %s", text.pk)
    refused("DELETE FROM disputes_signature WHERE agreement_id = %s", text.pk)
    refused("UPDATE disputes_signature SET typed = 'x' WHERE agreement_id = %s", text.pk)
    refused("DELETE FROM disputes_agreement WHERE id = %s", text.pk)
    refused("UPDATE disputes_disputetype SET zh = 'x'")
    assert not DisputeType.objects.filter(zh="x").exists()
    assert not Agreement.objects.filter(drafted_at__gt=F("in_force_at")).exists()


def test_nobody_signs_twice_or_for_somebody_else(county: County) -> None:
    matter = live(county, (*MEDIATED, "draft"))
    officer, text = county.act("community"), queries.agreement(matter.pk)
    assert text is not None
    (party, one), *_ = queries.signing(text)
    who = actions.name_of(party)
    for wrong in ({"typed": "王五"}, {"strokes": [[[1, 2]]]}, {}):
        with pytest.raises(Refusal):
            actions.sign(officer, matter.pk, who, **wrong)
    actions.sign(officer, matter.pk, who, typed=one.name)
    with pytest.raises(Refusal, match="已经签过字"):
        actions.sign(officer, matter.pk, who, typed=one.name)
    with pytest.raises(Refusal, match="由谁签字"):
        actions.sign(officer, matter.pk, "party-0", typed="x")
    assert Signature.objects.count() == 1


def test_a_text_drawn_up_again_is_signed_again(county: County) -> None:
    matter = live(county, (*MEDIATED, "draft"))
    officer = county.act("community")
    sign_all(officer, matter.pk)
    actions.perform(officer, matter.pk, "redraft", reason="金额写错")
    actions.perform(officer, matter.pk, "draft", data={"terms": "赔偿600元"})
    with pytest.raises(Refusal, match="还没有签字"):
        actions.perform(officer, matter.pk, "agree")
    assert Agreement.objects.filter(dispute=matter.pk).count() == 2


def test_the_file_is_what_its_hash_says_and_can_be_read(county: County) -> None:
    matter = live(county, AGREED)
    text = queries.agreement(matter.pk)
    assert text is not None
    assert text.document is not None
    _, place = documents.read(system(), text.document.pk)
    body = place.read_bytes()
    assert hashlib.sha256(body).hexdigest() == text.document.sha256
    page = pypdfium2.PdfDocument(body)[0].get_textpage().get_text_range()
    assert "800" in page
    drawn = paper.drawn(matter, text, queries.signatures(text))
    assert drawn.startswith(b"%PDF")


def test_the_text_names_what_the_law_asks_for(county: County) -> None:
    text = queries.agreement(live(county, (*MEDIATED, "draft")).pk)
    assert text is not None
    for part in ("申请人：张三丰", "对方当事人：李四光", "调解员：王调解", "赔偿800元", "司法确认"):
        assert part in text.text
