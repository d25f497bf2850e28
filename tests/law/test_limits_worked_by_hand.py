"""Each line was worked with a wall calendar. 2026: off 1-3 Jan (4 Jan worked), 15-23 Feb (14 and
28 Feb worked), 4-6 Apr, 1-5 May (9 May worked), 19-21 Jun, 25-27 Sep, 1-7 Oct (20 Sep and 10 Oct
worked)."""

from datetime import date, datetime, time

import pytest

from watchroom.base import clock
from watchroom.law.limits import due

BY_THE_CLOCK = [
    ("A03", "2026-02-14 22:30", "2026-02-15 22:30", "公通字〔2015〕32号"),
    ("A05", "2026-03-01 08:00", "2026-03-02 08:00", "行规61"),
    ("A06.ordinary", "2025-12-31 23:50", "2026-01-01 23:50", "公通字〔2015〕32号"),
    ("B03.tell", "2026-09-30 18:00", "2026-10-01 18:00", "刑规180"),
    ("C04", "2026-02-13 10:00", "2026-02-15 10:00", "行规41: 48 hours, through the holiday"),
    ("C09.police", "2026-05-01 10:00", "2026-05-02 10:00", "治安法120"),
    ("D01", "2026-02-16 23:00", "2026-02-17 07:00", "治安法97: eight hours over New Year's Eve"),
    ("D02", "2026-10-01 20:15", "2026-10-02 04:15", "行规69"),
    ("D03", "2026-02-28 18:00", "2026-03-01 06:00", "刑诉119"),
    ("D04", "2024-02-28 18:00", "2024-02-29 06:00", "刑诉119, leap year"),
    ("D05.ordinary", "2026-01-01 00:00", "2026-01-01 12:00", "继续盘问规定11"),
    ("D05.vulnerable", "2026-01-01 22:00", "2026-01-02 02:00", "继续盘问规定11"),
    ("E01", "2026-02-15 09:00", "2026-02-16 09:00", "刑诉85"),
    ("E02", "2026-02-15 09:01", "2026-02-16 09:01", "刑诉85"),
    ("E03", "2026-02-15 09:02", "2026-02-16 09:02", "刑诉86"),
    ("E07.interrogate", "2026-02-15 09:03", "2026-02-16 09:03", "刑诉94"),
    ("E12.notify", "2026-10-01 09:03", "2026-10-02 09:03", "刑规113"),
    ("E18.meet", "2026-02-14 15:00", "2026-02-16 15:00", "刑规53"),
    ("F01", "2026-12-30 15:00", "2027-01-01 15:00", "银发〔2016〕86号"),
    ("I04.decide", "2026-05-01 09:00", "2026-05-04 09:00", "反家暴法28"),
    ("I04.urgent", "2026-05-01 09:00", "2026-05-02 09:00", "反家暴法28"),
    ("J06", "2026-05-01 23:00", "2026-05-02 23:00", "出入境法39"),
    ("K01.confinement_appeal", "2026-05-01 23:00", "2026-05-02 23:00", "督察条例14"),
    ("A02.urban", "2026-05-01 23:58", "2026-05-02 00:03", "local standard art. 23"),
    ("dispatch.sign", "2026-05-01 23:59", "2026-05-02 00:00", "policy, 60 s"),
    ("dispatch.callback", "2026-05-01 23:59", "2026-05-02 23:59", "policy"),
]

