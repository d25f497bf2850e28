"""What officers and units can do besides: codes in the data, names on the screen."""

from collections.abc import Iterable

from watchroom.base.text import Text, join

TITLES = {
    "female_officer": Text("女警", "female officer"),
    "first_aid": Text("急救", "first aid"),
    "water_rescue": Text("水域救援", "water rescue"),
    "negotiation": Text("谈判", "negotiation"),
    "english": Text("英语", "English"),
    "sign_language": Text("手语", "sign language"),
    "drone": Text("无人机", "drone"),
    "dog": Text("警犬", "police dog"),
    "armed": Text("武装", "armed"),
    "crash": Text("事故勘查", "crash investigation"),
}
"""Ours. A skill that is not here goes by the word the agency wrote."""


def named(codes: Iterable[str]) -> Text | str:
    """The names in one line; empty where there are none."""
    titles = [TITLES.get(code, Text(code, code)) for code in codes]
    return join(titles) if titles else ""
