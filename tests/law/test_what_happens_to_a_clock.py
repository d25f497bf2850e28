from datetime import date, datetime, timedelta

import pytest

from watchroom.base import clock
from watchroom.base.refusal import Refusal
from watchroom.law import limits
from watchroom.law.event import Event
from watchroom.law.limits import Due, due


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)


def pause(at: str, reason: str) -> Event:
    return Event("pause", wall(at), by="王警官", reason=reason)


def resume(at: str) -> Event:
    return Event("resume", wall(at), by="王警官")


def extend(at: str, rung: str, amount: int | None = None, by: str = "李局长") -> Event:
    return Event("extend", wall(at), by=by, rung=rung, amount=amount)


def restart(at: str, reason: str) -> Event:
    return Event("restart", wall(at), by="赵警官", reason=reason)


def last(answer: Due) -> str:
    assert answer.last_day is not None
    return answer.last_day.isoformat()


def refused(rule: str, start: str, *events: Event) -> Refusal:
    with pytest.raises(Refusal) as caught:
        due(rule, wall(start), events=events)
    assert caught.value.say("zh") != caught.value.say("en")
    return caught.value


def test_the_new_law_governs_cases_filed_from_new_year() -> None:
    eve, day = wall("2025-12-31 23:59"), wall("2026-01-01 00:00")
    assert due("C01", eve).rule.valid_until == date(2025, 12, 31)
    assert due("C02", day).rule.valid_from == date(2026, 1, 1)
    assert "C02" in refused("C01", "2026-01-01 00:00").say("zh")
    assert refused("C02", "2025-12-31 23:59").code == "rule-not-in-force"
    assert [rung.key for rung in due("D01", eve).rule.extensions] == ["to_24"]
    assert [rung.key for rung in due("D01", day).rule.extensions] == ["to_12", "to_24"]


def test_a_version_can_be_chosen_by_its_day() -> None:
    answer = due("D01", wall("2025-12-31 20:00"), on=date(2026, 1, 1))
    assert answer.rule.valid_from == date(2026, 1, 1)
    assert limits.rule("D01", on=date(2020, 1, 1)).valid_until == date(2025, 12, 31)


def test_an_expert_appraisal_is_not_counted_in_a_public_order_case() -> None:
    events = [pause("2026-03-05 09:00", "appraisal"), resume("2026-03-15 17:00")]
    assert last(due("C02", wall("2026-03-02 10:00"))) == "2026-04-01"
    assert last(due("C02", wall("2026-03-02 10:00"), events=events)) == "2026-04-13"
    # 11 April is a Saturday: 治安法(2025)118 gives ten days, 行规35 rolls it to Monday.


def test_two_excluded_spans_add_up() -> None:
    events = [
        pause("2026-03-05 09:00", "appraisal"),
        resume("2026-03-08 09:00"),
        pause("2026-03-10 09:00", "hearing"),
        resume("2026-03-12 09:00"),
    ]
    assert last(due("C02", wall("2026-03-02 10:00"), events=events)) == "2026-04-07"  # 6th is off


def test_in_custody_only_the_examination_for_mental_illness_is_excluded() -> None:
    span = (pause("2026-03-01 09:00", "mental_examination"), resume("2026-03-21 09:00"))
    assert last(due("E08", wall("2026-02-10 10:00"), events=span)) == "2026-04-30"
    wrong = refused("E08", "2026-02-10 10:00", pause("2026-03-01 09:00", "appraisal"))
    assert "mental_examination" in wrong.say("en")
    assert refused("E04", "2026-02-10 10:00", pause("2026-02-11 09:00", "appraisal")).code == (
        "not-deductible"
    )


def test_a_paused_clock_has_no_end_until_it_goes_on() -> None:
    answer = due("C02", wall("2026-03-02 10:00"), events=[pause("2026-03-05 09:00", "appraisal")])
    assert (answer.state, answer.at, answer.last_day) == ("paused", None, None)
    assert "停止计算中" in answer.explain("zh")
    assert not answer.overdue(wall("2027-01-01 00:00"))
    assert answer.if_resumed(wall("2026-03-15 17:00")).last_day == date(2026, 4, 13)


def test_pausing_and_resuming_must_take_turns() -> None:
    start = "2026-03-02 10:00"
    first = pause("2026-03-05 09:00", "appraisal")
    assert refused("C02", start, first, first).code == "already-paused"
    assert refused("C02", start, resume("2026-03-05 09:00")).code == "not-paused"


def test_failed_mediation_restarts_the_case_clock() -> None:
    events = [
        extend("2026-01-20 09:00", "complex"),
        restart("2026-03-20 15:00", "mediation_failed"),
    ]
    answer = due("C02", wall("2026-01-05 10:00"), events=events)
    assert last(answer) == "2026-04-20"  # 19 April is a Sunday
    assert answer.counted_from == wall("2026-03-20 15:00")
    assert [rung.key for rung, _ in answer.next_rungs] == ["complex"]
    assert answer.at == due("C05", wall("2026-03-20 15:00")).at
    assert last(due("C06", wall("2026-03-20 15:00"))) == "2026-03-31"


