"""Three days in a village without a network, while others go on with the same matters."""

import os
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Town
from tests.browser.test_board import call
from tests.browser.test_phone import PHONE, big
from tests.browser.waiting import acts_kept, answer_all, kept, meanwhile
from watchroom.base.clock import now
from watchroom.domains.dispatch import actions
from watchroom.domains.dispatch.models import Assignment
from watchroom.kernel.models import Entry, Matter

pytestmark = pytest.mark.browser
ACTS = int(os.environ.get("WATCHROOM_PHONE_ACTS", "4"))
"""Acts of each of the two; `benchmarks/README.md` asks for 200."""
AWAY = timedelta(days=3)


def both_sent(town: Town) -> tuple[Matter, dict[str, Assignment]]:
    """One call, two units."""
    matter = call(town)
    units = [town.county.units[code].pk for code in ("P01", "P02")]
    actions.dispatch(town.county.dispatcher, matter.pk, units)
    rows = Assignment.objects.filter(incident_id=matter.pk).select_related("unit")
    return matter, {row.unit.code: row for row in rows}


def tell(page: Page, words: str) -> None:
    """Feedback on the incident, typed in Chinese."""
    form = page.locator("form[data-phone-act^=反馈]")
    page.locator("details", has=form).locator("summary").tap()
    form.locator("textarea").fill(words)
    form.get_by_role("button", name="反馈").tap()
    expect(form).to_be_hidden()  # noted: it folds itself up again


def told(matter: Matter) -> list[Entry]:
    """Feedback as the trail has it, by when it happened."""
    rows = Entry.objects.filter(matter=matter, event="dispatch.incident.feedback")
    return list(rows.order_by("occurred_at", "id"))


def moments(start: datetime) -> Iterable[datetime]:
    """When the officer presses, over the three days."""
    return (start + AWAY * number / (ACTS + 4) for number in range(ACTS + 3))


def test_two_phones_on_the_same_matter_one_of_them_away_for_three_days(town: Town) -> None:
    incident, rows = both_sent(town)
    page = town.screen("officer", "/phone/", **PHONE)
    other = town.screen("colleague", "/phone/", **PHONE)
    kept(page)
    kept(other)
    page.context.set_offline(True)
    start = now() - AWAY
    for number, at in enumerate(moments(start)):
        page.clock.set_system_time(at)
        if number < 3:
            big(page, ("签收", "出发", "到场")[number])
        else:
            tell(page, f"第{number - 2}次走访，双方情绪稳定")
    expect(page.locator("[data-phone=queue]")).to_contain_text(str(ACTS + 3))
    for step in ("sign", "set_out"):  # the desk enters what it heard over the radio
        actions.perform(town.county.dispatcher, rows["P01"].pk, step)
    other.context.set_offline(True)
    for number in range(ACTS):
        tell(other, f"另一组第{number + 1}次反馈")
    other.context.set_offline(False)
    meanwhile(other, lambda: acts_kept(other) == 0)
    page.clock.set_system_time(now())
    page.context.set_offline(False)
    expect(page.locator(".phone-choice").first).to_be_visible()
    page.close()  # the phone dies before anything is decided
    page = town.contexts[0].new_page()
    page.goto(f"{town.running.url}/phone/")
    assert answer_all(page) == 2
    mine = [e for e in told(incident) if e.actor_name == "张巡逻"]
    theirs = [e for e in told(incident) if e.actor_name == "刘巡逻"]
    assert [e.data["words"] for e in mine] == [
        f"第{n + 1}次走访，双方情绪稳定" for n in range(ACTS)
    ]
    assert [e.data["words"] for e in theirs] == [f"另一组第{n + 1}次反馈" for n in range(ACTS)]
    pressed = list(moments(start))[3]
    assert abs(mine[0].occurred_at - pressed) < timedelta(minutes=1)
    assert mine[0].entered_at - pressed > timedelta(days=1)
    notes = Entry.objects.filter(matter=rows["P01"].pk, event="dispatch.assignment.note")
    assert len(notes) == 2
    arrived = Entry.objects.get(matter=rows["P01"].pk, event="dispatch.assignment.arrive")
    assert arrived.occurred_at < mine[0].occurred_at
    assert Matter.objects.get(pk=rows["P01"].pk).state == "arrived"
