"""图表: picking a chart, reading its table, and taking it out as a file."""

import io

import pytest
from django.test import Client
from openpyxl import load_workbook
from PIL import Image

from tests.people import County, county
from watchroom.domains.directives import actions as directives
from watchroom.kernel import figure_exports
from watchroom.kernel.models import Entry, Post, Role, Staff

__all__ = ["county"]
pytestmark = pytest.mark.django_db
FIGURE = "figure=directives.directives"
WAYS = ("time", "agencies", "multiples", "map", "hours", "outcomes")


@pytest.fixture
def leader(county: County) -> Client:
    for _ in range(7):
        directives.issue(county.leader, "=安全检查", [county.east.pk], words="反馈数量")
    browser = Client()
    browser.force_login(county.staff["leader"])
    return browser


@pytest.mark.parametrize("way", WAYS)
def test_every_chart_opens_with_its_table(leader: Client, way: str) -> None:
    more = "&kind=directives.order" if way == "outcomes" else ""
    page = leader.get(f"/charts/?way={way}&{FIGURE}{more}")
    assert page.status_code == 200
    assert "<table" in page.text
    drawn = "<wr-map" if way == "map" else "<wr-chart"
    assert drawn in page.text


def test_the_table_says_what_the_figure_says(leader: Client) -> None:
    page = leader.get(f"/charts/?way=time&step=month&{FIGURE}").text
    assert '<td class="num">7</td>' in page.replace("\n", "")


def test_a_map_gives_its_beats_a_shade(leader: Client) -> None:
    found = leader.get("/charts/areas.geojson?way=map&figure=disputes.found").json()
    assert {f["properties"]["shade"] for f in found["features"]} == {-1}
    assert found["features"][0]["geometry"]["type"] in ("Polygon", "MultiPolygon")


@pytest.mark.parametrize("form", figure_exports.FORMS)
def test_taking_it_out_is_written_down(leader: Client, form: str) -> None:
    answer = leader.get(f"/charts/export.{form}?way=time&step=month&{FIGURE}")
    assert answer.status_code == 200
    entry = Entry.objects.get(event="figures.exported")
    assert (entry.data["form"], entry.data["figure"]) == (form, "directives.directives")
    body = answer.content
    if form == "png":
        assert Image.open(io.BytesIO(body)).format == "PNG"
    elif form == "svg":
        assert body.startswith(b"<svg xmlns")
    elif form == "csv":
        assert body.decode("utf-8-sig").splitlines()[-1].endswith(",7")
    else:
        rows = list(load_workbook(io.BytesIO(body)).active.values)
        assert rows[-1][1] == 7


def test_it_takes_the_permission(county: County, leader: Client) -> None:
    role = Role.objects.create(key="r", title="r", title_en="r", permissions=["figures.view"])
    staff = Staff.objects.create_user("reader", None, name="读者", agency=county.bureau)
    Post.objects.create(staff=staff, role=role, agency=county.bureau)
    reader = Client()
    reader.force_login(staff)
    assert reader.get(f"/charts/?{FIGURE}").status_code == 200
    assert "export." not in reader.get(f"/charts/?{FIGURE}").text
    assert reader.get(f"/charts/export.csv?{FIGURE}").status_code == 403
    assert not Entry.objects.filter(event="figures.exported").exists()
    stranger = Client()
    stranger.force_login(county.staff["stranger"])
    assert stranger.get(f"/charts/?{FIGURE}").status_code == 403


def test_agencies_of_others_and_charts_there_are_not_are_not_found(leader: Client) -> None:
    for query in ("agency=OTHR", "figure=no.such", "way=pie", "step=hour", "kind=no.such"):
        assert leader.get(f"/charts/?{query}").status_code == 404
    assert leader.get(f"/charts/export.exe?{FIGURE}").status_code == 404
