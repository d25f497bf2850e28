"""Reports say figures and what follows from them: why each column stays."""

from watchroom.kernel.kept import CODE, FIGURES, STAFF

EXEMPT = {
    **dict.fromkeys(
        ("Report.chapters", "Block.chart", "Block.words", "Block.written", "Number.said"), FIGURES
    ),
    **dict.fromkeys(("Block.chapter", "Block.key", "Number.indicator", "Number.key"), CODE),
    **dict.fromkeys(("Edit.after", "Edit.before", "Edit.by_name"), STAFF),
}
