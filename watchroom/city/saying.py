# ruff: noqa: E501  (lists of words read best as lines)
"""How callers put it: place names as people say them, and what they shout into the telephone."""

import random

from watchroom.city.classes import texts
from watchroom.city.model import Place

OPENINGS = (
    "",
    "",
    "",
    "喂，",
    "你好，",
    "喂110吗，",
    "警察同志，",
    "是110吧，",
    "你好我要报警，",
    "喂喂，",
    "快点，",
    "那个，",
    "同志你好，",
)
CLOSINGS = (
    "", "", "", "", "，你们快来吧", "，麻烦派人来看一下", "，快点啊", "，来个人处理一下", "，要多久到？", "，我在这等着",
    "，我不敢过去", "，别跟他说是我报的", "，已经说了好几次了", "，谢谢", "，现在还在这里", "，搞快点咯",
)  # fmt: skip
SLOTS = {
    "man": ("男的", "年轻人", "中年男的", "高个子", "光头", "戴帽子的", "女的", "穿黑衣服的"),
    "item": ("手机", "包", "钱包", "金项链", "笔记本电脑", "银手镯", "平板", "相机", "一箱酒", "身份证"),
    "kin": ("妈妈", "爸爸", "弟弟", "姐姐", "老婆", "老公", "儿子", "女儿", "舅舅", "表哥", "堂妹"),
    "old": ("爷爷", "奶奶", "外公", "外婆", "父亲", "母亲"),
    "colour": ("白色", "黑色", "红色", "蓝色", "灰色", "银色", "绿色", "黄色"),
    "dir": ("东", "西", "南", "北"),
    "k": ("两", "三", "四", "五", "六", "七", "八"),
    "m": ("五", "十", "十几", "二十", "三十", "四十"),
    "age": ("三", "四", "五", "六", "七", "八", "九", "十"),
    "elder": ("七十二", "七十五", "七十八", "八十", "八十三", "八十六"),
    "money": ("三百", "八百", "一千二", "两千", "三千五", "五千", "八千", "一万二", "两万", "三万八", "六万", "十五万"),
}  # fmt: skip
THINGS = (
    "超市",
    "药店",
    "早餐店",
    "银行",
    "彩票店",
    "理发店",
    "修车铺",
    "公交站",
    "烟酒店",
    "水果摊",
    "宾馆",
    "快递站",
    "奶茶店",
    "岗亭",
)
VAGUE = (
    "我也不知道这是哪里，旁边有个{t}", "就那个大桥下面", "菜市场这边", "学校后面那条路", "河边上", "就在{t}这里，你们应该知道吧",
    "高速出口下来一点", "一个丁字路口，有个{t}", "往{d}走的那条路上", "小区里面，门口有个{t}",
)  # fmt: skip
DISTANCES = ("五十", "一百", "两百", "三百", "五百")
ENGLISH = (
    "Hello, I need police at {p}, please send somebody.",
    "I am at {p}. I lost my passport and my phone.",
    "There is a fight near {p}, please come quickly.",
    "A car hit my bicycle at {p}. I am okay but the driver is shouting.",
)
RURAL = ("村委会旁边", "村口", "大樟树那里", "老祠堂边上", "卫生室对面")
BESIDE = ("门口", "旁边", "对面", "后面", "附近", "斜对面", "边上")


def pick(r: random.Random, options: tuple[str, ...]) -> str:
    return options[int(r.random() * len(options))]


def spoken(r: random.Random, place: Place) -> str:
    """A place as somebody standing there calls it."""
    if place.kind == "crossing":
        return spoken_crossing(r, place)
    if place.kind == "village":
        return place.zh + (f"{1 + int(r.random() * 14)}组" if r.random() < 0.4 else pick(r, RURAL))
    if place.kind in ("community", "compound") and r.random() < 0.5:
        return place.zh + address(r)
    roll = r.random()
    if roll < 0.25:
        return place.zh
    named = place.aliases[0] if place.aliases and roll < 0.45 else place.zh
    return named + pick(r, BESIDE)


def address(r: random.Random) -> str:
    """Building, entrance and door."""
    block, entrance = 1 + int(r.random() * 28), 1 + int(r.random() * 4)
    return f"{block}栋{entrance}单元{1 + int(r.random() * 18)}0{1 + int(r.random() * 4)}"


def spoken_crossing(r: random.Random, place: Place) -> str:
    """'甲路与乙路路口' the way people say it."""
    a, _, b = place.zh.removesuffix("路口").partition("与")
    roll = r.random()
    if roll < 0.22:
        return f"{a}和{b}路口"
    if roll < 0.38:
        return f"{b}跟{a}交叉口"
    if roll < 0.52:
        return f"{a}{b}那个红绿灯"
    tail = f"往{pick(r, SLOTS['dir'])}{pick(r, DISTANCES)}米"
    if roll < 0.75:
        return f"{a}和{b}路口{tail}那个{pick(r, THINGS)}门口"
    if roll < 0.9:
        return f"{a}与{b}路口{tail}"
    return f"{a}上，快到{b}那里"


def vague(r: random.Random) -> str:
    return pick(r, VAGUE).format(t=pick(r, THINGS), d=pick(r, SLOTS["dir"]))


class Slots(dict[str, str]):
    """Fills a sentence lazily: a slot is drawn only when the sentence has it."""

    def __init__(self, r: random.Random, place: str) -> None:
        super().__init__(p=place)
        self.r = r

    def __missing__(self, key: str) -> str:
        return pick(self.r, SLOTS[key])


def complaint(r: random.Random, code: str, place: str) -> str:
    """What the caller says about an event of a class at a place."""
    said = pick(r, texts()[code]).format_map(Slots(r, place))
    if code == "1103":
        return said
    return pick(r, OPENINGS) + said + pick(r, CLOSINGS)


def complaint_en(r: random.Random, place: str) -> str:
    return pick(r, ENGLISH).format(p=place)