def test_a_restarted_clock_has_its_whole_ladder_again() -> None:
    events = [
        extend("2026-01-20 09:00", "complex"),
        extend("2026-02-20 09:00", "complex"),
        restart("2026-03-20 15:00", "mediation_failed"),
        extend("2026-04-10 09:00", "complex"),
        extend("2026-05-10 09:00", "complex"),
    ]
    assert last(due("C02", wall("2026-01-05 10:00"), events=events)) == "2026-06-18"


def test_a_public_order_case_is_extended_twice_at_most_and_once_under_the_old_law() -> None:
    once, twice, thrice = (
        extend(day, "complex")
        for day in ("2026-03-20 09:00", "2026-04-20 09:00", "2026-05-20 09:00")
    )
    start = wall("2026-03-02 10:00")
    assert last(due("C02", start, events=[once])) == "2026-05-06"  # 1 May is off
    assert last(due("C02", start, events=[once, twice])) == "2026-06-01"  # 31 May, a Sunday
    assert refused("C02", "2026-03-02 10:00", once, twice, thrice).code == "extension-too-often"
    old = [extend(f"2025-10-2{n} 09:00", "complex") for n in (0, 1)]
    assert refused("C01", "2025-10-09 10:00", *old).code == "extension-too-often"


def test_an_extension_needs_a_name_a_rung_and_time_left() -> None:
    start = "2026-03-02 10:00"
    assert "批准" in refused("C02", start, extend("2026-03-20 09:00", "complex", by=" ")).say("zh")
    assert refused("C02", start, extend("2026-03-20 09:00", "forever")).code == "unknown-rung"
    assert refused("C02", start, extend("2026-04-02 00:01", "complex")).code == "after-expiry"
    assert refused("C14", start, extend("2026-03-03 09:00", "complex")).code == "unknown-rung"


def test_questioning_never_goes_from_12_hours_straight_to_48() -> None:
    start = "2026-02-16 20:00"
    to_24, to_48 = extend("2026-02-17 06:00", "to_24"), extend("2026-02-17 18:00", "to_48")
    assert due("D05.ordinary", wall(start), events=[to_24]).at == wall("2026-02-17 20:00")
    assert due("D05.ordinary", wall(start), events=[to_24, to_48]).at == wall("2026-02-18 20:00")
    skipped = refused("D05.ordinary", start, extend("2026-02-17 06:00", "to_48"))
    assert (skipped.code, "24" in skipped.say("en")) == ("rung-skipped", True)
    assert refused("D05.vulnerable", start, to_24).code == "unknown-rung"


def test_a_summons_of_many_people_may_last_12_hours_then_24() -> None:
    start = "2026-02-16 20:00"
    events = [extend("2026-02-17 03:00", "to_12"), extend("2026-02-17 07:00", "to_24")]
    assert due("D01", wall(start), events=events[:1]).at == wall("2026-02-17 08:00")
    assert due("D01", wall(start), events=events).at == wall("2026-02-17 20:00")
    backwards = [extend("2026-02-17 03:00", "to_24"), extend("2026-02-17 07:00", "to_12")]
    assert refused("D01", start, *backwards).code == "not-longer"


def test_submission_for_arrest_climbs_its_ladder() -> None:
    start = "2026-02-13 22:00"
    special = extend("2026-02-15 09:00", "special", amount=2)
    assert last(due("E04", wall(start), events=[special])) == "2026-02-18"
    assert last(due("E04", wall(start), events=[extend("2026-02-15 09:00", "special")])) == (
        "2026-02-20"
    )
    to_30 = extend("2026-02-16 09:00", "to_30")
    assert last(due("E04", wall(start), events=[special, to_30])) == "2026-03-15"  # a Sunday
    five = extend("2026-02-15 09:00", "special", amount=5)
    assert refused("E04", start, five).code == "wrong-amount"
    later = extend("2026-02-17 09:00", "special")
    assert refused("E04", start, to_30, later).code == "not-longer"


def test_custody_after_arrest_climbs_its_ladder_in_order() -> None:
    start = "2025-12-31 10:00"
    one = extend("2026-02-20 09:00", "art156")
    two = extend("2026-03-20 09:00", "art158")
    three = extend("2026-05-20 09:00", "art159")
    ends = [due("E08", wall(start), events=[one, two, three][:n]) for n in range(4)]
    assert [last(end) for end in ends] == ["2026-02-28", "2026-03-31", "2026-05-31", "2026-07-31"]
    assert refused("E08", start, extend("2026-02-20 09:00", "art158")).code == "rung-skipped"
    assert ends[0].next_rungs[0][1] == date(2026, 2, 21)
    assert "2026-02-21" in ends[0].explain("en")


