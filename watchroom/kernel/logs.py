"""What processes say of themselves: a line a person reads, or JSON; numbers of people left out."""

import json
import logging
import re
from datetime import UTC, datetime

_LONG = re.compile(r"(?<![0-9A-Za-z])\+?(?:\d{7,}[Xx]?|\d{3,4}(?:[ -]\d{3,4}){1,4})(?![0-9A-Za-z])")
"""Seven digits or more standing alone, or in groups: a telephone, an identity card, an account."""


def without_numbers(text: str) -> str:
    """The text with every long number left out."""
    return _LONG.sub("[…]", text)


class Plain(logging.Formatter):
    """One line: when, how grave, who says it, what."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        stamp, message = record.asctime, without_numbers(record.message)
        return f"{stamp} {record.levelname} {record.name}: {message}"

    def formatException(self, ei: object) -> str:
        return without_numbers(super().formatException(ei))  # type: ignore[arg-type]


class Json(logging.Formatter):
    """One JSON object a line: at, level, logger, message; error where there was one."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_numbers(record.getMessage()),
        }
        if record.exc_info:
            said["error"] = without_numbers(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False)
