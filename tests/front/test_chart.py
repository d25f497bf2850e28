"""A chart is drawn under the security policy, and its figures stand beside it as a table."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from desk_server import DeskServer
from frame import render
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

OPTION = {
    "legend": {},
    "xAxis": {"type": "category", "data": [str(hour) for hour in range(24)]},
    "yAxis": [{"type": "value"}, {"type": "value"}],
    "series": [
        {"name": "警情", "type": "bar", "data": [(7 * h) % 23 + 5 for h in range(24)]},
        {"name": "到场", "type": "line", "yAxisIndex": 1, "data": [4 + h % 3 for h in range(24)]},
    ],
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chart_is_drawn_and_said(
    desk: DeskServer, screen: Page, complaints: list[str], theme: str
) -> None:
    desk.page("/", render("chart.html", "zh", theme, option=OPTION))
    screen.goto(desk.url)
    screen.wait_for_selector("wr-chart[data-ready] canvas")
    screen.locator("wr-chart canvas").hover(position={"x": 300, "y": 120})
    screen.get_by_text("数据表").click()
    expect(screen.get_by_role("cell", name="41")).to_be_visible()
    assert complaints == []
    found = Axe().run(screen).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


def test_a_chart_whose_figures_do_not_come_says_so(desk: DeskServer, screen: Page) -> None:
    html = render("chart.html", "zh", "light", option=None)
    desk.page("/", html.replace("<wr-chart ", '<wr-chart data-src="/figures" '))
    screen.goto(desk.url)
    expect(screen.locator(".chart-canvas")).to_contain_text("没有取到数据")
