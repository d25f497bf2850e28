"""What is written to a log says where and what failed, never whom it was about.

Secrets are struck out by their form, long numbers of citizens by their length. Of an error stand
its type and the lines of code it came through; its own text only where it comes from the network or
the operating system: the text of any other may repeat what somebody typed, and
PostgreSQL's DETAIL repeats whole rows.
"""

import json
import logging
import re
import time
import traceback
from datetime import UTC, datetime

SECRET = re.compile(r"\b(wr_|whsec_)[\w+/=-]{6,}")
IN_PATH = re.compile(r"(/(?:feed|here|revoke|back)/)[^/\s?]{8,}")
NUMBER = re.compile(
    r"(?<![0-9A-Za-z])\+?(?:\d{7,}[Xx]?|\d{3,4}(?:[ -]\d{3,4}){1,4})(?![0-9A-Za-z])"
)
"""Seven digits or more standing alone, or in groups: a telephone, an identity card, an account."""
AFTER_QUESTION_MARK = re.compile(r"\?\S+")
STRUCK = "***"
ONE_LINE = {ord("\n"): "\\n", ord("\r"): "\\r", 0x2028: " ", 0x2029: " ", 0x85: " "}


def struck(text: str) -> str:
    """The text without secrets and without numbers of citizens."""
    text = SECRET.sub(rf"\1{STRUCK}", text)
    text = IN_PATH.sub(rf"\1{STRUCK}", text)
    text = AFTER_QUESTION_MARK.sub(f"?{STRUCK}", text)
    return NUMBER.sub(STRUCK, text)


def traced(error: BaseException) -> str:
    """Where an error came from: every error in its chain with the lines of code, without source."""
    said: list[str] = []
    known: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in known:
        known.add(id(one))
        lines = [
            f"  {frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(one.__traceback__)
        ]
        said.append("\n".join([*lines, named(one)]))
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n".join(reversed(said))


def named(error: BaseException) -> str:
    """An error by its type; with its text where that comes from outside and not from a person."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, OSError) and error.strerror:
        return f"{kind}: {error.strerror}"
    return kind


class Plain(logging.Formatter):
    """A line of the log: level, time, logger, message, and how an error came about."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self.converter = time.gmtime
        self.default_time_format, self.default_msec_format = "%Y-%m-%dT%H:%M:%S", "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        """The line, with what identifies somebody struck out."""
        record = logging.makeLogRecord(record.__dict__)
        record.exc_text = None
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line without its error; one line, whatever was typed."""
        return struck(super().formatMessage(record)).translate(ONE_LINE)

    def formatException(self, ei: object) -> str:
        """The error without its text."""
        error = ei[1] if isinstance(ei, tuple) else None
        return traced(error) if isinstance(error, BaseException) else ""


class Json(Plain):
    """The same as one JSON object a line: at, level, logger, message; error where there was one."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with what identifies somebody struck out."""
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": struck(record.getMessage()),
        }
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)
