"""A leader reads one figure beat by beat, and opens a beat's to its records."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.people import County
from watchroom.base.clock import now
from watchroom.domains.disputes.tests.samples import registered
from watchroom.figures.periods import Period
from watchroom.kernel import indicators
from watchroom.kernel.access import Actor

pytestmark = pytest.mark.django_db
FOUND = "disputes.found"


def quarrels(county: County) -> None:
    """Two in the eastern beat, one in the western, one nobody could place."""
    for beat in ("east", "east", "west"):
        registered(county, by="leader", beat_id=county.beats[beat].pk)
    registered(county, by="leader", beat_id=None)


def told(actor: Actor, name: str = FOUND) -> dict[str, int]:
    period = Period(now() - timedelta(days=1), now() + timedelta(days=1))
    one = indicators.all_indicators()[name]
    return {beat.code: figure.count for beat, figure in indicators.by_beat(actor, one, period)}


def test_each_beat_has_its_own_and_the_whole_counts_what_lies_in_none(county: County) -> None:
    quarrels(county)
    assert told(county.leader) == {"BE": 2, "BW": 1}
    browser = Client()
    browser.force_login(county.staff["leader"])
    page = browser.get(f"/figures/{FOUND}/beats/").text
    assert "东街警格" in page
    assert browser.get(f"/figures/{FOUND}/").text.count('data-href="/m/') == 4
    assert browser.get(f"/figures/{FOUND}/?beat=BE").text.count('data-href="/m/') == 2
    assert browser.get(f"/figures/{FOUND}/?beat=XX").status_code == 404


def test_a_chief_reads_the_beats_of_their_station_and_a_stranger_none(county: County) -> None:
    quarrels(county)
    assert told(county.chief) == {"BE": 2}
    assert told(county.colleague_elsewhere) == {}
    assert told(county.stranger) == {}


def test_every_figure_of_the_three_domains_is_told_beat_by_beat_or_has_no_beats(
    county: County,
) -> None:
    quarrels(county)
    browser = Client()
    browser.force_login(county.staff["leader"])
    for name, one in indicators.all_indicators().items():
        answer = browser.get(f"/figures/{name}/beats/")
        assert answer.status_code == (200 if one.of_beat else 404), name
    ours = ("disputes.", "community.", "requests.")
    bare = [
        n for n, i in indicators.all_indicators().items() if n.startswith(ours) and not i.of_beat
    ]
    assert bare == ["requests.published"]  # an article is for everybody
