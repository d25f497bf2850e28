"""Renders templates with Jinja2 alone, the way base.html promises to need nothing else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
CSRF = Markup('<input type="hidden" name="csrfmiddlewaretoken" value="token-for-tests">')

AREAS = [
    ("接处警", "Dispatch", 7, True),
    ("布警", "Coverage", 0, False),
    ("指令", "Directives", 2, False),
    ("反诈", "Fraud", 31, False),
    ("矛盾纠纷", "Disputes", 12, False),
    ("社区警务", "Community", 0, False),
    ("案件", "Cases", 4, False),
    ("办案中心", "Custody", 0, False),
    ("服务窗口", "Services", 0, False),
    ("指标", "Figures", 0, False),
]


def environment() -> Environment:
    loaders = [FileSystemLoader(ROOT / "watchroom/desk/templates"), FileSystemLoader(HERE)]
    return Environment(loader=ChoiceLoader(loaders), autoescape=True, undefined=StrictUndefined)


def names(lang: str, theme: str, me: str | None = "王芳") -> dict[str, Any]:
    """The names base.html needs, for a page in `lang` ("zh" | "en") and `theme`."""

    def t(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    menu = [
        {
            "title": t(zh, en),
            "href": "#",
            "key": "dcifpmkxsn"[i],
            "active": i == 0,
            "count": count,
            "late": late,
        }
        for i, (zh, en, count, late) in enumerate(AREAS)
    ]
    return {
        "t": t,
        "lang": lang,
        "theme": theme,
        "csrf_input": CSRF,
        "messages": (),
        "static": lambda path: f"/static/{path}",
        "url": lambda name, *args: "/" + "/".join([name, *map(str, args)]),
        "menu": menu,
        "me": me,
        "busy": None,
    }


# Number, priority, title, state, tone, units, seconds from now to due, start and end, drive.
GuideRow = tuple[
    str, int, tuple[str, str], tuple[str, str], str | None, str, float, float, float | None, str
]
ROWS: list[GuideRow] = [
    (
        *(
            "23",
            1,
            ("纠纷 · 中山路 118 号便利店", "Dispute · 118 Zhongshan Rd"),
            ("待派", "waiting"),
        ),
        *("open", "—", 42, -18, None, "3:40"),
    ),
    (
        *("22", 2, ("交通事故 · 环城北路立交", "Crash · North Ring interchange"), ("已派", "sent")),
        *("info", "P07", 9, -51, None, "5:12"),
    ),
    (
        *(
            "21",
            2,
            ("求助 · 滨江公园老人走失", "Help · man lost, Riverside Park"),
            ("超时", "late"),
        ),
        *("late", "P12, S03", -80, -140, None, "2:05"),
    ),
    (
        *("20", 3, ("盗窃 · 解放小区 4 栋", "Theft · Jiefang block 4"), ("途中", "under way")),
        *("busy", "P15", 1500, -300, None, "1:10"),
    ),
    (
        *("19", 3, ("噪音 · 学府路", "Noise · Xuefu Rd"), ("到场", "on scene")),
        *("good", "P02", 200_000, -4000, None, "0:00"),
    ),
    (
        *("18", 4, ("咨询 · 转 12345", "Question · referred to 12345"), ("已结", "closed")),
        *(None, "—", -200, -900, -804, "—"),
    ),
]


def guide_rows(lang: str) -> list[tuple[Any, ...]]:
    """The rows of the guide's table, their clocks set from now."""
    now = datetime.now(UTC)
    word = 0 if lang == "zh" else 1

    def at(seconds: float | None) -> datetime | None:
        return None if seconds is None else now + timedelta(seconds=seconds)

    return [
        (
            number,
            level,
            title[word],
            state[word],
            tone,
            units,
            *map(at, (due, started, ended)),
            drive,
        )
        for number, level, title, state, tone, units, due, started, ended, drive in ROWS
    ]


def render(template: str, lang: str = "zh", theme: str = "light", **extra: Any) -> str:
    return environment().get_template(template).render(names(lang, theme) | extra)
