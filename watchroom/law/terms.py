"""Names the rule files share: laws, approvers, exclusions, restarts, ways of counting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.law.rule import SEATS, Counting

T = TypeVar("T")


@dataclass(frozen=True)
class Terms:
    """What a rule file may refer to by a short key."""

    laws: Mapping[str, Text] = field(default_factory=dict)
    approvers: Mapping[str, Text] = field(default_factory=dict)
    seats: Mapping[str, str] = field(default_factory=dict)
    deductions: Mapping[str, Text] = field(default_factory=dict)
    restarts: Mapping[str, Text] = field(default_factory=dict)
    counting: Mapping[str, Counting] = field(default_factory=dict)

    def with_tables(self, data: Mapping[str, Any]) -> Terms:
        """These terms and those of one file; the file's own win."""
        return Terms(
            laws={**self.laws, **_texts(data, "laws")},
            approvers={**self.approvers, **_texts(data, "approvers")},
            seats={**self.seats, **_seats(data)},
            deductions={**self.deductions, **_texts(data, "deductions")},
            restarts={**self.restarts, **_texts(data, "restarts")},
            counting={**self.counting, **_countings(data)},
        )

    def cite(self, reference: str) -> Text:
        """ "psapl2025 90, 118" → 《治安管理处罚法》(2025年修订)第90、118条 / …, arts. 90, 118."""
        key, _, articles = reference.partition(" ")
        law = look_up(self.laws, key, "laws")
        if not articles:
            return law
        numbers = [number.strip() for number in articles.split(",")]
        plural = "arts." if len(numbers) > 1 or "-" in articles else "art."
        return Text(
            f"{law.zh}第{'、'.join(numbers).replace('-', '至')}条",
            f"{law.en}, {plural} {', '.join(numbers)}",
        )


def look_up(table: Mapping[str, T], key: str, name: str) -> T:
    """The entry, or a Refusal that lists what there is."""
    if key not in table:
        raise Refusal(
            Text(
                f"[{name}] 中没有“{key}”，可用：{'、'.join(sorted(table))}。",
                f'There is no "{key}" under [{name}]; there are: {", ".join(sorted(table))}.',
            ),
            code="unknown-term",
        )
    return table[key]


def pair(value: Any) -> Text:
    """A Text from a TOML table `{zh=…, en=…}`. Raises Refusal for anything else."""
    if isinstance(value, dict) and value.get("zh") and value.get("en"):
        return Text(str(value["zh"]), str(value["en"]))
    raise Refusal(
        Text(
            f"需要中英文两种写法 {{zh=…, en=…}}，实际为 {value!r}。",
            f"Write it in both languages, {{zh=…, en=…}}; found {value!r}.",
        ),
        code="needs-both-languages",
    )


def _texts(data: Mapping[str, Any], name: str) -> dict[str, Text]:
    return {key: pair(value) for key, value in data.get(name, {}).items()}


def _seats(data: Mapping[str, Any]) -> dict[str, str]:
    """Where each approver sits; nobody of the police where the file does not say."""
    found = {key: value.get("seat", "outside") for key, value in data.get("approvers", {}).items()}
    for seat in found.values():
        look_up(dict.fromkeys(SEATS, True), seat, "seat")
    return found


def _countings(data: Mapping[str, Any]) -> dict[str, Counting]:
    return {
        key: Counting(
            key=key,
            first_day_counts=bool(value["first_day_counts"]),
            rolls=bool(value["rolls"]),
            basis=pair(value),
            seen=value["seen"],
        )
        for key, value in data.get("counting", {}).items()
    }
