"""Which rule of law a clock of a dispute runs by. "" says: this clock is not for this dispute."""

from collections.abc import Collection

from watchroom.base.text import Text

from .words import PUBLIC_ORDER

PEOPLES = frozenset({"village_committee", "peoples_mediator", "trade_body"})
"""Bodies whose mediation is people's mediation (People's Mediation Law, arts. 7, 8 and 34)."""


def mediate_rule(track: str, mediators: Collection[str]) -> str:
    """How long mediation may take: I01 with a people's mediator; by the case's own limit where a
    public-order case is filed; else our default."""
    if track == PUBLIC_ORDER:
        return ""
    return "I01" if PEOPLES & set(mediators) else "disputes.mediate"


def confirm_rule(track: str, mediators: Collection[str], *, oral: bool) -> str:
    """I02 where a court can confirm the agreement: a written one, reached before a mediation body
    (People's Mediation Law, art. 33; Civil Procedure Law, art. 205)."""
    written = not oral and track != PUBLIC_ORDER
    return "I02" if written and PEOPLES & set(mediators) else ""


def second_rule(track: str, failures: int) -> str:
    """C06 after the first failed mediation of a public-order case; `failures` counts this one."""
    return "C06" if track == PUBLIC_ORDER and failures == 1 else ""


def why_no_more_mediation(track: str, failures: int) -> Text | None:
    """Why it is not mediated again; None where it may be."""
    if track == PUBLIC_ORDER and failures > 1:
        return Text(
            "治安案件只可再调解一次（行政案件程序规定第183条）：请转案件办理或导入其他途径",
            "A public-order case is mediated once more only (Administrative Case Procedure 183): "
            "go on as a case, or lead it elsewhere",
        )
    return None
