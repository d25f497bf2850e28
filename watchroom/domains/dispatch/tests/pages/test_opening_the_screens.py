"""Every screen of dispatch opens in both languages for who may, and for nobody else."""

import pytest
from django.test import Client

from tests.people import MIDDLE, County
from watchroom.domains.dispatch import actions
from watchroom.kernel.models import Matter
from watchroom.kernel.sessions import BACKEND

SCREENS = ("", "new/", "optimum/", "afterwards/", "cards/", "rows/", "figures/", "{number}/")


@pytest.fixture
def matter(county: County) -> Matter:
    return actions.report_call(
        county.operator,
        words="有人打架<script>",
        place="东街路口",
        lon=MIDDLE[0],
        lat=MIDDLE[1],
        class_code="0201",
        caller="13812345678",
    )


def at_the_desk(county: County, who: str, lang: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(county.staff[who], backend=BACKEND)
    client.cookies["django_language"] = lang
    return client


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
@pytest.mark.parametrize("screen", SCREENS)
def test_a_dispatcher_opens_it(county: County, matter: Matter, screen: str, lang: str) -> None:
    client = at_the_desk(county, "dispatcher", lang)
    answer = client.get(f"/dispatch/{screen.format(number=matter.number)}")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<script>" not in text.replace("<script type", "")
    assert "13812345678" not in text


@pytest.mark.parametrize("who", ["stranger", "colleague_elsewhere"])
def test_people_from_elsewhere_learn_nothing(county: County, matter: Matter, who: str) -> None:
    client = at_the_desk(county, who)
    assert client.get(f"/dispatch/{matter.number}/").status_code in (403, 404)
    assert matter.number not in client.get("/dispatch/rows/").content.decode()


def test_an_act_answers_with_a_sentence_and_what_to_refresh(county: County, matter: Matter) -> None:
    client = at_the_desk(county, "dispatcher")
    sent = {"units": county.units["P01"].pk, "version": matter.version}
    url = f"/dispatch/{matter.number}/do/dispatch/"
    answer = client.post(url, sent, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "P01" in answer.content.decode()
    assert str(matter.pk) in answer["HX-Trigger"]


def test_who_was_slower_is_told_how_things_stand(county: County, matter: Matter) -> None:
    actions.dispatch(county.leader, matter.pk, [county.units["P01"].pk])
    client = at_the_desk(county, "dispatcher")
    sent = {"units": county.units["P02"].pk, "version": matter.version}
    url = f"/dispatch/{matter.number}/do/dispatch/"
    answer = client.post(url, sent, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "现在" in text
    assert "P01" in text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("派 1 P01", "P01"),
        ("派1 P02", "P02"),
        ("help", "派 23"),
        ("note 1 看门人在等", "已记备注"),
        ("rest P03", "休整"),
        ("看 1", "JQ"),
    ],
)
def test_the_command_line_does_what_it_says(county: County, line: str, said: str) -> None:
    made = actions.report_call(
        county.operator, words="打架", lon=MIDDLE[0], lat=MIDDLE[1], class_code="0201"
    )
    client = at_the_desk(county, "dispatcher")
    line = line.replace("1", made.number[-4:], 1) if "P03" not in line else line
    answer = client.post("/dispatch/command/", {"line": line})
    assert answer.status_code == 200, answer.content.decode()
    assert said in answer.json()["text"]


def test_a_wrong_command_says_what_there_is(county: County) -> None:
    answer = at_the_desk(county, "dispatcher").post("/dispatch/command/", {"line": "fly 1"})
    assert answer.status_code == 422
    assert "assign" in answer.json()["text"]


def test_a_paper_card_is_entered_with_the_times_it_happened_at(county: County) -> None:
    client = at_the_desk(county, "dispatcher")
    card = {
        "words": "停电时来的警",
        "class_code": "0201",
        "received_at": "2026-01-05T21:00",
        "unit_id": county.units["P01"].pk,
        "sent_at": "2026-01-05T21:01",
        "arrived_at": "2026-01-05T21:09",
        "cleared_at": "2026-01-05T21:40",
        "feedback": "已调解",
    }
    assert client.post("/dispatch/afterwards/", card).status_code == 200
    made = Matter.objects.get(kind="dispatch.incident")
    assert made.state == "resolved"
    assert made.occurred_at.isoformat() == "2026-01-05T13:00:00+00:00"
    assert made.entered_at > made.occurred_at


def test_a_card_with_times_out_of_order_is_refused_whole(county: County) -> None:
    client = at_the_desk(county, "dispatcher")
    card = {
        "words": "乱序",
        "class_code": "0201",
        "received_at": "2026-01-05T21:00",
        "unit_id": county.units["P01"].pk,
        "sent_at": "2026-01-05T20:01",
    }
    answer = client.post("/dispatch/afterwards/", card)
    assert answer.status_code == 422
    assert "乱序" in answer.content.decode()
    assert not Matter.objects.filter(kind="dispatch.incident").exists()