BY_DAYS = [
    ("A06.difficult", "2026-02-12", "2026-02-15", "公通字〔2015〕32号, a duty does not roll"),
    ("B01", "2026-02-12", "2026-02-24", "32号, 刑诉105: 15 Feb rolls over Spring Festival"),
    ("B02", "2026-03-02", "2026-03-09", "经侦规定"),
    ("B04", "2026-03-02", "2026-03-05", "刑规178"),
    ("B05.ask", "2026-04-27", "2026-05-06", "刑规179: 4 May rolls"),
    ("B05.decide", "2026-01-05", "2026-02-04", "刑规179"),
    ("B06.ask", "2026-01-30", "2026-02-02", "刑规181"),
    ("B07", "2026-03-02", "2026-03-09", "刑规182"),
    ("B08", "2026-03-06", "2026-03-23", "刑规182: Saturday 21 March rolls to Monday"),
    ("B09", "2026-01-31", "2026-04-30", "检规564: no 31 April"),
    ("B10", "2026-01-01", "2026-01-04", "刑规189: Sunday 4 January is worked"),
    ("C01", "2025-12-01", "2025-12-31", "治安法(2012)99"),
    ("C02", "2026-01-15", "2026-02-14", "治安法(2025)118: Saturday 14 February is worked"),
    ("C02", "2026-01-16", "2026-02-24", "治安法(2025)118: 15 February rolls"),
    ("C03", "2026-01-01", "2026-04-01", "处罚法60"),
    ("C06", "2026-02-12", "2026-02-28", "行规183: 13 14 24 25 26 27 28 February"),
    ("C07.public_order", "2026-03-05", "2026-03-09", "治安法116: Saturday rolls"),
    ("C08.ask", "2026-04-30", "2026-05-11", "处罚法64, 85: 6 7 8 9 11 May"),
    ("C08.notice", "2026-03-16", "2026-03-05", "处罚法64: 13 12 11 10 9 6 5 March, counted back"),
    ("C09.traffic", "2026-03-02", "2026-03-04", "行规39"),
    ("C10", "2025-08-31", "2026-02-28", "治安法25: no 31 February"),
    ("C11", "2026-01-16", "2026-02-15", "行规112: a measure does not roll"),
    ("C12", "2026-02-13", "2026-02-20", "行规110: released automatically, no roll"),
    ("C13.ask", "2026-06-17", "2026-06-22", "行规97, 35: Dragon Boat Festival"),
    ("C14", "2026-09-20", "2026-10-08", "治安法123, 行规35: National Day"),
    ("C15.ask", "2026-01-02", "2026-03-03", "行政复议法20"),
    ("C15.accept", "2026-09-18", "2026-09-24", "行政复议法30, 88: Sunday 20 September is worked"),
    ("E04", "2026-02-13", "2026-02-16", "刑诉91, 105: in custody no roll"),
    ("E05.detained", "2026-02-13", "2026-02-20", "刑诉91, 105"),
    ("E05.at_large", "2026-02-03", "2026-02-24", "检规282, 刑诉105: not in custody, rolls"),
    ("E06.reconsider", "2026-03-02", "2026-03-09", "刑规141"),
    ("E08", "2025-12-31", "2026-02-28", "刑诉156: no 31 February"),
    ("E08", "2026-01-10", "2026-03-10", "刑诉156"),
    ("E11.bail", "2024-02-29", "2025-02-28", "刑诉79: from a leap day"),
    ("E12.residence", "2025-08-31", "2026-02-28", "刑诉79"),
    ("E14.ordinary", "2026-01-31", "2026-02-28", "刑诉172"),
    ("E15", "2026-01-15", "2026-02-15", "刑诉175: as in custody"),
    ("E16.deposit", "2025-08-17", "2026-02-17", "刑规243: lapses on New Year's Day itself"),
    ("E16.securities", "2024-02-29", "2026-02-28", "刑规244"),
    ("E17", "2026-01-20", "2026-02-24", "刑规196"),
    ("F03", "2026-09-30", "2026-10-10", "返还规定: 8 9 10 October"),
    ("G01", "2026-02-05", "2026-02-20", "条例22: a duty does not roll"),
    ("G03", "2026-02-13", "2026-02-27", "条例23: 14 24 25 26 27 February"),
    ("G04", "2026-03-01", "2026-04-30", "条例34"),
    ("G05.ask", "2026-04-03", "2026-05-06", "条例35: a right rolls"),
    ("H01", "2026-01-01", "2026-01-06", "交规18, 112: 4 5 6 January"),
    ("H03.ordinary", "2026-04-30", "2026-05-18", "交规62: 6-9, 11-15, 18 May"),
    ("H04", "2026-03-02", "2026-03-09", "交规62"),
    ("H05.finish", "2026-01-16", "2026-02-24", "交规51"),
    ("H13.ask", "2026-03-02", "2026-03-16", "交规86"),
    ("I01", "2026-01-31", "2026-02-28", "人民调解工作若干规定33"),
    ("I02", "2026-09-05", "2026-10-08", "人民调解法33, 民法典203"),
    ("I03.decide", "2026-03-02", "2026-03-17", "司法确认规定5"),
    ("J01", "2026-03-01", "2026-04-30", "身份证法12"),
    ("J02", "2026-02-05", "2026-02-20", "居住证条例9"),
    ("J03.birth", "2026-01-15", "2026-02-24", "户口条例7"),
    ("J04", "2026-03-02", "2026-03-17", "护照法6"),
    ("J07", "2026-02-14", "2026-02-24", "驾规110"),
    ("J08.register", "2026-02-13", "2026-02-24", "登规12, 92"),
    ("K01.confinement", "2026-02-13", "2026-02-20", "督察条例12"),
    ("K02", "2026-03-02", "2026-03-11", "奖励条令12"),
    ("K03", "2026-01-01", "2026-12-31", "三个必训: the year itself"),
    ("K04.deliver", "2026-03-02", "2026-03-30", "政务数据共享条例22"),
]


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)


@pytest.mark.parametrize(("rule", "start", "end", "article"), BY_THE_CLOCK)
def test_hours_and_minutes_run_through_everything(
    rule: str, start: str, end: str, article: str
) -> None:
    answer = due(rule, wall(start))
    assert answer.at == wall(end), article
    assert (answer.complete, answer.last_day) == (True, None)


@pytest.mark.parametrize(("rule", "start", "last", "article"), BY_DAYS)
def test_days_end_at_midnight_of_the_last_one(
    rule: str, start: str, last: str, article: str
) -> None:
    for hour in (time(0, 0), time(10, 0), time(23, 59)):
        answer = due(rule, clock.at_local(date.fromisoformat(start), hour))
        assert answer.last_day == date.fromisoformat(last), article
        assert answer.at == clock.day_end(date.fromisoformat(last))
        assert answer.complete


def test_at_once_is_due_at_once_and_promptly_has_no_number() -> None:
    start = wall("2026-03-02 10:00")
    for rule in ("A04", "E06.release"):
        assert due(rule, start).at == start
    for rule in ("A01", "A02.rural", "E13"):
        answer = due(rule, start)
        assert (answer.at, answer.complete) == (None, True)
        assert "no number" in answer.explain("en")
        assert "没有" in answer.explain("zh")


def test_the_start_of_a_month_end_is_said_to_be_disputed() -> None:
    answer = due("E08", wall("2026-02-28 10:00"))
    assert answer.last_day == date(2026, 4, 28)
    assert "月末" in answer.warnings[0].zh
    assert due("E08", wall("2026-02-27 10:00")).warnings == ()
