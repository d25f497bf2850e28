"""A call whose class is the sign of disputes leaves one behind; a list of types says which."""

import pytest
from django.test import Client

from tests.people import MIDDLE, County
from watchroom.base.refusal import Conflict, Refusal
from watchroom.domains.disputes import actions, jobs, queries, rules
from watchroom.domains.disputes.models import Dispute, DisputeType
from watchroom.domains.disputes.tests.samples import registered
from watchroom.kernel.access import system
from watchroom.kernel.models import Entry, Involvement, Link, Matter
from watchroom.kernel.registry import registry

pytestmark = pytest.mark.django_db
LIST = ["version,code,zh,en,calls,organ", "T1,01,打架引起的纠纷,After a fight,0201,"]


def closed_call(county: County, disposition: str = "mediated", code: str = "0201") -> Entry:
    """A fight in the eastern beat, dealt with by telephone's desk alone, and closed."""
    perform = registry.domains["dispatch"].perform
    report = registry.domains["dispatch"].part("actions", "report_call")
    lon, lat = MIDDLE[0] + 0.05, MIDDLE[1]
    incident = report(
        county.operator, words="打架", lon=lon, lat=lat, place="解放路3号", class_code=code
    )
    for step in ("resolve", "close"):
        perform(county.leader, incident.pk, step, data={"disposition": disposition})
    return Entry.objects.get(matter=incident, event="dispatch.incident.close")


def test_a_closed_call_of_such_a_class_leaves_a_dispute_once(county: County) -> None:
    actions.import_types(system(), LIST)
    entry = closed_call(county)
    for _ in range(2):
        jobs.call_closed(entry)
    dispute = Dispute.objects.select_related("matter").get()
    assert (dispute.source, dispute.type.code, dispute.found_by_id) == (
        "call",
        "01",
        entry.matter_id,
    )
    assert dispute.matter.beat == county.beats["east"]
    assert dispute.matter.agency == county.east
    link = Link.objects.get(target=dispute.matter)
    assert (link.source_id, link.kind) == (entry.matter_id, "cause")
    assert queries.parties(dispute.pk) == [], "whoever calls is not thereby a party"
    assert ("disputes", "call_closed") in registry.reactions("dispatch.incident.close")


def test_a_second_call_from_there_is_graded_as_a_repeat(county: County) -> None:
    actions.import_types(system(), LIST)
    for _ in range(2):
        jobs.call_closed(closed_call(county))
    first, second = Dispute.objects.select_related("matter").order_by("pk")
    assert (first.factors, first.matter.priority) == ([], 3)
    assert (second.factors, second.matter.priority) == (["repeat"], 2)


@pytest.mark.parametrize(("disposition", "code"), [("false", "0201"), ("mediated", "0301")])
def test_false_calls_and_other_classes_leave_none(
    county: County, disposition: str, code: str
) -> None:
    actions.import_types(system(), LIST)
    jobs.call_closed(closed_call(county, disposition, code))
    assert not Dispute.objects.exists()


def test_without_a_list_nothing_is_registered_by_itself(county: County) -> None:
    jobs.call_closed(closed_call(county))
    assert not Dispute.objects.exists()


def test_silence_brings_in_who_leads_once(county: County) -> None:
    matter = registered(county)
    data = {"clock": "assign"}
    entry = Entry(matter=matter, event="disputes.dispute.overdue", data=data, pk=1)
    for _ in range(2):
        jobs.dispute_overdue(entry)
    said = Entry.objects.get(matter=matter, event="disputes.dispute.escalated")
    assert county.staff["chief"].pk in said.data["to"]
    assert Involvement.objects.filter(matter=matter, staff=county.staff["leader"]).exists()


# -- the list of types --------------------------------------------------------------------------


def test_the_list_that_comes_with_us_has_fifteen_types_and_more(county: County) -> None:
    done = actions.import_types(system(), actions.shipped_types())
    assert (done.accepted >= 15, done.rejected) == (True, [])
    with pytest.raises(Conflict, match="已导入"):
        actions.import_types(system(), actions.shipped_types())


def test_a_new_version_leaves_old_disputes_under_the_old_one(county: County) -> None:
    matter = registered(county)
    actions.import_types(system(), LIST)
    assert [one.code for one in queries.types()] == ["01"]
    assert queries.dispute_of(county.chief, matter.pk).type.zh == "邻里纠纷"
    with pytest.raises(Refusal, match="现行类型表"):
        actions.register(county.act("community"), "02")
    actions.put_in_force(system(), "2026.1")
    assert actions.register(county.act("community"), "02").state == "registered"


def test_bad_rows_are_left_out_and_said(county: County) -> None:
    lines = ["version,code,zh,en,calls,organ", "T2,1,甲,A,,", "T2,1,乙,B,,", "T2,2,,C,,"]
    done = actions.import_types(system(), [*lines, "T2,3,丁,D,,只有中文"])
    assert (done.accepted, [bad.line for bad in done.rejected]) == (1, [3, 4, 5])
    with pytest.raises(Refusal, match="一个版本"):
        actions.import_types(system(), [lines[0], "A,1,甲,A,,", "B,2,乙,B,,"])


def test_an_administrator_imports_it_on_a_page_and_nobody_else(county: County) -> None:
    admin, chief = Client(), Client()
    admin.force_login(county.staff["admin"])
    chief.force_login(county.staff["chief"])
    assert chief.get("/disputes/types/").status_code == 403
    assert "随系统提供" in admin.get("/disputes/types/").text
    assert "共 20 类" in admin.post("/disputes/types/").text
    assert admin.post("/disputes/types/").status_code == 422
    assert DisputeType.objects.count() == 20
    actions.import_types(system(), LIST)
    assert admin.post("/disputes/types/", {"version": "2026.1"}).status_code == 200
    assert len(queries.types()) == 20
    assert set(rules.SOURCES) == {"visit", "call", "grid", "court", "citizen"}
    assert not Matter.objects.filter(kind="disputes.dispute").exists()
