"""A county's own people and beats, row by row: what is wrong is kept apart, counts add up."""

import csv
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from watchroom.base import gcj02
from watchroom.base.refusal import Refusal
from watchroom.kernel import organisation, organisation_beats, organisation_staff, places, signin
from watchroom.kernel.models import Beat, Entry, Post, Staff
from watchroom.site import bringing_in
from watchroom.site.trouble import Trouble

AGENCIES = """code,parent,kind,zh,en,lon,lat
C1,,county,某县公安局,Some County Bureau,112.9,28.2
S1,C1,station,城关派出所,Chengguan Station,112.91,28.21
"""
STAFF = """name,username,badge,agency,role,post
李四,lisi,B001,S1,community_officer,
王五,wangwu,,S1,station_chief,
王五,wangwu,,S1,duty_leader,C1
"""


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


@pytest.fixture
def county(db: None) -> None:
    organisation.import_agencies(_lines(AGENCIES))


@pytest.fixture
def staff_file(county: None, tmp_path: Path) -> Path:
    path = tmp_path / "staff.csv"
    path.write_text(STAFF, encoding="utf-8")
    return path


def _bring(text: str) -> organisation.Outcome:
    return organisation_staff.import_staff(_lines(text), lambda _staff, _password: None)


def test_people_come_with_their_posts_and_sign_in_with_what_the_sheet_says(
    staff_file: Path,
) -> None:
    said = bringing_in.staff(staff_file, None, with_passwords=True)
    assert "3 rows = 2 new + 1 changed + 0 the same + 0 left out" in said
    sheet = staff_file.with_name("staff.first-passwords.csv")
    assert stat.S_IMODE(sheet.stat().st_mode) == 0o600
    rows = list(csv.DictReader(sheet.open(encoding="utf-8-sig")))
    assert [row["username"] for row in rows] == ["lisi", "wangwu"]
    person = signin.identify("lisi", rows[0]["temporary_password"], "127.0.0.1")
    assert person.password_temporary
    posts = Post.objects.filter(staff__username="wangwu").values_list("role__key", "agency__code")
    assert set(posts) == {("station_chief", "S1"), ("duty_leader", "C1")}
    assert Entry.objects.filter(event="organisation.staff_imported").exists()


def test_the_same_table_again_changes_nothing_and_makes_no_passwords(staff_file: Path) -> None:
    _bring(STAFF)
    before = dict(Staff.objects.values_list("username", "password"))
    said = bringing_in.staff(staff_file, None, with_passwords=True)
    assert "0 new + 0 changed + 3 the same" in said
    assert not staff_file.with_name("staff.first-passwords.csv").exists()
    assert dict(Staff.objects.values_list("username", "password")) == before


def test_a_new_name_or_agency_brings_up_to_date(county: None) -> None:
    _bring(STAFF)
    done = _bring(STAFF.replace("李四,lisi,B001,S1", "李思,lisi,B002,C1"))
    assert done.counts == {"rows": 3, "new": 0, "changed": 1, "same": 2, "rejected": 0}
    person = Staff.objects.get(username="lisi")
    assert (person.name, person.badge, person.agency.code) == ("李思", "B002", "C1")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("赵六,zhaoliu,,S9,patrol_officer,", "Line 5: there is no agency S9"),
        ("赵六,zhaoliu,,S1,king,", "Line 5: there is no role king; there are: auditor"),
        ("赵六,zhaoliu,,S1,patrol_officer,S9", "Line 5: there is no agency S9"),
        ("赵六,,,S1,patrol_officer,", "Line 5: username missing"),
        ("赵六,赵六,,S1,patrol_officer,", "A user name has 2 to 64 letters"),
        ("赵六,lisi,,S1,patrol_officer,", "Line 5: the user name lisi is somebody else"),
        ("赵六,LISI,,S1,patrol_officer,", "Line 5: the user name LISI is somebody else"),
    ],
)
def test_a_wrong_row_is_said_and_the_others_are_taken(
    county: None, row: str, sentence: str
) -> None:
    done = _bring(f"{STAFF}{row}\n")
    (left,) = done.rejected
    assert sentence in left.why.en
    assert done.counts == {"rows": 4, "new": 2, "changed": 1, "same": 0, "rejected": 1}
    assert Staff.objects.count() == 2


def test_rejects_are_kept_with_their_line_and_reason(staff_file: Path) -> None:
    staff_file.write_text(STAFF.replace("S1,station_chief", "S9,station_chief"), "utf-8")
    said = bringing_in.staff(staff_file, None, with_passwords=False)
    kept = staff_file.with_name("staff.rejects.csv")
    assert str(kept) in said
    (row,) = csv.DictReader(kept.open(encoding="utf-8-sig"))
    assert (row["line"], row["username"]) == ("3", "wangwu")
    assert "没有单位 S9" in row["why"]


def test_without_passwords_nobody_can_sign_in_with_one(staff_file: Path) -> None:
    bringing_in.staff(staff_file, None, with_passwords=False)
    assert not staff_file.with_name("staff.first-passwords.csv").exists()
    person = Staff.objects.get(username="lisi")
    assert not person.has_usable_password()
    assert not person.password_temporary


