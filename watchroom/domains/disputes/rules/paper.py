"""The written agreement: its text from a template, and what makes it signed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from watchroom.base.text import Text

TEMPLATE = "2026.1"
"""The version of the text below; kept with each agreement."""
WIDTH, HEIGHT, MOST_POINTS = 600, 200, 4000
"""The field a signature is drawn in, and how many points it may have."""


@dataclass(frozen=True, slots=True)
class Signing:
    """Somebody who signs: their part, their name, and whether they have."""

    part: str
    name: str
    signed: bool = False


def agreement_text(
    number: str,
    title: str,
    parties: Sequence[Signing],
    mediators: Sequence[Signing],
    terms: str,
    perform_by: date | None,
    *,
    facts: str = "",
    public_order: bool = False,
) -> str:
    """The agreement in Chinese, its contents as People's Mediation Law, art. 29 lists them."""
    head = "治安调解协议书" if public_order else "调解协议书"
    lines = [head, f"编号：{number}", ""]
    lines += [f"{one.part}：{one.name}" for one in parties]
    lines += ["", f"纠纷主要事实：{facts or title}", "", "经调解，双方自愿达成如下协议："]
    lines += [line.strip() for line in terms.splitlines() if line.strip()]
    if perform_by:
        day = f"{perform_by.year}年{perform_by.month}月{perform_by.day}日"
        lines += [f"履行期限：{day}前。"]
    lines += ["", *_rights(public_order), ""]
    lines += [f"{one.part}：{one.name}" for one in mediators]
    return "\n".join(lines)


def _rights(public_order: bool) -> list[str]:
    if public_order:
        return [
            "双方履行本协议后，公安机关对违法行为人不予处罚；"
            "不履行的，公安机关依法继续办理案件，并告知可就民事争议提起诉讼。"
        ]
    return [
        "本协议自双方签名、调解员签名后生效，双方应当按照约定履行。",
        "双方可自协议生效之日起三十日内，共同向有管辖权的人民法院申请司法确认；"
        "对履行或者内容发生争议的，可以向人民法院提起诉讼。",
    ]


def why_not_signed(signing: Iterable[Signing]) -> Text | None:
    """Why the agreement has no effect yet; None where everybody has signed."""
    missing = [one for one in signing if not one.signed]
    if not missing:
        return None
    names = "、".join(one.part for one in missing)
    return Text(f"还没有签字：{names}", f"Not signed yet: {len(missing)} ({names})")


def why_not_strokes(strokes: Any) -> Text | None:
    """Why this is no drawn signature; None where it is: lists of [x, y] inside the field."""
    wrong = Text(
        "没有收到签名：请重新签写，或改用键入姓名", "No signature came: draw it again, or type"
    )
    if not isinstance(strokes, list) or not strokes or not all(map(_is_line, strokes)):
        return wrong
    points = sum(len(line) for line in strokes)
    return None if 2 <= points <= MOST_POINTS else wrong


def _is_line(line: Any) -> bool:
    return isinstance(line, list) and all(
        isinstance(p, list)
        and len(p) == 2
        and all(isinstance(v, int) for v in p)
        and 0 <= p[0] <= WIDTH
        and 0 <= p[1] <= HEIGHT
        for p in line
    )
