"""The same rules and window as Flink SQL, for a province that sees 10⁵ signals a second.

Flink grades every signal and lets through what changes anything: the first of a window, whatever is
graded higher than the one before, and the ends of each quarter of an hour, so that no gap opens in
what is let through that was none before. What comes late or cannot be read is let through as it is.
Intake then finds the same windows with the same levels; it grades and groups by itself, and sending
twice does no harm. A moment counts in milliseconds here.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from .grading import FACTS, NUMBER, YES, Rule

SENT = {
    "source_id": "STRING", "type": "STRING", "occurred_at": "STRING", "phone": "STRING",
    "id_number": "STRING", "name": "STRING", "address": "STRING", "agency": "STRING",
    "lon": "DOUBLE", "lat": "DOUBLE", "age": "INT", "sex": "STRING", "amount": "STRING",
    "score": "INT", "minutes_on_call": "INT", "transferred": "BOOLEAN",
    "screen_shared": "BOOLEAN", "words": "STRING", "corrects": "STRING",
}  # fmt: skip
"""What a signal may tell, under the names of the intake interface."""
BUCKET = timedelta(minutes=15)
"""Must be shorter than the window's gap."""

_OFFSET = "REGEXP_EXTRACT(`occurred_at`, '([+-])(\\d{2}):?(\\d{2})$', %d)"
_AT = f"""COALESCE(TIMESTAMPADD(MINUTE,
    -- the zone, in minutes; without one it is UTC, and intake refuses it with its sentence
    COALESCE(IF({_OFFSET % 1} = '-', 1, -1)
        * (60 * CAST({_OFFSET % 2} AS INT) + CAST({_OFFSET % 3} AS INT)), 0),
    TO_TIMESTAMP(CONCAT(SUBSTRING(`occurred_at` FROM 1 FOR 10), ' ',
        SUBSTRING(`occurred_at` FROM 12 FOR 8), '.',
        RPAD(COALESCE(REGEXP_EXTRACT(`occurred_at`, '\\.(\\d{{1,3}})', 1), '0'), 3, '0')),
        'yyyy-MM-dd HH:mm:ss.SSS')), TIMESTAMP '1970-01-01 00:00:00.000')"""
_DIGITS = "REGEXP_REPLACE(COALESCE(`phone`, ''), '[^0-9+]', '')"
_TELEPHONE = f"REGEXP_REPLACE({_DIGITS}, '^\\+86', '')"
_WHO = f"""IF({_TELEPHONE} <> '', CONCAT('tel:', {_TELEPHONE}),
        IF(TRIM(COALESCE(`id_number`, '')) <> '', CONCAT('id:', UPPER(TRIM(`id_number`))), ''))"""


def job(
    rules: Sequence[Rule], feed_kind: str, *, gap: timedelta, late: timedelta, connector: str
) -> tuple[str, ...]:
    """The statements, in order; the last is the query whose rows go to intake.

    `connector` is what stands in WITH (…) of the source table, in Flink's own words. `late`: how
    long Flink waits for what comes out of order; what comes later is let through as it is.
    """
    columns = ",\n    ".join(f"`{name}` {kind}" for name, kind in SENT.items())
    told = ",\n    ".join(f"COALESCE(CAST(`{name}` AS STRING), '') AS `{name}`" for name in SENT)
    said = ", ".join(f"`{name}`" for name in SENT)
    before = ",\n    ".join(f"FIRST_VALUE(`{name}`) OVER w AS `before_{name}`" for name in SENT)
    earlier = ", ".join(f"`before_{name}`" for name in SENT)
    bucket = f"FLOOR(TIMESTAMPDIFF(SECOND, {_EPOCH}, %s) / {int(BUCKET.total_seconds())})"
    return (
        f"CREATE TEMPORARY TABLE `signals` (\n    {columns},\n    `at` AS {_AT},\n"
        f"    WATERMARK FOR `at` AS `at` - {_interval(late)}\n) WITH ({connector})",
        f"CREATE TEMPORARY VIEW `graded` AS SELECT {told},\n"  # noqa: S608 - checked, literals
        f"    `at`, {_WHO} AS `who`,\n    {level(rules)} AS `level`,\n"
        "    COALESCE(`at` <= CURRENT_WATERMARK(`at`), FALSE) AS `late`\n"
        f"FROM (SELECT *, {_facts(feed_kind)} FROM `signals`)",
        # By rows: two at one moment (the same one sent twice) must not take each other's place. The
        # first of two rows is the one before, unless there is only one.
        f"CREATE TEMPORARY VIEW `lined_up` AS SELECT {said}, `who`, `at`, `level`,\n    {before},\n"
        "    MIN(`at`) OVER w AS `before_at`, FIRST_VALUE(`level`) OVER w AS "
        "`before_level`,\n    COUNT(*) OVER w = 1 AS `alone`\n"
        "FROM `graded` WHERE `who` <> '' AND NOT `late`\n"
        "WINDOW w AS (PARTITION BY `who`, `type` ORDER BY `at` ROWS 1 PRECEDING)",
        "CREATE TEMPORARY VIEW `judged` AS SELECT *,\n"
        f"    `alone` OR `at` > `before_at` + {_interval(gap)} AS `begins`,\n"
        f"    {bucket % '`at`'} <> {bucket % '`before_at`'} AS `next_bucket`\nFROM `lined_up`",
        f"SELECT {said} FROM `judged` WHERE `begins` OR `next_bucket` OR `level` > `before_level`\n"  # noqa: S608 - as above
        f"UNION ALL\nSELECT {earlier} FROM `judged` WHERE NOT `begins` AND `next_bucket`\n"
        f"UNION ALL\nSELECT {said} FROM `graded` WHERE `who` = '' OR `late`",
    )


_EPOCH = "TIMESTAMP '1970-01-01 00:00:00.000'"


def _interval(span: timedelta) -> str:
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"INTERVAL '0 {hours:02}:{minutes:02}:{seconds:02}' DAY TO SECOND"


def _facts(feed_kind: str) -> str:
    """FACTS under their names, of what a signal tells."""
    derived = {
        "feed_kind": _text(feed_kind),
        "type_code": "`type`",
        "amount_fen": "CAST(TRY_CAST(`amount` AS DECIMAL(18, 2)) * 100 AS BIGINT)",
    }
    return ", ".join(f"{made} AS `{name}`" for name, made in derived.items())


def level(rules: Sequence[Rule]) -> str:
    """The grade as one expression: every rule only lifts."""
    lifts = [
        f"CASE WHEN {' AND '.join(_asked(*c) for c in rule.when)} THEN {rule.level} ELSE 1 END"
        for rule in rules
    ]
    return f"GREATEST(1, {', '.join(lifts)})"


def _asked(fact: str, operator: str, value: Any) -> str:
    kind = FACTS[fact][0]
    if kind == YES:
        return f"COALESCE(`{fact}`, FALSE) = {str(value).upper()}"
    if kind == NUMBER:
        return f"`{fact}` {'<>' if operator == '!=' else operator} {value}"
    told = f"COALESCE(`{fact}`, '')"
    if operator == "in":
        return f"{told} IN ({', '.join(map(_text, value))})"
    if operator == "contains":
        return f"POSITION({_text(value)} IN {told}) > 0"
    return f"{told} {'<>' if operator == '!=' else operator} {_text(value)}"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
