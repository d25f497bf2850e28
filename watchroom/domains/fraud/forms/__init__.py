"""What steps ask a person for. Every name in a step's `needs` has its field here."""

from collections.abc import Mapping, Sequence

from watchroom.kernel.fields import Field

from . import case, measures

FIELDS: Mapping[str, Sequence[Field]] = {**case.FIELDS, **measures.FIELDS}

__all__ = ["FIELDS"]
