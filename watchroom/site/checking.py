"""`watchroom check`: each line is green, or a sentence saying what to do.

What can be asked once Django runs is in `kernel.health`; the desk shows the same.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from watchroom.base.text import Text
from watchroom.site.database_url import reach
from watchroom.site.surroundings import surroundings
from watchroom.site.trouble import Trouble

BUILT = Path(__file__).resolve().parents[1] / "desk" / "static" / "desk" / "built"
MARKS = {"good": ("\x1b[32m", "✓"), "wrong": ("\x1b[31m", "✗"), "caution": ("\x1b[33m", "!")}


def check() -> int:
    """Print all findings; 0 when nothing is wrong, else 1."""
    try:
        with surroundings():
            return _report()
    except Trouble as trouble:
        _say("wrong", trouble.zh, trouble.en)
        return 1


def _report() -> int:
    import django

    _database()  # without it there is nothing to ask
    django.setup()
    from watchroom.kernel import health

    failed = 0
    for finding in health.findings():
        failed += finding.tone == "wrong"
        _say(finding.tone, finding.text.zh, finding.text.en)
    return 1 if failed else 0


def _say(tone: str, zh: str, en: str) -> None:
    colour, mark = MARKS[tone]
    colour, end = (colour, "\x1b[0m") if sys.stdout.isatty() else ("", "")
    print(f"{colour}{mark} {zh}{end}\n  {en}")


def _python() -> tuple[str, str]:
    return (f"Python {platform.python_version()}", f"Python {platform.python_version()}")


def _database() -> tuple[str, str]:
    version = reach(os.environ["DATABASE_URL"])
    if int(version.split(".")[0]) < 16:
        raise Trouble(
            f"数据库是 PostgreSQL {version}，需要 16 或更新：请升级。",
            f"The database is PostgreSQL {version} and 16 or newer is needed: upgrade it.",
        )
    return f"数据库应答：PostgreSQL {version}", f"The database answers: PostgreSQL {version}"


def _migrations() -> tuple[str, str]:
    from watchroom.site.migrating import missing

    behind = missing()
    if behind:
        raise Trouble(
            f"数据库结构落后 {behind} 步：请运行 watchroom migrate。",
            f"The schema is {behind} steps behind: run watchroom migrate.",
        )
    return "数据库结构是最新的", "The schema is up to date"


def _frontend() -> tuple[str, str]:
    if not BUILT.is_dir() or not any(BUILT.glob("*.js")):
        raise Trouble(
            "前端尚未构建：请运行 make frontend，或安装发布版的包。",
            "The frontend is not built: run make frontend, or install a release package.",
        )
    return "前端已构建", "The frontend is built"


def _judged(check: Callable[[], tuple[str, str]]) -> Callable[[], Text]:
    """A check of ours in the words of `kernel.health`."""

    def run() -> Text:
        from watchroom.kernel.health import Wrong

        try:
            return Text(*check())
        except Trouble as trouble:
            raise Wrong(trouble.zh, trouble.en) from trouble

    return run


OWN = tuple(
    (name, _judged(check))
    for name, check in (
        ("python", _python),
        ("database", _database),
        ("schema", _migrations),
        ("frontend", _frontend),
    )
)
"""Named in the settings (WATCHROOM_CHECKS): what only this storey knows."""
