"""Sentences chosen by what the figures say: risen, fallen, unchanged, a record, no base, too few.

Pure: numbers in, words out. A number is told as a placeholder that the caller makes a token of, so
nothing here writes a digit of a figure into the text.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from watchroom.base.rounding import half_up
from watchroom.base.text import Text, join
from watchroom.figures.change import Against

FEW = 5
"""Fewer than this are told as they are, and compared with nothing."""
RECORD = 6
"""So many earlier periods there must be before one is called a record."""

Value = Decimal | None
Token = Callable[[str], str]
"""The key of a number ("n", "same:yoy") → the token that stands for it."""


@dataclass(frozen=True)
class Base:
    """What a figure is compared with."""

    key: str
    title: Text
    value: Value
    count: int


@dataclass(frozen=True)
class Facts:
    """What is known of one figure: its value, how many are behind it, and what came before."""

    title: Text
    unit: str
    value: Value
    count: int
    bases: Sequence[Base] = ()
    earlier: Sequence[Value] = ()
    each: Text | None = None
    """What one of the earlier periods is called ("months"), where a record may be told."""


SHARES = ("share", "ratio")
_HOW: Mapping[str, tuple[Text, Text]] = {
    "seconds": (Text("延长", "longer"), Text("缩短", "shorter")),
    "fen": (Text("上升", "more"), Text("下降", "less")),
    "count": (Text("上升", "more"), Text("下降", "fewer")),
}


def is_few(facts: Facts) -> bool:
    """Whether there are too few to say more than how many."""
    return facts.count < FEW


def sentence(said: Text, facts: Facts, token: Token, lang: str, *, compared: bool = True) -> str:
    """The whole sentence with its full stop, in one language; numbers are tokens."""
    if is_few(facts):
        told = _few(facts, token).say(lang)
    else:
        names = [name for name in ("n", "share", "yuan", "median", "p90") if _names(said, name)]
        told = said.format(**{name: token(name) for name in names}).say(lang)
        told += clauses(facts, token, lang) if compared else ""
    return _ended(told, lang)


def _names(said: Text, name: str) -> bool:
    return "{" + name + "}" in said.zh


def _few(facts: Facts, token: Token) -> Text:
    if facts.unit in ("count", "distinct"):
        said = Text("“{t}”共{n}件，件数较少，不作比较", "“{t}”: {n}, too few to compare")
    else:
        said = Text(
            "“{t}”仅{n}件，件数较少，不列比例和用时",
            "“{t}”: {n} only, too few for a share or a time",
        )
    return said.format(t=facts.title, n=token("n"))


def nothing_of(titles: Sequence[Text]) -> Text:
    """One sentence for everything of which nothing was recorded."""
    said = Text("本期没有记录的：{t}。", "Nothing was recorded of: {t}.")
    return said.format(t=join(titles))


def clauses(facts: Facts, token: Token, lang: str) -> str:
    """What comes after the number: how it compares with each base, and whether it is a record."""
    told = [_against(facts, base, token) for base in facts.bases]
    best = record(facts)
    told += [best] if best else []
    comma = "，" if lang == "zh" else ", "
    return "".join(comma + one.say(lang) for one in told)


def change_of(unit: str, value: Value, base: Value) -> Value:
    """The change as it is told: in per cent, or for a share in points; None where undefined."""
    return Against(value, base, points=unit in SHARES).by


def _against(facts: Facts, base: Base, token: Token) -> Text:
    if base.value is None or (base.value == 0 and facts.unit not in SHARES):
        return Text("{b}为零，不作比较", "there were none in {b}, so no change is given").format(
            b=base.title
        )
    if base.count < FEW:
        return Text("{b}件数较少，不作比较", "too few in {b} to compare").format(b=base.title)
    change = change_of(facts.unit, facts.value, base.value)
    if not change:
        return Text("与{b}持平", "the same as in {b}").format(b=base.title)
    return _changed(facts.unit, base, token(f"change:{base.key}"), rose=change > 0)


def _changed(unit: str, base: Base, number: str, *, rose: bool) -> Text:
    if unit in SHARES:
        said = Text("比{b}{h}{c}个百分点", "{c} points {h} than in {b}")
        how = Text("上升", "higher") if rose else Text("下降", "lower")
    else:
        said = Text("比{b}{h}{c}", "{c} {h} than in {b}")
        how = _HOW.get(unit, _HOW["count"])[0 if rose else 1]
    return said.format(b=base.title, h=how, c=number)


def record(facts: Facts) -> Text | None:
    """Whether it is the highest or lowest of the periods known; None where it is neither."""
    known = [value for value in facts.earlier if value is not None]
    if facts.value is None or facts.each is None or len(known) < RECORD:
        return None
    said = {"k": len(known) + 1, "e": facts.each}
    if all(facts.value > value for value in known):
        return Text("为近{k}{e}最高", "the highest of the last {k} {e}").format(**said)
    if all(facts.value < value for value in known):
        return Text("为近{k}{e}最低", "the lowest of the last {k} {e}").format(**said)
    return None


def _ended(told: str, lang: str) -> str:
    return told + "。" if lang == "zh" else told[:1].upper() + told[1:] + "."


def spell(seconds: Decimal | float | None, lang: str) -> str:
    """A span of time in words: 8分42秒, 8 min 42 s; whole seconds, half up."""
    if seconds is None:
        return "—"
    whole = int(half_up(seconds))
    days, hours, minutes, rest = whole // 86400, whole // 3600 % 24, whole // 60 % 60, whole % 60
    zh, en = ("日", "小时", "分", "秒"), (" d", " h", " min", " s")
    names = zh if lang == "zh" else en
    parts = [(days, names[0]), (hours, names[1]), (minutes, names[2]), (rest, names[3])]
    first = next((k for k, (value, _) in enumerate(parts) if value), 3)
    shown = parts[first : first + 2]
    glue = "" if lang == "zh" else " "
    return glue.join(f"{value}{name}" for value, name in shown if value or len(shown) == 1)


_SHOWN: Mapping[str, Callable[[Decimal], Text]] = {
    "share": lambda value: Text(f"{value}%", f"{value} %"),
    "yuan": lambda value: Text(f"{value:,.2f}元", f"{value:,.2f} yuan"),
    "percent": lambda value: Text(f"{abs(value):,}%", f"{abs(value):,} %"),
    "points": lambda value: Text(f"{abs(value):,}", f"{abs(value):,}"),
    "n": lambda value: Text(f"{value:,.0f}", f"{value:,.0f}"),
    "median": lambda value: Text(spell(value, "zh"), spell(value, "en")),
    "p90": lambda value: Text(spell(value, "zh"), spell(value, "en")),
}


def shown(reading: str, value: Value, lang: str) -> str:
    """A number as the report prints it; a dash where there is none."""
    return "—" if value is None else _SHOWN[reading](value).say(lang)


def reading_of(key: str, unit: str) -> str:
    """How the number of a key is read: "change:yoy" of a share is in points."""
    if key.startswith("change:"):
        return "points" if unit in SHARES else "percent"
    return key


READINGS: Mapping[str, Text] = {
    "n": Text("计数", "count"),
    "share": Text("比例", "share"),
    "yuan": Text("金额", "amount"),
    "median": Text("中位数", "median"),
    "p90": Text("第 90 百分位", "90th percentile"),
    "percent": Text("变化幅度", "change in per cent"),
    "points": Text("变化（百分点）", "change in points"),
}
