"""Names of places and people from our own lists of characters. Nobody here is real."""

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import numpy as np

DATA = Path(__file__).parent / "data"

VILLAGE_HEAD = (
    "柳杨松竹梅桃杏荷菊枫桐樟槐榆桂兰青白红金银玉石云月星双古新上下长大清龙凤鹤鹭雁葛麻茶稻苇芦茅沙"
)
VILLAGE_TAIL = "溪河塘湖湾洲滩浦渡桥堤坝泉井岭坡冈坪坳冲峰岩谷林园田畈垄垸店铺集亭"
FAMILY_TAIL = "湾冲坪塘桥坝岭坳畈店渡铺垸洲"
COMMUNITY_HEAD = "翠锦春晓晴朗景文昌盛宏德仁义礼信明辉和泰安康宁福乐怡馨逸雅华朝阳"
COMMUNITY_TAIL = "苑庭园里台坊门街桥江湖滨泽荫洲岸桂松"
ROAD_HEAD = "朝文建兴振锦春明光华泰安景长青翠枫桂学科银金云鹤鹭澜浦望白书海广宏"
ROAD_TAIL = "阳昌业兴宁晖德荣康平山林湖江溪麓枫杉桐棠岭台华春庆年贤秀"
LANE_HEAD = "铁米油豆染鞋伞锣鼓灯布盐茶柴笔墨纸竹木石井桥塔钟衣马水火鱼花书"
LANE_TAIL = "匠市行坊铺仓井门楼桥塔庙巷桂槐柳码"
BRANDS = (
    "禾泰",
    "澜悦",
    "鹭鸣",
    "百顺禾",
    "云锦",
    "桂香",
    "宏阔",
    "锦澜",
    "青禾",
    "星渚",
    "望湖",
    "万禾",
)

FAMILIES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余"
    "叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段"
    "雷龙史陶贺顾毛郝龚邵万钱严覃武戚莫孔向汤"
)
GIVEN_M = "伟强军勇杰涛明超亮刚平辉鹏飞斌波宇浩凯健俊帆文志建国海峰林松柏毅诚博远航晨旭思源子轩"
GIVEN_F = "芳娜敏静丽艳娟霞秀英慧玲燕红梅莉婷雪琳晶倩颖洁岚薇蓉兰萍佳怡欣悦雨菲梦瑶思语子涵"


@cache
def syllables() -> dict[str, str]:
    """Character -> pinyin without tones, as read in names."""
    with (DATA / "pinyin.csv").open(encoding="utf-8", newline="") as file:
        return {row["character"]: row["pinyin"] for row in csv.DictReader(file)}


def pinyin(text: str) -> list[str]:
    table = syllables()
    return [table.get(ch, ch.lower()) for ch in text if ch.isalnum()]


def joined(text: str) -> str:
    """柳溪 -> Liuxi."""
    return "".join(pinyin(text)).capitalize()


def initials(text: str) -> str:
    return "".join(part[0] for part in pinyin(text))


class Names:
    """A shuffled pile of names that is drawn from without replacement."""

    def __init__(self, r: np.random.Generator, pool: Iterable[str], taken: set[str]) -> None:
        fresh = sorted(set(pool) - taken)
        self.pile: Iterator[str] = iter([fresh[i] for i in r.permutation(len(fresh))])
        self.taken = taken
        self.round = 1

    def draw(self) -> str:
        """The next name nobody has; an empty pile is an error in the lists, so it is raised."""
        for name in self.pile:
            if name not in self.taken:
                self.taken.add(name)
                return name
        raise LookupError("the lists of characters are too short for this many names")


def pairs(heads: Iterable[str], tails: Iterable[str]) -> list[str]:
    return [a + b for a in heads for b in tails if a != b]


def village_pool() -> list[str]:
    families = [f + "家" + t for f in FAMILIES[:60] for t in FAMILY_TAIL]
    return pairs(VILLAGE_HEAD, VILLAGE_TAIL) + families


def community_pool() -> list[str]:
    return pairs(COMMUNITY_HEAD, COMMUNITY_TAIL)


def road_pool() -> list[str]:
    return pairs(ROAD_HEAD, ROAD_TAIL)


def side_pool() -> list[str]:
    """Lesser streets are called after greater ones: 文昌东, 文昌二."""
    return [name + part for name in road_pool() for part in "东西南北中一二三"]


def lane_pool() -> list[str]:
    lanes = pairs(LANE_HEAD, LANE_TAIL)
    return lanes + [name + part for name in lanes for part in "前后横"]


def person(r: np.random.Generator, sex: str) -> tuple[str, str]:
    """(surname, given name) in characters."""
    given = GIVEN_F if sex == "f" else GIVEN_M
    family = FAMILIES[min(int(r.exponential(22)), len(FAMILIES) - 1)]
    count = 1 if r.random() < 0.22 else 2
    return family, "".join(given[i] for i in r.integers(0, len(given), count))


def person_en(family: str, given: str) -> str:
    return f"{joined(family)} {joined(given)}"
