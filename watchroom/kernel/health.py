"""How the system is running: each check is green, a caution, or a sentence saying what to do.

The command `check` prints them and the desk shows them, so that both say the same.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string

from watchroom.base.clock import now
from watchroom.base.text import Text

from . import gauges, paper_font

LOW_DISK = 2 * 2**30
"""Bytes."""
APART = 2.0
"""Seconds between this machine's clock and the database's."""
WAITS = 120.0
"""Seconds that a job may wait before somebody is needed."""
HELD = 30.0
"""Seconds for which one open transaction may hold up the live stream."""
LATE = timedelta(minutes=2)
"""A clock that ran out so long ago and was not raised: no worker looks after the clocks."""
BACKUP = timedelta(hours=26)
ENDS_SOON, ENDS = timedelta(days=30), timedelta(days=14)
"""Of a certificate: when it is said, and when it is wrong not to have done anything."""


class Wrong(Exception):
    """Something needs a hand; the text says what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


class Caution(Wrong):
    """What works, though not as well as it could."""


@dataclass(frozen=True)
class Finding:
    """What one check found. `tone`: good, caution or wrong."""

    key: str
    tone: str
    text: Text


Check = Callable[[], Text]


def findings() -> Iterator[Finding]:
    """Everything, in order; a check that the database fails says so."""
    own: tuple[tuple[str, Check], ...] = import_string(settings.WATCHROOM_CHECKS)
    for key, check in (*own, *CHECKS):
        yield judged(key, check)


def judged(key: str, check: Check) -> Finding:
    """What one check found."""
    try:
        return Finding(key, "good", check())
    except Caution as caution:
        return Finding(key, "caution", caution.text)
    except Wrong as wrong:
        return Finding(key, "wrong", wrong.text)
    except DatabaseError as error:
        said = type(error).__name__
        zh = f"数据库没有回答这一项（{said}）：请看数据库的日志。"
        en = f"The database did not answer this ({said}): its log says why."
        return Finding(key, "wrong", Text(zh, en))


def _disk() -> Text:
    free = shutil.disk_usage(settings.DATA).free
    if free < LOW_DISK:
        raise Wrong(
            f"磁盘只剩 {free / 2**30:.1f} GB：请清理或扩容。",
            f"Only {free / 2**30:.1f} GB of disk are left: make room.",
        )
    return Text(f"磁盘余量 {free / 2**30:.0f} GB", f"{free / 2**30:.0f} GB of disk are free")


def _clock() -> Text:
    with connection.cursor() as cursor:
        before = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        middle = (before + time.time()) / 2
        apart = abs(float(cursor.fetchone()[0]) - middle)
    if apart > APART:
        raise Wrong(
            f"本机与数据库的时钟相差 {apart:.1f} 秒：请启用时间同步。",
            f"The clocks of this machine and the database are {apart:.1f} s apart: turn on "
            "time synchronisation.",
        )
    return Text(f"时钟一致（相差 {apart:.3f} 秒）", f"The clocks agree ({apart:.3f} s apart)")


def _keys() -> Text:
    path = Path(settings.DATA) / "secrets.json"
    if not path.exists():
        return Text("密钥由环境变量给出", "The secrets come from the environment")
    if path.stat().st_mode & 0o077:
        raise Wrong(
            f"别人能读 {path}：请运行 chmod 600 “{path}”。",
            f"Others can read {path}: run chmod 600 '{path}'.",
        )
    return Text("密钥只有所有者可读", "The secrets are readable by their owner only")


def _certificate() -> Text:
    if not settings.WATCHROOM_CERTIFICATE:
        if settings.TLS:
            raise Caution(
                "不知道证书在哪里，无法提前提醒到期：请用 WATCHROOM_CERTIFICATE 指明证书文件。",
                "Where the certificate lies is not known, so nobody is warned before it ends: name "
                "its file in WATCHROOM_CERTIFICATE.",
            )
        return Text("不用 TLS（仅限本机）", "No TLS (for this machine only)")
    ends = _ends(Path(settings.WATCHROOM_CERTIFICATE))
    left = ends - now()
    if left < ENDS_SOON:
        kind = Wrong if left < ENDS else Caution
        raise kind(
            f"证书将于 {ends:%Y-%m-%d} 到期：请更换。",
            f"The certificate ends on {ends:%Y-%m-%d}: renew it.",
        )
    return Text(f"证书有效至 {ends:%Y-%m-%d}", f"The certificate is good until {ends:%Y-%m-%d}")


def _ends(path: Path) -> datetime:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as error:
        raise Wrong(
            f"读不懂证书 {path}（{error}）：请检查 WATCHROOM_CERTIFICATE。",
            f"The certificate {path} cannot be read ({error}): check WATCHROOM_CERTIFICATE.",
        ) from error


