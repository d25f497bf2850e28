"""What can happen to a running clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from watchroom.base import clock
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

Kind = Literal["pause", "resume", "extend", "restart", "stop"]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that changed a clock, with the moment (aware), the person and the reason.

    `reason`: for a pause the key of the rule's deduction ("appraisal"), for a restart the key of
    the rule's restart; otherwise free words. `rung`: for an extension the key of the ladder's rung.
    `amount`: where a rung leaves a choice (one to four days), the number chosen. `note`: any words.
    """

    kind: Kind
    at: datetime
    by: str = ""
    reason: str = ""
    rung: str = ""
    amount: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise Refusal(
                Text(
                    f"时限事件类型“{self.kind}”不存在，可用：{'、'.join(KINDS)}。",
                    f'There is no clock event "{self.kind}"; use one of {", ".join(KINDS)}.',
                ),
                code="unknown-event",
            )
        object.__setattr__(self, "at", clock.utc(self.at))

    def as_dict(self) -> dict[str, Any]:
        """For JSON; what is empty is left out."""
        data: dict[str, Any] = {"kind": self.kind, "at": self.at.isoformat()}
        optional = ("by", "reason", "rung", "amount", "note")
        return data | {
            name: value for name in optional if (value := getattr(self, name)) not in ("", None)
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Event:
        """The reverse of `as_dict`. Raises TypeError or ValueError for a malformed one."""
        return cls(**{**data, "at": datetime.fromisoformat(data["at"])})
