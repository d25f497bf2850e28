"""A bureau's own lists of villages and doors come in."""

from uuid import uuid4

import pytest

from tests.people import County
from watchroom.domains.community import actions, queries
from watchroom.domains.community.actions import Call
from watchroom.domains.community.models import Household, Village
from watchroom.domains.community.tests.samples import household
from watchroom.kernel.models import Place

pytestmark = pytest.mark.django_db
VILLAGES = """code,name,beat,lon,lat
430100000001,东村,BE,,
430100000002,河西村,,112.85,28.15
43010,太短,BE,,
430100000001,又一次,BE,,
430100000003,无处,NO,,
"""
DOORS = """area,address,door,lon,lat
430100000001,东村一组,1 号,112.95,28.15
BE,幸福路,2 号,,
BE,幸福路,2 号,,
XX,幸福路,3 号,,
BE,,4 号,,
BW,河边路,5 号,abc,28
"""


def test_villages_find_their_beat_by_code_or_by_place(county: County) -> None:
    done = actions.import_villages(VILLAGES.splitlines())
    assert done.counts == {"rows": 5, "new": 2, "changed": 0, "same": 0, "rejected": 3}
    beats = dict(Village.objects.values_list("name", "beat__code"))
    assert beats == {"东村": "BE", "河西村": "BW"}
    assert Place.objects.filter(kind="village", name="河西村").exists()
    again = actions.import_villages(VILLAGES.splitlines())
    assert again.counts["same"] == 2


def test_doors_come_in_by_village_or_beat_and_stay_what_they_are(county: County) -> None:
    actions.import_villages(VILLAGES.splitlines())
    done = actions.import_households(DOORS.splitlines())
    assert done.counts == {"rows": 6, "new": 2, "changed": 0, "same": 0, "rejected": 4}
    assert [r.line for r in done.rejected] == [4, 5, 6, 7]
    door = Household.objects.get(address="东村一组")
    actions.record_visit(county.act("community"), door.pk, Call())
    moved = DOORS.replace("112.95,28.15", "112.96,28.15")
    again = actions.import_households(moved.splitlines())
    assert (again.new, again.changed, again.same) == (0, 1, 1)
    door.refresh_from_db()
    assert door.lon == 112.96
    assert door.last_visit_at is not None


def test_every_door_comes_once_however_one_pages(county: County) -> None:
    doors = [household(county, f"{n:03d} 号") for n in range(queries.PAGE * 2 + 7)]
    officer = county.act("community")
    calls = {door.pk: Call() for door in doors[::2]}
    actions.record_evening(officer, "BE", calls, act_id=uuid4())
    seen: list[Household] = []
    after: queries.After | None = None
    while page := queries.longest_ago(doors[0].beat, after):
        seen += page
        after = queries.After.read(str(queries.After(page[-1].last_visit_at, page[-1].pk)))
    assert len(seen) == len({row.pk for row in seen}) == len(doors)
    never = [row.last_visit_at is None for row in seen]
    assert never == sorted(never, reverse=True)
