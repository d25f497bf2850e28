"""Every read of the fraud centre, by name. The actor comes first where somebody asks."""

from .cases import (
    beats_of,
    case_of,
    first_warnings,
    open_cases,
    told,
    tried,
    warnings_in,
    warnings_of,
)
from .desk import Row, counters, desk
from .people import contact_of
from .policy import (
    Grading,
    agencies_of,
    feed,
    feeds,
    grading,
    grading_of,
    type_codes,
    type_names,
    type_of,
)

__all__ = [
    "Grading",
    "Row",
    "agencies_of",
    "beats_of",
    "case_of",
    "contact_of",
    "counters",
    "desk",
    "feed",
    "feeds",
    "first_warnings",
    "grading",
    "grading_of",
    "open_cases",
    "told",
    "tried",
    "type_codes",
    "type_names",
    "type_of",
    "warnings_in",
    "warnings_of",
]
