"""A county's own agencies and units, from tables."""

import pytest

from watchroom.base.refusal import Refusal
from watchroom.kernel import organisation
from watchroom.kernel.models import Agency, Entry, Role, Staff, Unit

AGENCIES = """code,parent,kind,zh,en,lon,lat
C1,,county,某县公安局,Some County Bureau,112.9,28.2
S1,C1,station,城关派出所,Chengguan Station,112.91,28.21
"""
UNITS = """code,kind,agency,name,crew,lon,lat
p01,car,S1,一号车,lisi,112.91,28.21
P02,foot,S1,,,112.9,28.2
"""


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


@pytest.fixture
def brought_in(db: None) -> None:
    assert organisation.import_agencies(_lines(AGENCIES)) == 2
    Staff.objects.create_user("lisi", None, name="李四", agency=Agency.objects.get(code="S1"))
    assert organisation.import_units(_lines(UNITS)) == 2


def test_agencies_form_a_tree_and_the_roles_are_there(brought_in: None) -> None:
    county, station = Agency.objects.order_by("path")
    assert station.path == f".{county.pk}.{station.pk}."
    assert Role.objects.filter(key="dispatcher").exists()
    assert Entry.objects.filter(event="organisation.agencies_imported").exists()


def test_units_have_crews_and_no_device_until_one_is_enrolled(brought_in: None) -> None:
    one, two = Unit.objects.order_by("code")
    assert (one.code, one.status, two.code) == ("P01", "off", "P02")
    assert [person.username for person in one.crew.all()] == ["lisi"]
    assert not one.devices.exists()


def test_the_same_table_again_brings_up_to_date(brought_in: None) -> None:
    organisation.import_agencies(_lines(AGENCIES.replace("城关", "东城")))
    organisation.import_units(_lines(UNITS.replace("foot", "car")))
    assert Agency.objects.get(code="S1").name == "东城派出所"
    assert Unit.objects.get(code="P02").kind == "car"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("code,parent\n", "no column kind"),
        (AGENCIES.replace("S1,C1", "S1,C9"), "Line 3: there is no agency C9"),
        (AGENCIES.replace("112.91", "east"), "Line 3: lon and lat should be numbers"),
        (AGENCIES.replace("112.91,28.21", "112.91,"), "Line 3: lon and lat are not a place"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_taken(db: None, wrong: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        organisation.import_agencies(_lines(wrong))
    assert not Agency.objects.exists()