def test_passwords_that_were_not_handed_out_are_never_overwritten(staff_file: Path) -> None:
    staff_file.with_name("staff.first-passwords.csv").write_text("x")
    with pytest.raises(Trouble, match="delete it first"):
        bringing_in.staff(staff_file, None, with_passwords=True)
    assert not Staff.objects.exists()


def test_a_table_saved_by_a_chinese_excel_is_read(staff_file: Path) -> None:
    staff_file.write_bytes(STAFF.encode("gb18030"))
    bringing_in.staff(staff_file, None, with_passwords=False)
    assert Staff.objects.get(username="lisi").name == "李四"


def test_a_missing_column_takes_nothing(county: None) -> None:
    with pytest.raises(Refusal, match="no column post"):
        _bring("name,username,badge,agency,role\n李四,lisi,,S1,auditor\n")


def _feature(code: str = "B1", west: float = 112.9, **said: Any) -> dict[str, Any]:
    ring = [[west, 28.2], [west + 0.01, 28.2], [west + 0.01, 28.21], [west, 28.21], [west, 28.2]]
    properties = {"code": code, "name": f"{code}警格", "agency": "S1", "officer": "lisi", **said}
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _map(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


@pytest.fixture
def people(county: None) -> None:
    _bring(STAFF)


def test_a_point_lies_in_the_beat_that_came(people: None) -> None:
    done = organisation_beats.import_beats(_map(_feature(), _feature("B2", 112.92)))
    assert done.counts == {"rows": 2, "new": 2, "changed": 0, "same": 0, "rejected": 0}
    beat = places.beat_at(112.905, 28.205)
    assert beat and beat.code == "B1"
    assert beat.officer and beat.officer.username == "lisi"
    assert Entry.objects.filter(event="organisation.beats_imported").exists()


def test_the_same_map_again_changes_nothing_and_a_new_officer_is_taken(people: None) -> None:
    first, second = _feature(), _feature("B2", 112.92)
    organisation_beats.import_beats(_map(first, second))
    assert organisation_beats.import_beats(_map(first, second)).same == 2
    done = organisation_beats.import_beats(_map(_feature(officer="wangwu"), second))
    assert (done.changed, done.same) == (1, 1)
    assert Beat.objects.get(code="B1").officer == Staff.objects.get(username="wangwu")


def test_gcj02_is_brought_back_to_wgs84(people: None) -> None:
    lon, lat = (float(v) for v in gcj02.to_gcj02(112.905, 28.205))
    ring = [[lon - 0.001, lat - 0.001], [lon + 0.001, lat - 0.001], [lon, lat + 0.001]]
    area = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    organisation_beats.import_beats(_map({**_feature(), "geometry": area}), in_gcj02=True)
    assert places.beat_at(112.905, 28.205)
    assert not places.beat_at(lon, lat)


BOWTIE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
METRES = {"type": "Polygon", "coordinates": [[[5e5, 3e6], [5e5, 4e6], [6e5, 4e6], [5e5, 3e6]]]}


@pytest.mark.parametrize(
    ("feature", "sentence"),
    [
        (_feature("B9", agency="S9"), "Feature 2: there is no agency S9"),
        (_feature("B9", officer="nobody"), "Feature 2: there is nobody called nobody"),
        (_feature("B9", setting="sea"), "Feature 2: setting is urban"),
        (_feature("B9", name=None), "Feature 2: name missing"),
        (_feature("B1"), "Feature 2: B1 comes twice"),
        ({**_feature("B9"), "geometry": BOWTIE}, "Feature 2: its outline crosses itself"),
        ({**_feature("B9"), "geometry": METRES}, "not longitude and latitude"),
        ({**_feature("B9"), "geometry": {"type": "Point", "coordinates": [1, 1]}}, "no Polygon"),
        ({**_feature("B9"), "geometry": None}, "cannot be read"),
        ({**_feature("B9"), "geometry": {"type": "Polygon", "coordinates": [[1]]}}, "be read"),
        ("nonsense", "Feature 2: it has no properties"),
    ],
)
def test_a_wrong_feature_is_said_and_the_others_are_taken(
    people: None, feature: Any, sentence: str
) -> None:
    done = organisation_beats.import_beats(_map(_feature(), feature))
    (left,) = done.rejected
    assert sentence in left.why.en
    assert done.counts["rows"] == 2
    assert list(Beat.objects.values_list("code", flat=True)) == ["B1"]


def test_what_was_left_out_can_be_put_right_and_brought_in(people: None, tmp_path: Path) -> None:
    source = tmp_path / "beats.geojson"
    source.write_text(_map(_feature(), _feature("B2", 112.92, agency="S9")), "utf-8")
    said = bringing_in.beats(source, in_gcj02=False)
    kept = source.with_name("beats.rejects.geojson")
    assert str(kept) in said
    (left,) = json.loads(kept.read_text("utf-8"))["features"]
    assert "没有单位 S9" in left["properties"]["why"]
    left["properties"]["agency"] = "S1"
    assert organisation_beats.import_beats(_map(left)).new == 1


@pytest.mark.parametrize("text", ["", "[]", '{"features": 1}', '{"type": "Feature"}'])
def test_what_is_no_map_is_refused(people: None, text: str) -> None:
    with pytest.raises(Refusal, match="FeatureCollection"):
        organisation_beats.import_beats(text)
