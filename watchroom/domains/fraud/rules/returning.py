"""How frozen money is shared among those it was taken from: to the fen, and told why.

What can be followed transfer by transfer goes straight back; the rest is shared in proportion to
what each lost beyond that (冻结资金返还若干规定 第八条), after a public notice. Fen that do not
divide go to the largest remainders; of equal remainders the claim that was reported first, then
the smaller number, gets one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text


@dataclass(frozen=True, slots=True)
class Claim:
    """What one victim lost into the account; `traced` of it can be followed into what is left."""

    number: int
    reported_at: datetime
    lost: int
    traced: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """What one victim gets, in fen: straight back, and in proportion."""

    number: int
    direct: int
    pro_rata: int

    @property
    def fen(self) -> int:
        """Both together."""
        return self.direct + self.pro_rata


@dataclass(frozen=True, slots=True)
class Plan:
    """Who gets how much of the pot; what is `left` stays frozen, for claims still to come."""

    pot: int
    shares: tuple[Share, ...]
    left: int

    @property
    def needs_notice(self) -> bool:
        """Whether anybody is paid in proportion: then the public is told first, and may object."""
        return any(share.pro_rata for share in self.shares)


def plan(pot: int, claims: Sequence[Claim]) -> Plan:
    """Share `pot` fen. The shares and what is left add up to the pot, and nobody gets more than
    they lost. Refusal for claims that cannot be."""
    if why_not := why_no_plan(pot, claims):
        raise Refusal(why_not, code="claims")
    known = sorted(claims, key=lambda claim: (claim.reported_at, claim.number))
    direct = shared(pot, [claim.traced for claim in known])
    rest = pot - sum(direct)
    beyond = shared(rest, [claim.lost - claim.traced for claim in known])
    shares = tuple(Share(c.number, d, p) for c, d, p in zip(known, direct, beyond, strict=True))
    return Plan(pot, shares, pot - sum(share.fen for share in shares))


def why_no_plan(pot: int, claims: Sequence[Claim]) -> Text | None:
    """Why there can be no plan; None where there can."""
    if pot <= 0:
        return Text("没有可返还的冻结资金", "There is no frozen money to return")
    if not claims:
        return Text("请先登记被害人和损失金额", "Enter the victims and what they lost first")
    if len({claim.number for claim in claims}) < len(claims):
        return Text("同一笔损失登记了两次", "A loss is entered twice")
    if any(not 0 <= claim.traced <= claim.lost or claim.lost <= 0 for claim in claims):
        return Text(
            "可溯源金额不能多于损失金额，损失金额须大于零",
            "What can be traced cannot be more than was lost, and a loss is above zero",
        )
    if sum(claim.traced for claim in claims) > pot:
        return Text(
            "可溯源金额之和多于冻结余额：后转出的钱已不在账上，请重新核对溯源",
            "More is said to be traced than is frozen: part of it has moved on, trace again",
        )
    return None


def shared(pot: int, weights: Sequence[int]) -> list[int]:
    """`pot` fen in proportion to the weights, none more than its weight; largest remainders.

    Equal remainders: the earlier in the sequence. The parts add up to min(pot, sum(weights)).
    """
    whole = sum(weights)
    if pot >= whole:
        return list(weights)
    parts = [pot * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(pot * weights[i] % whole), i))
    for i in order[: pot - sum(parts)]:
        parts[i] += 1
    return parts
