"""Every read of the fraud centre, by name. The actor comes first where somebody asks."""

from .back_test import Compared, back_test, rule_set, rule_sets
from .cases import (
    VISITOR,
    beats_of,
    case_of,
    first_warnings,
    my_visits,
    open_cases,
    told,
    tried,
    tried_since_asked,
    warnings_in,
    warnings_of,
)
from .desk import Row, counters, desk
from .figures import FEWEST, fairness, money, protected, warnings_by
from .people import contact_of
from .policy import (
    Grading,
    Standing,
    agencies_of,
    feed,
    feeds,
    grading,
    grading_of,
    rejects,
    standing,
    type_names,
    type_of,
)
from .suggestion import suggested

__all__ = [
    "FEWEST",
    "VISITOR",
    "Compared",
    "Grading",
    "Row",
    "Standing",
    "agencies_of",
    "back_test",
    "beats_of",
    "case_of",
    "contact_of",
    "counters",
    "desk",
    "fairness",
    "feed",
    "feeds",
    "first_warnings",
    "grading",
    "grading_of",
    "money",
    "my_visits",
    "open_cases",
    "protected",
    "rejects",
    "rule_set",
    "rule_sets",
    "standing",
    "suggested",
    "told",
    "tried",
    "tried_since_asked",
    "type_names",
    "type_of",
    "warnings_by",
    "warnings_in",
    "warnings_of",
]
