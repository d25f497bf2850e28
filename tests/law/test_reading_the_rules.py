"""The shipped rules against the list they were made from, and an agency's own file over them."""

import csv
import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from watchroom.base.refusal import Refusal
from watchroom.law import bands, calendar, limits
from watchroom.law.event import Event
from watchroom.law.limits import due
from watchroom.law.rule import Unit

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("WATCHROOM_SHARED", ROOT.parent / "shared"))
START = datetime(2026, 3, 2, 2, tzinfo=UTC)
LETTERS = "ABCDEFGHIJK"


@pytest.fixture(autouse=True)
def as_shipped() -> Iterator[None]:
    yield
    limits.reset()
    bands.reset()


DOMAINS = {path.name for path in (ROOT / "watchroom/domains").iterdir()}
"""Whose limits are policy of ours: "dispatch.sign"."""
KERNEL = "matter"
"""How long what every matter shares is kept: "matter.keep.voice"."""


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "law").is_dir(), reason="the shared data is not here")
def test_every_known_provision_has_its_rule_with_the_same_evidence() -> None:
    with (SHARED / "law/time_limits.csv").open(encoding="utf-8") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    ours = {*DOMAINS, KERNEL}
    shipped = [rule for rule in limits.rules() if rule.id.split(".")[0] not in ours]
    assert len(rows) == 92
    assert {rule.row for rule in shipped} == set(rows)
    assert {r.id: r.seen for r in shipped} == {r.id: rows[r.row]["seen"] for r in shipped}
    for rule in shipped:
        if rule.unit.counted:
            written = _numbers(rows[FROM_ANOTHER_ROW.get(rule.id, rule.row)])
            assert rule.length in written, rule.id
            for rung in rule.extensions:
                assert {rung.adds, rung.to} & written or rule.id in UNSAID, (rule.id, rung.key)


FROM_ANOTHER_ROW = {"C05": "C02", "E09.custody": "E08", "E10": "E08"}
"""Clocks that another one's restart begins: the list gives the number there."""

UNSAID = {"C15.decide"}
"""The list says only "extension by head"; 行政复议法62 bounds it at 30 days."""


def _numbers(row: dict[str, str]) -> set[int | None]:
    """The whole numbers of a row; years also as months."""
    text = " ".join(row[name] for name in ("length", "extension_and_approver"))
    text += " " + row["end_or_deduction_rule"] + " " + row["clock_starts"]
    found = {int(number) for number in re.findall(r"\d+", text)}
    years = {12 * int(number) for number in re.findall(r"(\d+) years?", text)}
    return {*found, *years, *([12] if "each year" in text else [])}


def test_how_long_what_matters_share_is_kept_is_our_own_choice_and_says_so() -> None:
    keeping = [rule for rule in limits.rules() if rule.id.split(".")[0] == KERNEL]
    assert keeping
    for rule in keeping:
        assert (rule.kind, rule.seen) == ("policy", "ours"), rule.id


def test_every_rule_says_everything_in_both_languages() -> None:
    for rule in limits.rules():
        texts = [rule.title, rule.starts, rule.source, rule.group, rule.lasts, rule.version]
        texts += [rung.condition for rung in rule.extensions] + [rule.counting.basis]
        for text in texts:
            assert any("\u4e00" <= sign <= "\u9fff" for sign in text.zh), (rule.id, text)
            assert not any("\u4e00" <= sign <= "\u9fff" for sign in text.en), (rule.id, text)


def test_nobody_is_held_longer_because_of_a_holiday() -> None:
    for rule in limits.rules():
        if rule.unit.hard:
            assert not rule.rolls, rule.id
            assert not rule.counting.rolls, rule.id


def test_every_successor_exists() -> None:
    ids = {rule.id for rule in limits.rules()}
    assert {rule.successor for rule in limits.rules()} - {None} <= ids


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "data/calendar").is_dir(), reason="the shared data is not here")
def test_the_calendar_agrees_with_the_announced_holidays_of_twenty_years() -> None:
    days: dict[str, bool] = {}
    for year in range(2007, 2027):  # a year's file may set days of the December before it
        path = SHARED / f"data/calendar/holiday-cn/{year}.json"
        listed = json.loads(path.read_text("utf-8"))["days"]
        days |= {day["date"]: day["isOffDay"] for day in listed}
    every = [date(2007, 1, 1) + timedelta(days=n) for n in range(7305)]
    assert every[-1] == date(2026, 12, 31)
    wrong = [
        day
        for day in every
        if calendar.is_working_day(day) is days.get(day.isoformat(), day.weekday() >= 5)
    ]
    assert wrong == []
    assert all(calendar.known(year) for year in range(2007, 2027))


