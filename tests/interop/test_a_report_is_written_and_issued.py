"""A bureau's report: the figures write it, a person edits it, another checks it, it goes out."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, transaction
from django.test import Client
from docx import Document
from pypdf import PdfReader

from tests.people import County, county
from watchroom.base.clock import held_at, local, now
from watchroom.base.refusal import Refusal
from watchroom.domains.directives import actions as directives
from watchroom.domains.reports import actions, queries
from watchroom.domains.reports.actions import Paragraph
from watchroom.domains.reports.models import Block, Edit, Number
from watchroom.domains.reports.papers import FORMS
from watchroom.domains.reports.queries import printed
from watchroom.domains.reports.rules import spans, tokens
from watchroom.domains.reports.tests.samples import drafted, live
from watchroom.kernel import access, indicators
from watchroom.kernel.access import NotFound
from watchroom.kernel.models import Entry, Matter

__all__ = ["county"]
pytestmark = pytest.mark.django_db
ISSUED = ("submit", "check", "issue")


def _directives(county: County, many: int, days_ago: int = 0) -> None:
    """Directives of the east station to its own county, so many days ago."""
    who = access.on_account_of(county.chief, "directives.dispatch")
    with held_at(now() - timedelta(days=days_ago)):
        for _ in range(many):
            directives.issue(who, "安全检查", [county.bureau.pk], words="反馈数量")


def _words(matter: Matter) -> str:
    parts = printed.printed(queries.Report.objects.get(pk=matter.pk)).parts
    said = (p if isinstance(p, str) else p.said for part in parts for p in part.pieces)
    return "".join(said)


def _paragraphs(matter: Matter, **changed: str) -> list[Paragraph]:
    rows = Block.objects.filter(report=matter.pk)
    return [Paragraph(b.pk, changed.get(b.key, b.words), dropped=b.dropped) for b in rows]


def _told(matter: Matter) -> Block:
    return Block.objects.get(report=matter.pk, key="directives:0")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_its_numbers_are_those_of_the_indicators(county: County, lang: str) -> None:
    _directives(county, 7)
    matter = drafted(county, lang=lang)
    said = _words(matter)
    assert ("下达指令7条" if lang == "zh" else "7 directives were issued") in said
    number = Number.objects.get(report=matter.pk, key="directives.directives|n")
    period = queries.period_of(queries.Report.objects.get(pk=matter.pk))
    one = indicators.all_indicators()[number.indicator]
    figure = indicators.figure(county.chief, one, period, agency=county.east)
    assert (number.value, number.said) == (figure.value, "7")
    assert re.fullmatch(r"F-[0-9A-Z]{6,12}", number.figure)
    assert Client().get("/search/", {"q": number.figure}).status_code == 302  # sign in first


def test_an_editor_moves_and_drops_numbers_but_cannot_type_over_them(county: County) -> None:
    _directives(county, 7)
    matter = drafted(county)
    block = _told(matter)
    number = tokens.token(tokens.numbers(block.words)[0])
    for broken in (block.words.replace(number, "⟦n999⟧"), block.words.replace(number, "⟦n1")):
        with pytest.raises(Refusal, match="cannot be typed over"):
            actions.edit(county.chief, matter.pk, _paragraphs(matter, **{block.key: broken}))
    moved = f"本月共有{number}条指令，比计划多3条。"
    actions.edit(county.chief, matter.pk, _paragraphs(matter, **{block.key: moved}))
    assert "本月共有7条指令，比计划多3条。" in _words(matter)
    (part,) = [
        p for p in printed.printed(queries.report_of(county.chief, matter.pk)).parts
        if p.block.pk == block.pk
    ]  # fmt: skip
    assert list(part.typed) == ["3"]  # what was typed by hand is told apart
    (edit,) = Edit.objects.filter(block=block)
    assert (edit.before, edit.after, edit.by_id) == (block.words, moved, county.chief.staff_id)
    with pytest.raises(Error, match="kept as it was made"), transaction.atomic():
        Edit.objects.filter(pk=edit.pk).update(after="")


def test_numbers_counted_again_keep_what_was_edited(county: County) -> None:
    _directives(county, 7)
    matter = drafted(county)
    block = _told(matter)
    token = tokens.token(tokens.numbers(block.words)[0])
    actions.edit(county.chief, matter.pk, _paragraphs(matter, **{block.key: f"共{token}条。"}))
    _directives(county, 2)
    actions.perform(county.chief, matter.pk, "recount")
    block.refresh_from_db()
    assert block.words == f"共{token}条。"
    assert block.recounted
    assert "共9条。" in _words(matter)


def test_who_edited_it_does_not_check_it(county: County) -> None:
    matter = drafted(county)
    actions.perform(county.chief, matter.pk, "submit")
    with pytest.raises(Refusal, match="another person"):
        actions.perform(county.chief, matter.pk, "check")
    actions.perform(county.leader, matter.pk, "send_back", reason="补充一段")
    sent = [*_paragraphs(matter), Paragraph(None, "另有专项部署。", chapter="directives")]
    actions.edit(county.leader, matter.pk, sent)
    actions.perform(county.chief, matter.pk, "submit")
    with pytest.raises(Refusal, match="You have edited"):
        actions.perform(county.leader, matter.pk, "check")


def test_what_is_issued_stays_and_says_what_changed_since(county: County) -> None:
    _directives(county, 7)
    matter = live(county, ISSUED)
    report = queries.report_of(county.chief, matter.pk)
    assert printed.changed_since(county.chief, report) == []
    before = _words(matter)
    _directives(county, 1)
    changed = printed.changed_since(county.chief, report)
    assert ("7", "8") in [(one.then, one.now) for one in changed]
    assert _words(matter) == before
    with pytest.raises(Refusal):
        actions.edit(county.chief, matter.pk, _paragraphs(matter))
    for rows in (Block.objects.filter(report=report), Number.objects.filter(report=report)):
        with pytest.raises(Error, match="is issued"), transaction.atomic():
            rows.update(**({"words": ""} if rows.model is Block else {"said": "9"}))


def test_a_new_one_takes_the_place_of_the_old(county: County) -> None:
    old = live(county, ISSUED)
    new = live(county, ISSUED, replaces=old.pk)
    old.refresh_from_db()
    assert (old.state, new.state) == ("replaced", "issued")
    browser = Client()
    browser.force_login(county.staff["chief"])
    assert new.number in browser.get(f"/reports/{old.number}/").text


def test_drafts_are_for_colleagues_and_issued_ones_for_the_stations_below(county: County) -> None:
    here = local(now())
    month = spans.months("month", here.year, here.month)
    draft = actions.draft(county.leader, county.bureau.pk, "month", month, chapters=("directives",))
    for who in (county.chief, county.stranger, county.colleague_elsewhere):
        with pytest.raises(NotFound):
            queries.report_of(who, draft.pk)
    actions.perform(county.leader, draft.pk, "submit")
    other = _somebody_else(county)
    for step in ("check", "issue"):
        actions.perform(other, draft.pk, step)
    assert queries.report_of(county.chief, draft.pk)  # a station of this county
    for who in (county.stranger, county.colleague_elsewhere):
        with pytest.raises(NotFound):
            queries.report_of(who, draft.pk)


def _somebody_else(county: County) -> Any:
    from watchroom.kernel.access import actor_of
    from watchroom.kernel.models import Post, Staff

    staff = Staff.objects.create_user("second", None, name="第二人", agency=county.bureau)
    Post.objects.create(staff=staff, role=county.roles["duty_leader"], agency=county.bureau)
    return actor_of(staff)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_numbers_read_back_from_the_files_are_those_of_the_indicators(
    county: County, lang: str
) -> None:
    """Golden: what the DOCX and the PDF print is what the indicators say, in both languages."""
    _directives(county, 7)
    matter = drafted(county, lang=lang)
    report = queries.report_of(county.chief, matter.pk)
    whole = printed.printed(report)
    made = {form: FORMS[form].made(whole, "http://desk/", []) for form in FORMS}
    pdf = PdfReader(io.BytesIO(made["pdf"]))
    read = {
        "docx": _docx_words(made["docx"]),
        "pdf": "".join(page.extract_text() for page in pdf.pages),
        "html": re.sub(r"<[^>]+>", "", made["html"].decode()),
    }
    known = indicators.all_indicators()
    period = queries.period_of(report)
    assert whole.sources
    for one in whole.sources:
        figure = indicators.figure(
            county.chief, known[one.number.indicator], period, agency=county.east
        )
        if one.number.reading == "n":
            assert one.number.said == f"{figure.count:,}"
        for form, text in read.items():
            assert one.number.figure in text, (form, one.number.figure)
            assert one.number.said in text, (form, one.number.said)
    sentence = "下达指令7条" if lang == "zh" else "7 directives were issued"
    for form, text in read.items():
        assert sentence.replace(" ", "") in re.sub(r"\s", "", text), form
    links = [a.get_object()["/A"]["/URI"] for p in pdf.pages for a in p.get("/Annots", [])]
    assert {f"http://desk/search/?q={one.number.figure}" for one in whole.sources} <= set(links)


def _docx_words(body: bytes) -> str:
    document = Document(io.BytesIO(body))
    return "".join(node.text or "" for node in document.element.iter() if node.tag.endswith("}t"))


def test_a_file_taken_out_is_written_down(county: County) -> None:
    matter = drafted(county)
    browser = Client()
    browser.force_login(county.staff["chief"])
    for form in FORMS:
        answer = browser.get(f"/reports/{matter.number}/file.{form}")
        assert answer.status_code == 200
        assert matter.number in answer["Content-Disposition"]
    assert browser.get(f"/reports/{matter.number}/file.exe").status_code == 404
    told = Entry.objects.filter(matter=matter, event="reports.report.exported")
    assert {entry.data["form"] for entry in told} == set(FORMS)


def test_every_page_of_it_opens_and_the_form_drafts(county: County) -> None:
    browser = Client()
    browser.force_login(county.staff["chief"])
    assert browser.get("/reports/").status_code == 200
    here = local(now())
    sent = {
        "agency": county.east.pk, "sort": "month", "month": f"{here:%Y-%m}", "lang": "zh",
        "chapters": ["directives"],
    }  # fmt: skip
    assert browser.get("/reports/new/").status_code == 200
    assert browser.post("/reports/new/", {**sent, "month": "x"}).status_code == 422
    assert browser.post("/reports/new/", sent).status_code == 302
    matter = Matter.objects.get(kind="reports.report")
    for page in ("", "edit/", "changed/"):
        assert browser.get(f"/reports/{matter.number}/{page}").status_code == 200
    words = {f"words-{b.pk}": b.words for b in Block.objects.filter(report=matter.pk)}
    order = [str(b.pk) for b in Block.objects.filter(report=matter.pk)][::-1]
    added = {"words-+directives": "另有专项部署。"}
    sent = {"block": [*order, "+directives"], "version": matter.version, **words, **added}
    assert browser.post(f"/reports/{matter.number}/edit/", sent).status_code == 302
    assert [str(b.pk) for b in Block.objects.filter(report=matter.pk)][:-1] == order
    assert "另有专项部署。" in browser.get(f"/reports/{matter.number}/").text
    assert browser.post(f"/reports/{matter.number}/edit/", sent).status_code == 422  # overtaken
