"""A report as one web page that stands alone: no script, nothing fetched, made to be printed."""

from collections.abc import Sequence

from django.template.loader import render_to_string

from ..queries.printed import Changed, Printed
from . import said


def made(printed: Printed, home: str, changed: Sequence[Changed]) -> bytes:
    """The page, UTF-8."""
    lang = printed.lang
    values = {
        "printed": printed,
        "lang": lang,
        "under_title": said.under_title(printed),
        "sources": [said.source_row(one, lang) for one in printed.sources],
        "source_title": said.SOURCES.say(lang),
        "source_heads": [head.say(lang) for head in said.SOURCE_HEADS],
        "changed": said.changed_rows(changed, lang),
        "changed_title": said.CHANGED.say(lang),
        "changed_heads": [head.say(lang) for head in said.CHANGED_HEADS],
        "leads": lambda figure: said.address(home, figure),
    }
    return render_to_string("reports/file.html", values).encode()
