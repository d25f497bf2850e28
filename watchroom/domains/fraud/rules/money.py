"""Money as the fraud centre counts it: whole fen, in classes that are never added up into one.

Money that was only asked for was never in danger of being counted as saved: it is *intended*. Money
a bank kept back before it left is *held*. Only money that left is *lost*, and only lost money can
be *stopped* in the account it went to, then *frozen* by a document, then *returned*. What is let go
goes back to where it was counted before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

OUTSIDE: Final = ""
"""Not counted: money nobody has claimed yet, or that was let go."""

CLASSES: Final[Mapping[str, Text]] = {
    "intended": Text("拟转", "Intended"),
    "held": Text("拦截", "Held back"),
    "stopped": Text("止付", "Stopped"),
    "frozen": Text("冻结", "Frozen"),
    "returned": Text("返还", "Returned"),
    "lost": Text("损失", "Lost"),
}

MEANINGS: Final[Mapping[str, Text]] = {
    "intended": Text("被要求转出，尚未转出", "asked for, not yet transferred"),
    "held": Text("转出前被银行或本人留住", "kept back before it left, by the bank or its owner"),
    "stopped": Text("在收款账户中被紧急止付", "under emergency stop where it went"),
    "frozen": Text("在收款账户中被依法冻结", "under a freeze where it went"),
    "returned": Text("已返还被害人", "paid back to the victim"),
    "lost": Text("已转出，未控制住", "transferred and out of reach"),
}

MAY_BECOME: Final[Mapping[str, frozenset[str]]] = {
    OUTSIDE: frozenset({"intended", "held", "lost", "stopped", "frozen", "returned"}),
    "intended": frozenset({"held", "lost", OUTSIDE}),
    "held": frozenset({"lost", OUTSIDE}),
    "lost": frozenset({"stopped", "frozen", "returned", OUTSIDE}),
    "stopped": frozenset({"frozen", "lost", OUTSIDE}),
    "frozen": frozenset({"returned", "lost", OUTSIDE}),
    "returned": frozenset(),
}
"""What each class may become. Money that was returned stays returned."""


@dataclass(frozen=True, slots=True)
class Move:
    """So many fen that were in one class are in another from now on. 1 yuan is 100 fen."""

    source: str
    target: str
    fen: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """How many fen of one matter are in each class. No fen is in two."""

    intended: int = 0
    held: int = 0
    stopped: int = 0
    frozen: int = 0
    returned: int = 0
    lost: int = 0

    @property
    def whole(self) -> int:
        """All fen that are counted, whatever has become of them."""
        return sum(getattr(self, field.name) for field in fields(self))

    def after(self, moves: Iterable[Move]) -> "Ledger":
        """The ledger after the moves, in their order. Refusal for one that cannot be."""
        ledger = self
        for move in moves:
            ledger = ledger._after(move)
        return ledger

    def _after(self, move: Move) -> "Ledger":
        if why_not := self.why_not(move):
            raise Refusal(why_not, code="money")
        changed = {
            name: getattr(self, name) + sign * move.fen
            for name, sign in ((move.source, -1), (move.target, 1))
            if name != OUTSIDE
        }
        return replace(self, **changed)

    def why_not(self, move: Move) -> Text | None:
        """Why this move cannot be; None where it can."""
        if move.fen <= 0:
            return Text("金额须大于零", "An amount must be above zero")
        if move.target not in MAY_BECOME.get(move.source, frozenset()):
            return Text("“{a}”的资金不能变为“{b}”", "“{a}” money cannot become “{b}”").format(
                a=_title(move.source), b=_title(move.target)
            )
        if move.source != OUTSIDE and getattr(self, move.source) < move.fen:
            return Text(
                "“{a}”只有 {n} 元，不够 {m} 元", "There are only {n} yuan “{a}”, not {m}"
            ).format(a=_title(move.source), n=yuan(getattr(self, move.source)), m=yuan(move.fen))
        return None


def _title(name: str) -> Text:
    return CLASSES.get(name, Text("未计", "not counted"))


def caught(ledger: Ledger, fen: int, target: str) -> list[Move]:
    """The moves when a bank stops or freezes `fen`: lost money first, the rest was unknown."""
    known = min(ledger.lost, fen)
    moves = (Move("lost", target, known), Move(OUTSIDE, target, fen - known))
    return [move for move in moves if move.fen]


def let_go(source: str, fen: int, known: int) -> list[Move]:
    """The moves when a measure ends without a next one: back to where `caught` took it from.

    `known`: how many of the `fen` had been lost money.
    """
    moves = (Move(source, "lost", known), Move(source, OUTSIDE, fen - known))
    return [move for move in moves if move.fen]


def restated(
    ledger: Ledger,
    *,
    intended: int | None = None,
    saved: int | None = None,
    lost: int | None = None,
) -> list[Move]:
    """The moves after which a case's money stands as somebody now says; None: nothing said of it.

    What is saved or lost was intended first, as far as it goes. What is stopped, frozen or returned
    had been lost, and stays where it is: less than that cannot have been lost.
    """
    left = ledger.intended
    moves: list[Move] = []
    gone = ledger.lost + ledger.stopped + ledger.frozen + ledger.returned
    for name, more in (("held", _more(saved, ledger.held)), ("lost", _more(lost, gone))):
        asked = min(left, max(more, 0))
        left -= asked
        back = min(max(-more, 0), getattr(ledger, name))
        moves += [
            Move("intended", name, asked),
            Move(OUTSIDE, name, max(more, 0) - asked),
            Move(name, OUTSIDE, back),
        ]
    stays = _more(intended, left)
    moves += [Move(OUTSIDE, "intended", max(stays, 0)), Move("intended", OUTSIDE, max(-stays, 0))]
    return [move for move in moves if move.fen]


def _more(said: int | None, counted: int) -> int:
    return 0 if said is None else said - counted


def yuan(fen: int) -> str:
    """123456 → "1,234.56": exactly, never through a float."""
    sign, rest = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{rest // 100:,}.{rest % 100:02d}"


def fen(said: str) -> int:
    """ "1,234.56" → 123456. Refusal for what is no amount of whole fen above zero."""
    plain = said.strip().replace(",", "").replace("，", "").removeprefix("¥").removesuffix("元")
    whole, point, part = plain.partition(".")
    digits = whole + part.ljust(2, "0")
    sound = whole.isdigit() and whole.isascii() and len(part) <= 2 and len(whole) <= LONGEST
    if not sound or (point and not part) or not (digits.isdigit() and digits.isascii()):
        raise Refusal(
            Text(
                "金额应写成元，最多两位小数，如 12345.67",
                "Give the amount in yuan with at most two decimals, such as 12345.67",
            ),
            code="amount",
        )
    if int(digits) == 0:
        raise Refusal(Text("金额须大于零", "An amount must be above zero"), code="amount")
    return int(digits)


LONGEST: Final = 13
"""Digits of an amount in yuan: ten trillion, which a bigint of fen holds a thousand times over."""
