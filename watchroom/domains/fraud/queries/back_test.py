"""What other rules would have made of past warnings, beside what was made of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from watchroom.kernel import access
from watchroom.kernel.access import Actor, NotFound

from ..flow import APPROVE, CONFIGURE
from ..models import RuleSet
from ..rules.grading import Rule, sql
from .policy import grading_of

EXAMPLES = 20


@dataclass(frozen=True)
class Compared:
    """`moved`: (level as graded, level by these rules) → how many warnings; `fired` per rule."""

    warnings: int
    moved: dict[tuple[int, int], int]
    fired: list[tuple[Rule, int]]
    examples: list[dict[str, Any]]

    @property
    def changed(self) -> int:
        """How many would have been graded differently."""
        return sum(n for (old, new), n in self.moved.items() if old != new)


def rule_sets(actor: Actor) -> list[RuleSet]:
    """All versions, the newest first; for who keeps or approves rules."""
    if not (actor.everywhere or actor.holds(CONFIGURE) or actor.holds(APPROVE)):
        access.require(actor, CONFIGURE)
    rows = RuleSet.objects.select_related("drafted_by", "approved_by")
    return list(rows.filter(~Q(version="")).order_by("-drafted_at"))


def rule_set(actor: Actor, version: str) -> RuleSet:
    """One version; NotFound where there is none."""
    found = [row for row in rule_sets(actor) if row.version == version]
    if not found:
        raise NotFound
    return found[0]


_AGAIN = """
CREATE TEMPORARY TABLE fraud_again ON COMMIT DROP AS
SELECT w.feed_id, w.source_id, w.type_code, w.level AS was, w.amount_fen, w.score, w.age,
       w.minutes_on_call, w.transferred, w.screen_shared, {level} AS now, {bits} AS bits
FROM (SELECT w.*, f.kind AS feed_kind FROM fraud_warning w JOIN fraud_feed f ON f.id = w.feed_id
      WHERE w.received_at >= %s AND w.received_at < %s) w
"""
_MOVED = "SELECT was, now, count(*) FROM fraud_again GROUP BY 1, 2"
_FIRED = "SELECT count(*) FILTER (WHERE bits >> %s & 1 = 1) FROM fraud_again"
_EXAMPLES = """
SELECT feed_id, source_id, type_code, was, now, amount_fen, score, age, minutes_on_call,
       transferred, screen_shared
FROM fraud_again WHERE was <> now ORDER BY abs(was - now) DESC, source_id LIMIT %s
"""


def back_test(row: RuleSet, start: datetime, end: datetime) -> Compared:
    """Grade the warnings received in a period again, by the SQL of these rules. Writes nothing."""
    rules = grading_of(row.pk).rules
    level, bits, values = sql(rules)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS fraud_again")
        again = _AGAIN.replace("{level}", level).replace("{bits}", bits)
        cursor.execute(again, [*values, start, end])
        cursor.execute(_MOVED)
        moved = {(was, now): n for was, now, n in cursor.fetchall()}
        fired = [(rule, _one(cursor, n)) for n, rule in enumerate(rules)]
        cursor.execute(_EXAMPLES, [EXAMPLES])
        names = [column.name for column in cursor.description or ()]
        examples = [dict(zip(names, one, strict=True)) for one in cursor.fetchall()]
        cursor.execute("DROP TABLE IF EXISTS fraud_again")
    return Compared(sum(moved.values()), moved, fired, examples)


def _one(cursor: Any, n: int) -> int:
    cursor.execute(_FIRED, [n])
    return int(cursor.fetchone()[0])
