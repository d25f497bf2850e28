"""What the engines would each read their own way, said once so that they answer to the last digit.

- A moment counts by its whole second: seconds between two moments are whole, and sums of whole
  numbers are the same in any order (PostgreSQL and DuckDB would keep fractions, Spark cuts them).
- A session's clock is UTC; the bureau's own days are known to the calendar of the periods only.
- Of n sorted values the percentile q lies at q * (n - 1), between its neighbours in proportion:
  low + (high - low) * fraction, in this order (Spark's own `percentile` weighs the neighbours).
"""

from collections.abc import Iterable

import ibis
import ibis.expr.operations as ops
from ibis import Schema, Table

from watchroom.figures.indicator import ENTRIES, MATTERS, Indicator


def samples(indicator: Indicator) -> Table:
    """The samples of an indicator as every engine reads them."""
    return whole_seconds(indicator.samples(ENTRIES, MATTERS))


def whole_seconds(expression: Table) -> Table:
    """The same expression, in which a moment that becomes seconds loses what is below one."""
    node = expression.op()
    asked = node.find(ops.ExtractEpochSeconds)
    if not asked:
        return expression
    told = {one: ops.ExtractEpochSeconds(ops.TimestampTruncate(one.arg, "s")) for one in asked}
    return node.replace(told).to_expr()


def tables(expressions: Iterable[Table]) -> dict[str, Schema]:
    """The tables that expressions name, each with every column that any of them declares.

    Raises ValueError where two declare one column as different things.
    """
    found: dict[str, dict[str, ibis.expr.datatypes.DataType]] = {}
    for expression in expressions:
        for one in expression.op().find(ops.UnboundTable):
            columns = found.setdefault(one.name, {})
            for name, kind in one.schema.items():
                if columns.setdefault(name, kind) != kind:
                    raise ValueError(f"{one.name}.{name} is declared as {columns[name]} and {kind}")
    return {name: ibis.schema(columns) for name, columns in sorted(found.items())}


def used(expressions: Iterable[Table]) -> set[str]:
    """The names of all columns that expressions read, whatever the table: enough to load."""
    return {one.name for e in expressions for one in e.op().find(ops.Field)}
