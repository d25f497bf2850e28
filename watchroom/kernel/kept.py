"""One class of records about people: what is due, how it ends, which columns it empties.

And the reasons for which a column stays that could hold a name, a number or words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from watchroom.base.clock import now
from watchroom.base.text import Text
from watchroom.law import limits

from . import holds

COLUMNS: Mapping[str, Text] = {
    "name": Text("姓名", "Name"),
    "phone": Text("电话", "Telephone"),
    "id": Text("证件号码", "Identity number"),
    "account": Text("账号", "Account"),
    "address": Text("地址", "Address"),
    "words": Text("内容", "Words"),
    "key": Text("比对码", "What is compared"),
}
"""What a column that ends may hold."""

# Why a column stays though it could hold a name, a number or words.
PLACE = Text("地点、单位或名录，不是人的资料", "A place, an organ or a list: not about a person")
CODE = Text("代码、状态或散列", "A code, a state or a hash")
RULE = Text("规则、计划或设置", "A rule, a plan or a setting")
STAFF = Text("在岗人员的履职记录", "Who works here, and what they did at work")
TRAIL = Text(
    "留痕只增不改，只写必要内容", "The trail is never changed, and told only what is needed"
)
PUBLISHED = Text("已向公众公布", "Published to everybody")
SIGNED = Text("已签署的文书按原样保存", "What was signed stays as it was signed")
WITH_SESSION = Text("随登录或设备登记结束", "Ends with the session or the device")


@dataclass(frozen=True)
class Kept:
    """One class of records about people, by the limit that says how many days they stay.

    `due(before)`: the records whose time began before that moment and that still tell something.
    `erase(keys)` ends those with these primary keys and returns how many there were; what it has
    ended is due no more. `columns`: what it empties, "Model.column" → one of COLUMNS.
    `matter`: the path from a record to its matter, or a function that says of held matters which
    records they hold back; "" for records of no matter. `agency`: the path to the agency; "" where
    there is none: such a class is reviewed for the whole installation or not at all.
    """

    rule: str
    due: Callable[[datetime], QuerySet[Any]]
    erase: Callable[[Sequence[Any]], int]
    columns: Mapping[str, str]
    matter: str | Callable[[QuerySet[Any, Any]], Q] = "matter"
    agency: str = "matter__agency"

    @property
    def stays(self) -> timedelta:
        """How long a record of this class stays."""
        return limits.days(self.rule)

    @property
    def title(self) -> Text:
        """What is kept."""
        return limits.rule(self.rule).title

    def over(self) -> datetime:
        """Of what began before this moment the time is over now."""
        return now() - self.stays

    def held_back(self) -> Q:
        """Which records a legal hold keeps."""
        held = holds.held()
        if callable(self.matter):
            return self.matter(held)
        return Q(**{f"{self.matter}__in": held}) if self.matter else Q(pk__in=[])

    def free(self, before: datetime) -> QuerySet[Any]:
        """What is due and under no hold."""
        return self.due(before).exclude(self.held_back())
