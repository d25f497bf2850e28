"""When a dispute is settled: after calm visits, as many as its risk asks for."""

from collections.abc import Mapping, Sequence

from watchroom.base.text import Text

VISITS: Mapping[int, int] = {1: 3, 2: 2, 3: 1}
"""Calm visits in a row by level of risk. Ours."""


def why_not_settled(level: int, results: Sequence[str]) -> Text | None:
    """Why it is not settled yet; None where it is. `results`: of all visits, in their order."""
    calm = 0
    for result in results:
        calm = calm + 1 if result == "calm" else 0
    if (missing := VISITS[level] - calm) <= 0:
        return None
    return Text(
        f"还须 {missing} 次平稳的回访（本级风险共须连续 {VISITS[level]} 次）",
        f"{missing} more calm visit{'s' if missing > 1 else ''} needed "
        f"({VISITS[level]} in a row at this risk)",
    )