def _queue() -> Text:
    jobs = gauges.jobs()
    if jobs.oldest_s > WAITS:
        raise Wrong(
            f"{jobs.waiting} 项后台任务在等待，最久的已等 {jobs.oldest_s:.0f} 秒："
            "请看 watchroom worker 是否在运行。",
            f"{jobs.waiting} jobs wait, the oldest for {jobs.oldest_s:.0f} s: see whether "
            "watchroom worker runs.",
        )
    if jobs.stranded:
        raise Caution(
            f"{jobs.stranded} 项任务的进程已不在，将自动重做。",
            f"{jobs.stranded} jobs were left by a worker that is gone: they are queued again.",
        )
    if jobs.failed:
        raise Caution(
            f"最近一天有 {jobs.failed} 项后台任务失败：请看 worker 的日志。",
            f"{jobs.failed} jobs failed in the last day: the worker's log says why.",
        )
    return Text(f"后台任务：{jobs.waiting} 项等待", f"Jobs: {jobs.waiting} waiting")


def _worker() -> Text:
    silent = gauges.worker_silent_s()
    if silent is None:
        raise Caution(
            "没有后台进程：时限不会报警。请运行 watchroom worker。",
            "No worker runs, so no clock is raised: start watchroom worker.",
        )
    if silent > gauges.SILENT_S:
        raise Wrong(
            f"后台进程已 {silent:.0f} 秒没有动静：请重新启动 watchroom worker。",
            f"The worker has been silent for {silent:.0f} s: start watchroom worker again.",
        )
    return Text("后台进程在运行", "The worker is alive")


def _clocks() -> Text:
    forgotten = gauges.forgotten_clocks(LATE)
    if forgotten:
        raise Wrong(
            f"{forgotten} 个时限已过而未报警：请看 watchroom worker 是否在运行。",
            f"{forgotten} clocks ran out and were not raised: see whether watchroom worker runs.",
        )
    return Text("没有漏报的时限", "No clock was forgotten")


def _stream() -> Text:
    held = gauges.stream_held_s()
    if held > HELD:
        raise Wrong(
            f"一个打开了 {held:.0f} 秒的事务使实时流停在原处：请结束它（pg_stat_activity）。",
            f"A transaction open for {held:.0f} s holds up the live stream: end it "
            "(pg_stat_activity).",
        )
    if not gauges.live_processes():
        raise Caution(
            "没有实时流进程：画面只能手工刷新。请运行 watchroom live。",
            "No live stream runs, so screens do not move by themselves: start watchroom live.",
        )
    return Text("实时流在运行", "The live stream runs")


def _backups() -> Text:
    made = last_backup()
    if made is None:
        raise Caution(
            "还没有备份：请运行 watchroom backup，并每日定时。",
            "There is no backup yet: run watchroom backup, and every day by a timer.",
        )
    age = now() - made
    if age > BACKUP:
        raise Wrong(
            f"最近一次备份已是 {age / timedelta(hours=1):.0f} 小时前：请看备份的定时任务。",
            f"The last backup is {age / timedelta(hours=1):.0f} h old: look at the backup's timer.",
        )
    return Text(
        f"最近一次备份在 {age / timedelta(hours=1):.0f} 小时前",
        f"The last backup was made {age / timedelta(hours=1):.0f} h ago",
    )


def last_backup() -> datetime | None:
    """When the newest whole backup was made; the manifest comes last, so without it there is none.

    Looked for where WATCHROOM_BACKUPS says, else in `backups` of the data folder.
    """
    folder = Path(settings.WATCHROOM_BACKUPS or Path(settings.DATA) / "backups")
    found = [_made_at(path) for path in folder.glob("*/manifest.json")]
    return max((made for made in found if made), default=None)


def _made_at(path: Path) -> datetime | None:
    try:
        made = datetime.fromisoformat(json.loads(path.read_text())["made_at"])
    except (OSError, ValueError, KeyError):
        return None
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def _map() -> Text:
    if not any((Path(settings.DATA) / "map").glob("*.pmtiles")):
        raise Wrong(
            "还没有地图瓦片：请运行 watchroom city，或导入自己的路网。",
            "There are no map tiles yet: run watchroom city, or import roads of your own.",
        )
    return Text("地图瓦片就绪", "The map tiles are there")


def _paper() -> Text:
    found = paper_font.find()
    if found is None:
        raise Caution(
            "没有可嵌入的中文字体：纸质卡片在没有中文字体的机器上会印成方框。"
            "请安装 fonts-noto-cjk，或用 WATCHROOM_PDF_FONT 指定字体文件。",
            "There is no Chinese font to enclose: paper cards print as boxes where the reader has "
            "none. Install fonts-noto-cjk, or name a font file with WATCHROOM_PDF_FONT.",
        )
    return Text(f"纸质卡片的字体：{found}", f"The font of paper cards: {found}")


CHECKS: tuple[tuple[str, Check], ...] = (
    ("disk", _disk),
    ("clock", _clock),
    ("keys", _keys),
    ("certificate", _certificate),
    ("queue", _queue),
    ("worker", _worker),
    ("clocks", _clocks),
    ("stream", _stream),
    ("backups", _backups),
    ("map", _map),
    ("paper", _paper),
)
