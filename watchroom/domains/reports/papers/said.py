"""What every form of a report says around its text: headings of the lists at its end."""

from collections.abc import Sequence
from urllib.parse import quote

from watchroom.base.text import Text

from ..flow import REPORT
from ..queries.printed import Changed, Printed, Source

SOURCES = Text("数字来源", "Where the numbers come from")
SOURCE_HEADS = (
    Text("编号", "Figure"),
    Text("数字", "Number"),
    Text("指标", "Indicator"),
    Text("统计期", "Period"),
    Text("口径", "Definition"),
)
CHANGED = Text("印发后变化的数字", "Numbers that changed since")
CHANGED_HEADS = (
    Text("编号", "Figure"),
    Text("指标", "Indicator"),
    Text("文中", "In the report"),
    Text("现在", "Now"),
)
NOT_ISSUED = Text("（{s}，尚未印发）", "({s}, not issued)")


def under_title(printed: Printed) -> str:
    """The line under the title: agency, period, number, and that it is a draft if it is."""
    lang, matter = printed.lang, printed.matter
    line = f"{matter.agency.label(lang)} · {printed.period.say(lang)} · {matter.number}"
    if matter.closed_at is None and matter.state != "issued":
        state = REPORT.states[matter.state].title
        line += " " + NOT_ISSUED.format(s=state).say(lang)
    return line


def address(home: str, figure: str) -> str:
    """Where a figure's id leads: its definition, its query and its records."""
    return f"{home}search/?q={quote(figure)}"


def source_row(one: Source, lang: str) -> tuple[str, str, str, str, str]:
    """A line of the list of numbers."""
    number = one.number
    ids = " ".join(filter(None, (number.figure, number.base_figure)))
    period = one.period.say(lang)
    if one.base:
        period += (" / " if lang == "en" else "／") + one.base.say(lang)
    title = f"{one.title.say(lang)} · {one.reading.say(lang)}"
    return ids, number.said, title, period, one.definition.say(lang)


def changed_rows(changed: Sequence[Changed], lang: str) -> list[tuple[str, str, str, str]]:
    """Lines of the list of numbers that read otherwise now."""
    return [
        (
            one.source.number.figure,
            f"{one.source.title.say(lang)} · {one.source.reading.say(lang)}",
            one.then,
            one.now,
        )
        for one in changed
    ]