def test_the_last_days_of_december_wait_for_the_next_years_holidays() -> None:
    year = max(year for year in range(2004, 2100) if calendar.known(year))
    december = date(year, 12, 1)
    assert calendar.missing_years(december, date(year, 12, 26)) == ()
    assert calendar.missing_years(december, date(year, 12, 28)) == (year + 1,)


def test_a_new_years_holidays_can_be_registered_and_everything_is_computed_again() -> None:
    start = datetime(2030, 1, 1, 2, tzinfo=UTC)
    assert not due("C06", start).complete
    spring = [date(2030, 1, 2) + timedelta(days=n) for n in range(7)]
    calendar.register(2030, off=spring, work=[date(2030, 1, 12)])
    try:
        answer = due("C06", start)
    finally:
        calendar.forget(2030)
    assert (answer.complete, answer.last_day) == (True, date(2030, 1, 16))  # 9-12, 14-16
    with pytest.raises(ValueError, match="another year"):
        calendar.register(2030, off=[date(2031, 1, 1)])
    with pytest.raises(ValueError, match="both off and worked"):
        calendar.register(2030, off=spring, work=spring)


def test_an_operator_loads_the_next_years_holidays_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "2031.toml"
    path.write_text("year = 2031\noff = [2031-01-01]\nwork = [2031-01-04]\n", encoding="utf-8")
    try:
        assert calendar.load(path) == 2031
        assert [calendar.is_working_day(date(2031, 1, day)) for day in (1, 2, 4)] == [
            False,
            True,
            True,
        ]
    finally:
        calendar.forget(2031)
    for text in (
        "year = 2031",
        'year = 2031\noff = ["2031-01-01"]',
        "year = 2031\noff = [2030-01-01]",
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(Refusal, match="放假安排"):
            calendar.load(path)
        assert not calendar.known(2031)


POLICY = """
issuer = { zh = "某市公安局", en = "a city bureau" }

[[rule]]
id = "dispatch.sign"
length = 30

[[rule]]
id = "J09.short"
valid_from = 2026-06-01
length = 3

[[rule]]
id = "local.night_check"
title = { zh = "夜间查岗", en = "Night check of posts" }
starts = { zh = "上岗", en = "post taken" }
length = 2
unit = "hours"
source = { zh = "本局规定", en = "our own order" }
seen = "ours"
"""


def register(tmp_path: Path, text: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    limits.register(path)


def test_an_agency_lays_its_own_policy_over_ours(tmp_path: Path) -> None:
    register(tmp_path, POLICY)
    sign = due("dispatch.sign", START)
    assert sign.at == START + timedelta(seconds=30)
    assert "某市公安局" in sign.explain("zh")
    assert due("local.night_check", START).at == START + timedelta(hours=2)
    assert due("J09.short", START).rule.length == 5
    assert due("J09.short", START.replace(month=6)).rule.length == 3
    limits.reset()
    assert due("dispatch.sign", START).at == START + timedelta(seconds=60)


def test_excluded_time_of_a_limit_in_working_days_is_counted_in_working_days(
    tmp_path: Path,
) -> None:
    register(
        tmp_path,
        """
        issuer = { zh = "某局", en = "a bureau" }
        [[rule]]
        id = "J09.short"
        deductions = ["hearing"]
        """,
    )
    events = [
        Event("pause", datetime(2026, 3, 4, 2, tzinfo=UTC), reason="hearing"),  # a Wednesday
        Event("resume", datetime(2026, 3, 9, 2, tzinfo=UTC)),  # Monday: three working days
    ]
    assert due("J09.short", START).last_day == date(2026, 3, 9)
    assert due("J09.short", START, events=events).last_day == date(2026, 3, 12)


ISSUER = 'issuer = { zh = "某局", en = "a bureau" }\n'
NEW = ISSUER + '[[rule]]\nid = "local.x"\nstarts = { zh = "始", en = "s" }\nseen = "ours"\n'
WRONG = [
    ("[[rule", "Cannot read"),
    ('[[rule]]\nid = "dispatch.sign"\nlength = 30', "both languages"),
    (ISSUER + '[[rule]]\nid = "D03"\nlength = 72', "comes from the law"),
    (ISSUER + '[[rule]]\nid = "dispatch.sign"\nlength = 0', "above zero"),
    (ISSUER + '[[rule]]\nid = "dispatch.sign"\nlenght = 30', "lenght"),
    (ISSUER + '[[rule]]\nid = "dispatch.sign"\nunit = "weeks"', "calendar_days"),
    (ISSUER + '[[rule]]\nid = "dispatch.sign"\ncounting = "moon"', "[counting]"),
    (ISSUER + '[[rule]]\nid = "dispatch.sign"\nseen = "X"', "seen must be"),
    (ISSUER + '[[rule]]\nid = "dispatch.sign"\nvalid_from = "2026-01-01"', "without quotes"),
    (ISSUER + '[[rule]]\nid = "dispatch.sign"\ntitle = "签收"', "both languages"),
    (NEW, "unit"),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_a_wrong_policy_file_is_refused_in_a_sentence(
    tmp_path: Path, text: str, sentence: str
) -> None:
    before = limits.rules()
    with pytest.raises(Refusal) as caught:
        register(tmp_path, text)
    assert sentence in caught.value.say("en")
    assert limits.rules() == before


RUNG = """
[[rule]]
id = "dispatch.sign"
extension = [{ key = "a", approver = "%s", condition = { zh = "件", en = "c" } %s }]
"""


@pytest.mark.parametrize(
    ("approver", "rest", "sentence"),
    [
        ("watch_leader", "", "exactly one of"),
        ("watch_leader", "adds = 1, to = 2", "exactly one of"),
        ("watch_leader", 'adds = 1, after = ["b"]', "does not exist"),
        ("watch_leader", 'adds = 1, unit = "months"', "mixes hours with days"),
        ("nobody", "adds = 1", "[approvers]"),
    ],
)
def test_a_wrong_ladder_is_refused_in_a_sentence(
    tmp_path: Path, approver: str, rest: str, sentence: str
) -> None:
    with pytest.raises(Refusal) as caught:
        register(tmp_path, ISSUER + RUNG % (approver, rest and f", {rest}"))
    assert sentence in caught.value.say("en")


def test_times_fall_into_the_bands_of_the_bulletin() -> None:
    told = [(name, s) for name in ("sign", "set_out", "feedback") for s in (0, 60, 301, 1801, 1e6)]
    assert [bands.band(*one).title.en for one in told] == [
        *("0-30 s", "30-60 s", "> 180 s", "> 180 s", "> 180 s"),
        *("0-5 min", "0-5 min", "5-10 min", "> 30 min", "> 30 min"),
        *("0-30 min", "0-30 min", "0-30 min", "30-60 min", "> 4 h"),
    ]
    assert [one.title.zh for one in bands.scale("feedback").bands] == [
        "0-30分钟",
        "30-60分钟",
        "1-2小时",
        "2-4小时",
        "4小时以上",
    ]
    assert [bands.band("sign", s).index for s in (30, 30.001, 180, 180.001)] == [0, 1, 3, 4]


def test_a_time_that_runs_backwards_belongs_to_no_band() -> None:
    for wrong in (-1.0, float("nan")):
        with pytest.raises(ValueError, match="no band"):
            bands.band("sign", wrong)
    with pytest.raises(Refusal, match="set_out"):
        bands.band("coffee", 1)


def test_an_agency_lays_its_own_bands_over_ours(tmp_path: Path) -> None:
    path = tmp_path / "bands.toml"
    title = 'title = { zh = "签收用时", en = "Time to sign" }'
    path.write_text(f'[scale.sign]\n{title}\nunit = "seconds"\nto = [45]\n', encoding="utf-8")
    bands.register(path)
    assert [one.title.en for one in bands.scale("sign").bands] == ["0-45 s", "> 45 s"]
    assert len(bands.scale("set_out").bands) == 5
    for to in ("[60, 30]", "[]", "[0, 5]"):
        path.write_text(f'[scale.sign]\n{title}\nunit = "seconds"\nto = {to}\n', encoding="utf-8")
        with pytest.raises(Refusal, match="rises"):
            bands.register(path)
    path.write_text("[scale.sign]\nto = [45]\n", encoding="utf-8")
    with pytest.raises(Refusal, match="unit"):
        bands.register(path)
    bands.reset()
    assert len(bands.scale("sign").bands) == 5


def test_the_tiers_are_policy_with_limits_behind_them() -> None:
    tiers = bands.tiers()
    assert [tier.minutes for tier in tiers.tiers] == [1, 3, 5]
    for tier in tiers.tiers:
        rule = limits.rule(tier.rule)
        assert (rule.length, rule.unit, rule.kind) == (tier.minutes, Unit.MINUTES, "policy")


def test_the_rules_come_in_the_groups_of_the_list() -> None:
    files = {path.name[0] for path in (ROOT / "watchroom/law/rules").glob("*.toml")}
    assert {letter.lower() for letter in LETTERS} <= files
