"""Two mediators of the same quarrels, one of them in the hills without a network for three days.

`benchmarks/phone_days.py` runs it with 200 acts each.
"""

import json
import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PASSWORD, Town
from tests.browser.test_disputes import fits
from tests.browser.test_phone import PHONE
from tests.browser.waiting import PATIENCE, acts_kept, all_sent, answer_all, kept, until
from watchroom.base.clock import now
from watchroom.domains.disputes import actions
from watchroom.domains.disputes.models import Session
from watchroom.domains.disputes.tests.samples import registered
from watchroom.kernel.models import Document, Entry, Matter

pytestmark = pytest.mark.browser
ACTS = int(os.environ.get("WATCHROOM_PHONE_ACTS", "4"))
"""Acts of each of the two."""
MATTERS = max(2, ACTS // 10)
AWAY = timedelta(days=3)
STEP = "disputes.dispute.{}".format


def quarrels(town: Town) -> list[Matter]:
    """Disputes that both mediate already."""
    officers = [town.county.staff[name] for name in ("community", "chief")]
    for one in officers:
        one.set_password(PASSWORD)
        one.save()
    return [_mediated(town, number, [str(one.pk) for one in officers]) for number in range(MATTERS)]


def _mediated(town: Town, number: int, officers: list[str]) -> Matter:
    matter = registered(town.county, title=f"第{number + 1}起漏水纠纷")
    actions.perform(town.county.chief, matter.pk, "assign", data={"officers": officers})
    before = now() - AWAY - timedelta(hours=1)
    said = {"summary": "首次见面"}
    actions.perform(town.county.chief, matter.pk, "hold_session", data=said, occurred_at=before)
    return matter


def unfolded(page: Page, place: str, act: str) -> Locator:
    """The form of an act, somewhere on the page, opened."""
    wanted = f"form[data-phone-act={act}]"
    folded = page.locator(f"#{place} details", has=page.locator(wanted))
    folded.locator("summary").tap()
    return folded.locator(wanted)


def session(page: Page, matter: Matter, words: str) -> None:
    """One sitting, written down on the matter's card."""
    form = unfolded(page, f"card-{matter.pk}", "记录调解")
    form.locator("textarea").fill(words)
    form.get_by_role("button", name="记录调解").tap()
    expect(form).to_be_hidden()  # noted: it folds itself up again


def new_quarrel(page: Page, place: str) -> None:
    """A quarrel heard of on the way."""
    form = unfolded(page, "main", "登记纠纷")
    form.locator("select[name=type]").select_option("02")
    form.locator("input[name=place]").fill(place)
    form.get_by_role("button", name="登记纠纷").tap()
    expect(form).to_be_hidden()


def break_off(page: Page, matter: Matter) -> None:
    """No agreement: what the other wrote down meanwhile can be no session any more."""
    form = unfolded(page, f"card-{matter.pk}", "未达成协议")
    form.locator("input[name=reason]").fill("双方各执一词")
    form.get_by_role("button", name="未达成协议").tap()
    expect(form).to_be_hidden()


def pressed(start: datetime) -> Iterator[tuple[int, datetime]]:
    """The number of each act, and when it is pressed."""
    return ((n, start + AWAY * n / (ACTS + 1)) for n in range(ACTS))


def days_away(page: Page, matters: list[Matter], start: datetime) -> None:
    """Three days in the hills: sessions on all of them in turn, every fourth act a new quarrel."""
    for number, at in pressed(start):
        page.clock.set_system_time(at)
        if number % 4 == 3:
            new_quarrel(page, f"山路{number}号")
        else:
            session(page, matters[number % MATTERS], f"上山第{number}次")
        until(page, partial(noted, page, number + 1))


def days_here(page: Page, matters: list[Matter]) -> None:
    """The other goes on with the same ones meanwhile, and gives the first one up."""
    for number in range(ACTS - 1):
        session(page, matters[number % MATTERS], f"所里第{number}次")
    break_off(page, matters[0])
    until(page, partial(noted, page, ACTS))


def noted(page: Page, many: int) -> bool:
    """Whether so many acts lie on the phone."""
    return acts_kept(page) == many


def arrived(name: str) -> list[Entry]:
    """What came from this person's phone, by when it happened; files of an act aside."""
    rows = Entry.objects.filter(actor__username=name, act_id__isnull=False)
    return list(rows.exclude(event__endswith="document_added").order_by("occurred_at", "id"))


def test_two_mediators_of_the_same_quarrels_one_of_them_away_for_three_days(
    town: Town, axe: Callable[[Page], list[str]]
) -> None:
    matters = quarrels(town)
    away = town.screen("community", "/phone/", **PHONE)
    here = town.screen("chief", "/phone/", **PHONE)
    for page in (away, here):
        kept(page)
        page.context.set_offline(True)
    start = now() - AWAY
    days_away(away, matters, start)
    days_here(here, matters)
    here.context.set_offline(False)
    until(here, lambda: all_sent(here), patience=ACTS + PATIENCE)
    away.clock.set_system_time(now())
    away.context.set_offline(False)
    expect(away.locator(".phone-choice").first).to_be_visible()
    assert (axe(away), fits(away)) == ([], True)
    away.close()  # the phone dies in the middle of it, before anything is decided
    away = town.contexts[0].new_page()
    away.goto(f"{town.running.url}/phone/")
    conflicts = answer_all(away)
    hills, station = arrived("community"), arrived("chief")
    assert (len(hills), len({e.act_id for e in hills})) == (ACTS, ACTS)
    assert (len(station), len({e.act_id for e in station})) == (ACTS, ACTS)
    for (_number, at), entry in zip(pressed(start), hills, strict=True):
        assert abs(entry.occurred_at - at) < timedelta(minutes=1)
        assert entry.entered_at - entry.occurred_at > timedelta(minutes=10)
    for matter in matters:
        mine = [e.pk for e in hills if e.matter_id == matter.pk]
        assert mine == sorted(mine), "they arrived in the order they happened"
    for number in range(ACTS):
        nothing_lost(matters, number)
    overtaken = [n for n in range(ACTS) if n % 4 != 3 and n % MATTERS == 0]
    notes = [e for e in hills if e.event == STEP("note")]
    assert len(notes) == len(overtaken)
    touched = {n % MATTERS for n in range(ACTS) if n % 4 != 3}
    assert conflicts == len(touched - {0}) + len(overtaken)
    _tell(conflicts, len(notes), len(hills) + len(station))


def nothing_lost(matters: list[Matter], number: int) -> None:
    """Each thing that was written down lies where it belongs, once."""
    if number % 4 == 3:
        assert Matter.objects.filter(place=f"山路{number}号").count() == 1
        return
    matter = matters[number % MATTERS]
    held = Session.objects.filter(dispute=matter.pk, summary=f"上山第{number}次").count()
    assert held == (0 if matter == matters[0] else 1)


def _tell(conflicts: int, notes: int, entries: int) -> None:
    """For the command that runs this large."""
    if path := os.environ.get("WATCHROOM_PHONE_REPORT"):
        documents = Document.objects.filter(matter__kind="disputes.dispute").count()
        assert documents == notes  # what was said in confidence lies beside its note
        said = {"acts": ACTS, "matters": MATTERS, "conflicts": conflicts, "notes": notes,
                "entries": entries, "lost": 0, "doubled": 0}  # fmt: skip
        Path(path).write_text(json.dumps(said))
