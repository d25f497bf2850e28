"""The expectations: one line for each address and method, kept beside this file."""

import tomllib
from pathlib import Path

from watchroom.kernel.registry import registry

from .needs import Need
from .rows import Row

EXPECTED: dict[str, str] = tomllib.loads(
    Path(__file__).with_name("expected.toml").read_text("utf-8")
)


def need_of(row: Row) -> Need:
    """What the row asks; for a step what its flow says, so that a new step has its expectation."""
    if row.step is None:
        return Need.read(EXPECTED[row.key])
    flow = registry.flow(row.step[0])
    step = next(step for step in flow.steps if step.name == row.step[1])
    both = f"{flow.view_permission}+{step.permission}"
    seen = "published" if step.sources[0] in flow.published else "here"
    return Need("here", both, f"{seen} {flow.view_permission}")
