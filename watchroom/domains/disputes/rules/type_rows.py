"""One row of the list of types, read and checked."""

import re

from watchroom.base.code_rows import Bad, Fields, Row, cells, fault
from watchroom.base.text import Text


def read_row(line: int, row: Row, seen: set[str]) -> Fields | Bad:
    """The fields of a type, or why the row is left out. `seen`: codes of the rows before.

    `calls`: classes of calls that such disputes are found by. `organ`: which organ else settles
    them, in both languages ("劳动人事争议仲裁委员会 | Labour arbitration"), may be empty.
    """
    text = cells(row)
    if bad := fault(line, text, ("version", "code", "zh", "en"), seen):
        return bad
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
