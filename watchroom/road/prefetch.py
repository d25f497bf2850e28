"""Ask the memory for what will be needed soon: the descents wait for memory, not for arithmetic."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LINE = 16
"""Numbers of 32 bits in one line of the processor's cache."""


def _prefetch_typing(typing: Any, array: Any, place: Any) -> Any:
    """Start loading the cache line of array[place]; no effect beyond speed."""
    del typing
    return types.void(array, place), _prefetch


def _prefetch(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    data = context.make_array(signature.args[0])(context, builder, args[0]).data
    place = context.cast(builder, args[1], signature.args[1], types.intp)
    byte = ir.IntType(8).as_pointer()
    word = ir.IntType(32)
    kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
    function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
    where = builder.bitcast(builder.gep(data, [place]), byte)
    builder.call(function, [where, word(0), word(3), word(1)])
    return context.get_dummy_value()


prefetch: Any = intrinsic(_prefetch_typing)
"""See `_prefetch_typing`; called inside compiled kernels, without its first parameter."""
