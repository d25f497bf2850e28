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
        "static": lambda path: f"/static/{path}",
        "url": lambda name, *args: "/" + "/".join([name, *map(str, args)]),
        "menu": menu,
        "me": me,
    }


def guide_rows(lang: str) -> list[tuple[Any, ...]]:
    now = datetime.now(UTC)

    def at(seconds: float) -> datetime:
        return now + timedelta(seconds=seconds)

    zh = lang == "zh"
    return [
        (
            "23",
            1,
            "纠纷 · 中山路 118 号便利店" if zh else "Dispute · 118 Zhongshan Rd",
            "待派" if zh else "waiting",
            "open",
            "—",
            at(42),
            at(-18),
            None,
            "3:40",
        ),
        (
            "22",
            2,
            "交通事故 · 环城北路立交" if zh else "Crash · North Ring interchange",
            "已派" if zh else "sent",
            "info",
            "P07",
            at(9),
            at(-51),
            None,
            "5:12",
        ),
        (
            "21",
            2,
            "求助 · 滨江公园老人走失" if zh else "Help · elderly man lost, Riverside Park",
            "超时" if zh else "late",
            "late",
            "P12, S03",
            at(-80),
            at(-140),
            None,
            "2:05",
        ),
        (
            "20",
            3,
            "盗窃 · 解放小区 4 栋" if zh else "Theft · Jiefang estate, block 4",
            "途中" if zh else "under way",
            "busy",
            "P15",
            at(1500),
            at(-300),
            None,
            "1:10",
        ),
        (
            "19",
            3,
            "噪音 · 学府路" if zh else "Noise · Xuefu Rd",
            "到场" if zh else "on scene",
            "good",
            "P02",
            at(200000),
            at(-4000),
            None,
            "0:00",
        ),
        (
            "18",
            4,
            "咨询 · 转 12345" if zh else "Question · referred to 12345",
            "已结" if zh else "closed",
            None,
            "—",
            at(-200),
            at(-900),
            at(-804),
            "—",
        ),
    ]


def render(template: str, lang: str = "zh", theme: str = "light", **extra: Any) -> str:
    return environment().get_template(template).render(**names(lang, theme), **extra)
