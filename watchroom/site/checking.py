"""`watchroom check`: each line is green, or a sentence saying what to do."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from watchroom.site.database_url import reach
from watchroom.site.postgres import data_folder
from watchroom.site.surroundings import surroundings
from watchroom.site.trouble import Trouble

BUILT = Path(__file__).resolve().parents[1] / "desk" / "static" / "desk" / "built"
LOW_DISK = 2 * 2**30  # bytes
CLOCK_LIMIT = 2.0  # seconds between this machine's clock and the database's


class Caution(Trouble):
    """What works, though not as well as it could: said, and no failure."""


def check() -> int:
    """Print all findings; 0 when nothing is wrong, else 1."""
    try:
        with surroundings():
            return _report(CHECKS)
    except Trouble as trouble:
        _say(False, trouble.zh, trouble.en)
        return 1


def _report(checks: tuple[Callable[[], tuple[str, str]], ...]) -> int:
    failed = 0
    for one in checks:
        try:
            _say(True, *one())
        except Caution as caution:
            _say(None, caution.zh, caution.en)
        except Trouble as trouble:
            failed += 1
            _say(False, trouble.zh, trouble.en)
    return 1 if failed else 0


MARKS = {True: ("\x1b[32m", "✓"), False: ("\x1b[31m", "✗"), None: ("\x1b[33m", "!")}


def _say(good: bool | None, zh: str, en: str) -> None:
    """A finding: good, wrong, or None for a caution."""
    colour, mark = MARKS[good]
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
    import django

    from watchroom.site.migrating import missing

    django.setup()
    behind = missing()
    if behind:
        raise Trouble(
            f"数据库结构落后 {behind} 步：请运行 watchroom migrate。",
            f"The schema is {behind} steps behind: run watchroom migrate.",
        )
    return "数据库结构是最新的", "The schema is up to date"


def _disk() -> tuple[str, str]:
    free = shutil.disk_usage(data_folder()).free
    if free < LOW_DISK:
        raise Trouble(
            f"磁盘只剩 {free / 2**30:.1f} GB：请清理或扩容。",
            f"Only {free / 2**30:.1f} GB of disk are left: make room.",
        )
    return f"磁盘余量 {free / 2**30:.0f} GB", f"{free / 2**30:.0f} GB of disk are free"


def _clock() -> tuple[str, str]:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        before = time.time()
        row = connection.execute("SELECT extract(epoch FROM clock_timestamp())").fetchone()
        middle = (before + time.time()) / 2
    apart = abs(float(row[0]) - middle) if row else 0.0
    if apart > CLOCK_LIMIT:
        raise Trouble(
            f"本机与数据库的时钟相差 {apart:.1f} 秒：请启用时间同步。",
            f"The clocks of this machine and the database are {apart:.1f} s apart: turn on "
            "time synchronisation.",
        )
    return f"时钟一致（相差 {apart:.3f} 秒）", f"The clocks agree ({apart:.3f} s apart)"


def _secrets() -> tuple[str, str]:
    path = data_folder() / "secrets.json"
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        raise Trouble(
            f"别人能读 {path}：请运行 chmod 600 “{path}”。",
            f"Others can read {path}: run chmod 600 '{path}'.",
        )
    return "密钥只有所有者可读", "The secrets are readable by their owner only"


def _frontend() -> tuple[str, str]:
    if not BUILT.is_dir() or not any(BUILT.glob("*.js")):
        raise Trouble(
            "前端尚未构建：请运行 make frontend，或安装发布版的包。",
            "The frontend is not built: run make frontend, or install a release package.",
        )
    return "前端已构建", "The frontend is built"


def _map() -> tuple[str, str]:
    if not any((data_folder() / "map").glob("*.pmtiles")):
        raise Trouble(
            "还没有地图瓦片：请运行 watchroom city，或导入自己的路网。",
            "There are no map tiles yet: run watchroom city, or import roads of your own.",
        )
    return "地图瓦片就绪", "The map tiles are there"


def _paper() -> tuple[str, str]:
    from watchroom.kernel import paper_font

    found = paper_font.find()
    if found is None:
        raise Caution(
            "没有可嵌入的中文字体：纸质卡片在没有中文字体的机器上会印成方框。"
            "请安装 fonts-noto-cjk，或用 WATCHROOM_PDF_FONT 指定字体文件。",
            "There is no Chinese font to enclose: paper cards print as boxes where the reader has "
            "none. Install fonts-noto-cjk, or name a font file with WATCHROOM_PDF_FONT.",
        )
    return f"纸质卡片的字体：{found}", f"The font of paper cards: {found}"


CHECKS = (_python, _database, _migrations, _disk, _clock, _secrets, _frontend, _map, _paper)
