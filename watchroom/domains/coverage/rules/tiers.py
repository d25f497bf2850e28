"""1-3-5 as policy: in how many seconds somebody must be there, by place, by force or by urgency."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from watchroom.base.text import Text

F64 = npt.NDArray[np.float64]
LONGEST_S = 300
"""Five minutes: beyond that the reach of units is not searched."""

BASES: Mapping[str, Text] = {
    "place": Text("按地点", "by place"),
    "force": Text("按警力", "by force"),
    "urgency": Text("按紧急程度", "by urgency"),
}
KEYS: Mapping[str, Mapping[str, Text]] = {
    "place": {
        "urban": Text("城区", "Urban"),
        "suburb": Text("城郊", "Suburb"),
        "rural": Text("农村", "Rural"),
    },
    "force": {
        "foot": Text("步巡", "Foot patrols"),
        "car": Text("巡车", "Cars"),
        "quick": Text("快反", "Quick response"),
    },
    "urgency": {
        "1": Text("一级", "Priority 1"),
        "2": Text("二级", "Priority 2"),
        "3": Text("三级", "Priority 3"),
    },
}
"""What a limit can be given for. A key without a limit is asked nothing of."""


def share_in_time(nearest_s: F64, weight: F64, limit_s: float) -> float | None:
    """Share of the weight (c) that the nearest unit reaches in time; None where there is none."""
    whole = float(weight.sum())
    return float(weight[nearest_s <= limit_s].sum()) / whole if whole else None
