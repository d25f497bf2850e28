"""One step under way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from ..models import Dispute


@dataclass(frozen=True)
class Doing:
    """Who does it, to which dispute, with what was filled in, and when it happened.

    The matter's row is held; its state is the one the step leads to.
    """

    actor: Actor
    dispute: Dispute
    matter: Matter
    data: Mapping[str, Any]
    at: datetime

    def text(self, name: str) -> str:
        """A line or text that was filled in; "" for none."""
        return str(self.data.get(name) or "").strip()

    def keep(self, **values: Any) -> None:
        """Change the dispute's own columns."""
        for name, value in values.items():
            setattr(self.dispute, name, value)
        self.dispute.save(update_fields=list(values))
