"""One row of the list of types, read and checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from watchroom.base.text import Text


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that was left out: its line in the file and why."""

    line: int
    why: Text


def read_row(line: int, row: Mapping[str, str | None], seen: set[str]) -> dict[str, Any] | Bad:
    """The fields of a type, or why the row is left out. `seen`: codes of the rows before.

    `calls`: classes of calls that such disputes are found by. `organ`: which organ else settles
    them, in both languages ("劳动人事争议仲裁委员会 | Labour arbitration"), may be empty.
    """
    text = {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}
    if missing := [key for key in ("version", "code", "zh", "en") if not text.get(key)]:
        names = ", ".join(missing)
        return Bad(line, Text(f"缺少：{names}", f"missing: {names}"))
    if text["code"] in seen:
        return Bad(line, Text(f"编号重复：{text['code']}", f"code twice: {text['code']}"))
    organ = [part.strip() for part in text.get("organ", "").split("|")]
    if organ != [""] and (len(organ) != 2 or not all(organ)):
        return Bad(
            line,
            Text(
                f"主管机关应为“中文 | English”：{text['organ']}",
                f"an organ reads “中文 | English”, not {text['organ']}",
            ),
        )
    zh, en = organ if len(organ) == 2 else ("", "")
    calls = [word for word in re.split(r"[;；,，\s]+", text.get("calls", "")) if word]
    plain = {key: text[key] for key in ("version", "code", "zh", "en")}
    return {**plain, "organ_zh": zh, "organ_en": en, "calls": calls}
