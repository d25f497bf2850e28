"""Many searches side by side: one register holds the same node's cost in LANES searches.

Written as compiler instructions because the loop compiler alone does not keep the row of costs in
registers while it walks over the arcs of a node, and is then several times slower.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 16
"""Searches in one sweep: one 512-bit or two 256-bit registers of milliseconds."""


def _lanes_typing(
    typing: Any, into: Any, row: Any, base: Any, base_row: Any,
    cost: Any, head: Any, weight: Any, begin: Any, end: Any,
) -> Any:  # fmt: skip
    """into[row] = least of base[base_row] and cost[head[i]] + weight[i] for begin <= i < end.

    Lane by lane. into, base, cost: (·, LANES) int32, C-contiguous; the others whole numbers,
    unsigned, not checked against the arrays.
    """
    del typing
    signature = types.void(into, row, base, base_row, cost, head, weight, begin, end)
    return signature, _take_least


def _take_least(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    lanes = ir.VectorType(ir.IntType(32), LANES)
    word = context.get_value_type(types.intp)

    def data(i: int) -> Any:
        return context.make_array(signature.args[i])(context, builder, args[i]).data

    def whole(i: int) -> Any:
        return context.cast(builder, args[i], signature.args[i], types.intp)

    def row_of(base: Any, number: Any) -> Any:
        place = builder.gep(base, [builder.mul(number, ir.Constant(word, LANES))])
        return builder.bitcast(place, lanes.as_pointer())

    target = row_of(data(0), whole(1))
    held = builder.load(row_of(data(2), whole(3)), align=4)
    least = cgutils.alloca_once_value(builder, held)
    begin, end = whole(7), whole(8)
    with cgutils.for_range_slice(builder, begin, end, ir.Constant(word, 1)) as (i, _):
        node = builder.zext(builder.load(builder.gep(data(5), [i])), word)
        step = builder.load(builder.gep(data(6), [i]))
        alone = builder.insert_element(ir.Constant(lanes, ir.Undefined), step, ir.IntType(32)(0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        steps = builder.shuffle_vector(alone, ir.Constant(lanes, ir.Undefined), zeros)
        offer = builder.add(builder.load(row_of(data(4), node), align=4), steps)
        held = builder.load(least)
        builder.store(builder.select(builder.icmp_signed("<", offer, held), offer, held), least)
    builder.store(builder.load(least), target, align=4)
    return context.get_dummy_value()


take_least: Any = intrinsic(_lanes_typing)
"""See `_lanes_typing`; called inside compiled kernels, without its first parameter."""
