"""The beat's officer calls at a door; what is needed there begins at once."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.people import County
from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.domains.community import actions, queries
from watchroom.domains.community.actions import Call
from watchroom.domains.community.flow import HAZARD, VISIT
from watchroom.domains.community.tests.samples import household
from watchroom.kernel import access
from watchroom.kernel.access import NotFound
from watchroom.kernel.models import Deadline, Entry, Link, Matter, Staff
from watchroom.kernel.reactions import react
from watchroom.kernel.registry import registry

pytestmark = pytest.mark.django_db


def test_a_visit_is_one_act_and_one_entry(county: County) -> None:
    door, act_id = household(county), uuid4()
    officer = county.act("community")
    made = actions.record_visit(officer, door.pk, Call(service="identity", helped=1), act_id=act_id)
    again = actions.record_visit(officer, door.pk, Call(), act_id=act_id)
    assert again == made
    assert made.state == "made"
    assert made.closed_at is not None
    assert [e.event for e in Entry.objects.filter(matter=made)] == ["community.visit.record"]
    door.refresh_from_db()
    assert door.last_visit_at == made.occurred_at


def test_where_nobody_was_met_the_household_still_waits(county: County) -> None:
    door = household(county)
    officer = county.act("community")
    actions.plan_visit(officer, door.pk, purpose="asked", asked_by="grid")
    made = actions.record_visit(officer, door.pk, Call(result="not_met"))
    assert made.state == "not_met"
    door.refresh_from_db()
    assert door.last_visit_at is None
    assert queries.asked(door.beat) == [door]
    actions.record_visit(officer, door.pk, Call())
    assert queries.asked(door.beat) == []


def test_what_was_planned_is_what_is_recorded(county: County) -> None:
    door, officer = household(county), county.act("community")
    planned = actions.plan_visit(officer, door.pk, purpose="asked", asked_by="household")
    assert planned.due_at is not None
    with pytest.raises(Refusal):
        actions.plan_visit(officer, door.pk)
    assert actions.record_visit(officer, door.pk, Call(words="门锁已换")).pk == planned.pk
    planned.refresh_from_db()
    assert (planned.state, planned.words) == ("made", "门锁已换")
    assert Deadline.objects.get(matter=planned).state == "met"


def test_an_earlier_visit_entered_later_does_not_move_the_day_back(county: County) -> None:
    door, officer = household(county), county.act("community")
    today = actions.record_visit(officer, door.pk, Call())
    actions.record_visit(officer, door.pk, Call(at=now() - timedelta(days=3)))
    door.refresh_from_db()
    assert door.last_visit_at == today.occurred_at


def test_an_evening_is_entered_whole_or_not_at_all_and_once(county: County) -> None:
    officer, act_id = county.act("community"), uuid4()
    doors = [household(county, f"{n} 号") for n in range(20)]
    planned = actions.plan_visit(officer, doors[0].pk)
    calls = {
        door.pk: Call(result="not_met" if n % 5 == 4 else "made") for n, door in enumerate(doors)
    }
    made = actions.record_evening(officer, "BE", calls, act_id=act_id)
    assert len({m.pk for m in made}) == 20
    assert planned.pk in {m.pk for m in made}
    assert {m.pk for m in actions.record_evening(officer, "BE", calls, act_id=act_id)} == {
        m.pk for m in made
    }
    assert len(queries.longest_ago(doors[0].beat)) == 20
    elsewhere = household(county, "99 号", beat="west")
    with pytest.raises(NotFound):
        actions.record_evening(officer, "BE", {elsewhere.pk: Call()}, act_id=uuid4())


def others_answer() -> None:
    """What other domains do with the needs that were found."""
    for entry in Entry.objects.filter(event="community.visit.need_found"):
        for domain, job in registry.reactions(entry.event):
            react(domain=domain, job=job, entry_id=entry.pk)


def test_a_need_becomes_a_request_that_knows_where_it_came_from(county: County) -> None:
    officer = county.act("community")
    visit = actions.record_visit(officer, household(county).pk, Call())
    actions.need_found(officer, visit.pk, kind="request", title="楼道灯坏了三个月")
    others_answer()
    others_answer()
    request = Matter.objects.get(kind="requests.request")
    assert (request.title, request.beat_id) == ("楼道灯坏了三个月", visit.beat_id)
    assert Link.objects.filter(source=visit, target=request).count() == 1


def test_a_need_of_another_kind_is_none_of_the_requests(county: County) -> None:
    officer = county.act("community")
    visit = actions.record_visit(officer, household(county).pk, Call())
    hazard = actions.need_found(officer, visit.pk, kind="hazard", title="电线私拉乱接")
    lesson = actions.need_found(officer, visit.pk, kind="lesson", title="老人接到假冒公检法电话")
    assert (hazard.kind, hazard.state) == (HAZARD.kind, "found")
    assert (lesson.kind, lesson.state) == (VISIT.kind, "planned")
    others_answer()
    assert not Matter.objects.filter(kind="requests.request").exists()
    assert Link.objects.filter(source=visit).count() == 2


def test_nobodys_number_is_written_down(county: County) -> None:
    officer = county.act("community")
    visit = actions.record_visit(officer, household(county).pk, Call())
    with pytest.raises(Refusal):
        actions.need_found(officer, visit.pk, kind="request", title="请回电 13912345678")
    with pytest.raises(Refusal):
        actions.record_visit(officer, household(county, "2 号").pk, Call(words="电话 13912345678"))


def neighbour(county: County) -> Staff:
    """A community officer of the same station with the beat next door."""
    staff = county.staff["westerner"]
    staff.posts.update(role=county.roles["community_officer"], agency=county.east)
    county.beats["west"].officer = staff
    county.beats["west"].agency = county.east
    county.beats["west"].save()
    return staff


def test_the_beats_own_and_the_chief_see_it_and_the_neighbour_nothing(county: County) -> None:
    neighbour(county)
    door = household(county)
    visit = actions.record_visit(county.act("community"), door.pk, Call())
    for name in ("community", "chief", "leader"):
        assert access.sees(county.act(name), visit), name
        assert visit in access.visible(county.act(name)), name
        assert queries.household_of(county.act(name), door.pk) == door
    for name in ("westerner", "officer", "colleague_elsewhere", "stranger"):
        assert not access.sees(county.act(name), visit), name
        assert visit not in access.visible(county.act(name)), name
        with pytest.raises(NotFound):
            queries.household_of(county.act(name), door.pk)
        with pytest.raises(NotFound):
            actions.record_visit(county.act(name), door.pk, Call())
    assert [beat.code for beat in queries.my_beats(county.act("westerner"))] == ["BW"]


def test_a_beat_that_changes_hands_takes_its_past_with_it(county: County) -> None:
    visit = actions.record_visit(county.act("community"), household(county).pk, Call())
    beat = county.beats["east"]
    beat.deputies.add(county.staff["officer"])
    assert access.sees(county.act("officer"), visit)
    beat.deputies.clear()
    beat.officer = county.staff["officer"]
    beat.save()
    assert access.sees(county.act("officer"), visit)
    assert not access.sees(county.act("community"), visit)
    assert visit not in access.visible(county.act("community"))
