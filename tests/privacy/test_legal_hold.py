"""What is under legal hold stays until another person lifts it, whatever the night erases."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.people import County, county
from watchroom.base.clock import held_at, now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.domains.requests.models import Request
from watchroom.domains.requests.tests.samples import live
from watchroom.kernel import documents, holds, retention
from watchroom.kernel.access import NotFound
from watchroom.kernel.models import Document, Entry, Hold, Matter

__all__ = ["county"]
pytestmark = pytest.mark.django_db
WHY = "检察机关要求保全证据"
DONE = ("take", "answer", "confirm")
LATER = timedelta(days=20 * 365)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def with_file(county: County, words: str = "门牌和住户") -> tuple[Matter, Document]:
    matter = live(county, DONE)
    return matter, documents.add(county.chief, matter.pk, "照片.txt", [words.encode()])


def night(later: timedelta = LATER) -> dict[str, int]:
    with held_at(now() + later):
        return {rule: many for rule, many in retention.erase_due().items() if many}


def test_nothing_of_a_held_matter_is_erased(county: County) -> None:
    (held, kept), (free, _) = with_file(county), with_file(county, "另一份")
    holds.put(county.chief, held.pk, WHY)
    done = night()
    assert done["requests.keep.asker"] == done["matter.keep.document"] == 1
    held.refresh_from_db()
    free.refresh_from_db()
    assert held.title != "—"
    assert (Request.objects.get(pk=held.pk).asker_name, free.title) == ("王小明", "—")
    assert Request.objects.get(pk=free.pk).asker_name == ""
    kept.refresh_from_db()
    assert kept.erased_at is None and documents.place(kept.sha256).exists()


def test_what_hangs_below_is_held_with_it(county: County) -> None:
    (held, _), (child, kept) = with_file(county), with_file(county, "另一份")
    Matter.objects.filter(pk=child.pk).update(parent=held)
    holds.put(county.chief, held.pk, WHY)
    assert night() == {}
    kept.refresh_from_db()
    assert kept.erased_at is None


def test_lifted_by_another_it_ends_like_everything_else(county: County) -> None:
    matter, _ = with_file(county)
    holds.put(county.chief, matter.pk, WHY)
    with pytest.raises(Refusal):
        holds.lift(county.chief, matter.pk, "不再需要保全")
    holds.lift(county.leader, matter.pk, "案件已经办结")
    assert night()["requests.keep.asker"] == 1
    told = Entry.objects.filter(
        matter=matter, event__in=("requests.request.held", "requests.request.hold_lifted")
    )
    assert [(e.event.rpartition(".")[2], e.reason) for e in told.order_by("id")] == [
        ("held", WHY), ("hold_lifted", "案件已经办结"),
    ]  # fmt: skip


def test_the_database_itself_refuses_the_same_person_and_keeps_the_file(county: County) -> None:
    matter, document = with_file(county)
    hold = holds.put(county.chief, matter.pk, WHY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(lifted_by=hold.set_by, lifted_at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(erased_at=now())


def test_once_and_with_a_reason_and_only_by_who_may(county: County) -> None:
    matter, _ = with_file(county)
    with pytest.raises(Refusal):
        holds.put(county.chief, matter.pk, " ")
    holds.put(county.chief, matter.pk, WHY)
    with pytest.raises(Conflict):
        holds.put(county.leader, matter.pk, WHY)
    with pytest.raises(NotFound):
        holds.lift(county.colleague_elsewhere, matter.pk, WHY)


def test_the_page_shows_it_and_offers_the_next_step_to_who_may(county: County) -> None:
    matter, _ = with_file(county)
    browser = Client()
    browser.force_login(county.staff["chief"])
    assert browser.post(f"/m/{matter.number}/hold/", {"reason": WHY}).status_code == 302
    page = browser.get(f"/m/{matter.number}/").text
    assert WHY in page and "解除保全…" not in page
    browser.force_login(county.staff["leader"])
    assert "解除保全…" in browser.get(f"/m/{matter.number}/").text
    short = browser.post(f"/m/{matter.number}/hold/", {"reason": ""})
    assert short.status_code == 422 and "请写明理由" in short.text
    assert browser.post(f"/m/{matter.number}/hold/", {"reason": "已无必要"}).status_code == 302
    assert holds.of(matter) is None


def test_a_file_stays_as_long_as_any_matter_keeps_it(county: County) -> None:
    (first, one), (second, two) = with_file(county, "同一份"), with_file(county, "同一份")
    assert one.sha256 == two.sha256
    holds.put(county.chief, second.pk, WHY)
    night()
    assert documents.place(one.sha256).exists()
    with pytest.raises(Refusal, match="保存期满"):
        documents.read(county.leader, one.pk)
    holds.lift(county.leader, second.pk, "案件已经办结")
    night()
    assert not documents.place(one.sha256).exists()
    assert Document.objects.filter(file_gone=True).count() == 2 and first.pk