def test_another_important_crime_restarts_custody_but_not_after_it_ended() -> None:
    found = restart("2026-02-20 09:00", "new_crime")
    answer = due("E08", wall("2026-01-10 10:00"), events=[found])
    assert last(answer) == "2026-04-20"
    assert answer.at == due("E09.custody", wall("2026-02-20 09:00")).at
    late = restart("2026-03-11 00:01", "new_crime")
    assert refused("E08", "2026-01-10 10:00", late).code == "after-expiry"
    assert refused("E08", "2026-01-10 10:00", restart("2026-02-01 09:00", "boredom")).code == (
        "unknown-restart"
    )


def test_a_case_goes_back_for_investigation_twice_at_most() -> None:
    again = restart("2026-02-10 09:00", "returned_again")
    assert last(due("E15", wall("2026-01-05 10:00"), events=[again])) == "2026-03-10"
    third = restart("2026-03-01 09:00", "returned_again")
    assert refused("E15", "2026-01-05 10:00", again, third).code == "restart-too-often"


def test_prosecution_gets_a_month_and_fifteen_days() -> None:
    answer = due(
        "E14.ordinary", wall("2026-01-31 10:00"), events=[extend("2026-02-20 09:00", "complex")]
    )
    assert last(answer) == "2026-03-15"


def test_a_freeze_is_renewed_as_often_as_needed_but_in_time() -> None:
    start = "2025-08-31 10:00"
    renewals = [extend("2026-02-20 09:00", "renew"), extend("2026-08-20 09:00", "renew", amount=3)]
    assert last(due("E16.deposit", wall(start), events=renewals)) == "2026-11-30"
    assert refused("E16.deposit", start, extend("2026-03-01 09:00", "renew")).code == "after-expiry"


def test_a_clock_that_is_done_says_whether_it_was_kept() -> None:
    start = wall("2026-03-02 10:00")
    kept = due("B04", start, events=[Event("stop", wall("2026-03-05 23:00"), by="孙警官")])
    late = due("B04", start, events=[Event("stop", wall("2026-03-06 00:01"))])
    assert (kept.state, kept.kept, late.kept, due("B04", start).kept) == (
        "stopped", True, False, None,
    )  # fmt: skip
    assert not late.overdue(wall("2026-04-01 00:00"))
    after = Event("stop", wall("2026-03-07 00:01"))
    assert refused("B04", "2026-03-02 10:00", *kept.events, after).code == "clock-stopped"


def test_a_clock_stopped_while_paused_ended_at_that_moment() -> None:
    events = [pause("2026-03-05 09:00", "appraisal"), Event("stop", wall("2026-03-15 09:00"))]
    answer = due("C02", wall("2026-03-02 10:00"), events=events)
    assert (answer.state, answer.kept) == ("stopped", True)


def test_events_may_arrive_in_any_order_but_not_before_the_start() -> None:
    events = [resume("2026-03-15 17:00"), pause("2026-03-05 09:00", "appraisal")]
    assert last(due("C02", wall("2026-03-02 10:00"), events=events)) == "2026-04-13"
    early = pause("2026-03-02 09:59", "appraisal")
    assert refused("C02", "2026-03-02 10:00", early).code == "event-before-start"


def test_a_year_without_calendar_is_said_and_not_guessed() -> None:
    answer = due("C06", wall("2030-12-27 10:00"))
    assert (answer.complete, answer.missing) == (False, (2030, 2031))
    assert "2030" in answer.explain("zh")
    assert "computed again" in answer.explain("en")
    assert due("E04", wall("2030-12-27 10:00")).complete
    assert due("D03", wall("2030-12-27 10:00")).complete
    # A provisional end is no ground to refuse an extension.
    events = [extend("2030-05-02 09:00", "complex")]
    assert not due("C02", wall("2030-04-01 10:00"), events=events).complete


def test_overdue_begins_when_the_last_day_is_over() -> None:
    answer = due("B04", wall("2026-03-02 10:00"))
    midnight = clock.day_end(date(2026, 3, 5))
    assert not answer.overdue(midnight - timedelta(seconds=1))
    assert answer.overdue(midnight)


def test_a_rule_nobody_wrote_and_a_moment_nobody_placed() -> None:
    assert refused("Z99", "2026-03-02 10:00").code == "unknown-rule"
    with pytest.raises(ValueError, match="time zone"):
        due("B04", datetime(2026, 3, 2))  # noqa: DTZ001
    with pytest.raises(Refusal, match="时限事件"):
        Event("vanish", wall("2026-03-02 10:00"))  # type: ignore[arg-type]
