"""What a step changes beside the state: prepared before the act, done within it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

Change = Callable[[Matter], None]
Prepared = tuple[Change | None, Mapping[str, Any] | None]
"""What changes with the step, and what its clocks ask for."""
Preparing = Callable[[Actor, Matter, dict[str, Any], datetime], Prepared]
