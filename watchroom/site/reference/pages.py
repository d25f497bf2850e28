"""Which pages the reference has, and what writes each."""

from collections.abc import Callable, Mapping

from . import commands, flows, indicators

PAGES: Mapping[str, Callable[[], str]] = {
    "flows.md": flows.page,
    "commands.md": commands.page,
    "indicators.md": indicators.page,
}
