"""What is entered about money: moves between classes, one by one, never edited."""

from collections.abc import Sequence
from datetime import datetime

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from ..flow.permissions import RESPOND
from ..models.cases import Case
from ..models.measures import Money, MoneyMove
from ..queries import measures as queries
from ..rules.money import CLASSES, OUTSIDE, Ledger, Move, restated

BY_HAND = frozenset({OUTSIDE, "intended", "held", "lost"})
"""Between these anybody who handles the case moves money; the others are moved by measures."""


def held_ledger(matter_id: int) -> Ledger:
    """The ledger of a matter, locked until the transaction ends."""
    Money.objects.get_or_create(matter_id=matter_id)
    row = Money.objects.select_for_update().get(pk=matter_id)
    return Ledger(**{name: getattr(row, name) for name in CLASSES})


def enter(matter_id: int, moves: Sequence[Move], because: Matter, at: datetime) -> None:
    """Enter moves on a matter's ledger. Refusal for one that cannot be; PostgreSQL refuses it too.

    Call inside the act that causes it: its entry says the amounts.
    """
    held_ledger(matter_id).after(moves)
    for move in moves:
        MoneyMove.objects.create(
            matter_id=matter_id,
            because=because,
            source=move.source,
            target=move.target,
            fen=move.fen,
            at=at,
        )


def follow_case(matter: Matter, step: str, at: datetime) -> None:
    """What a step of a case says of its money is how its money stands. Call inside that act."""
    if step not in ("assess", "feed_back", "dismiss"):
        return
    case = Case.objects.get(pk=matter.pk)
    said: dict[str, int | None] = {"intended": case.intended_fen}
    if step == "feed_back":  # what was neither saved nor lost is in danger no longer
        said = {"intended": 0, "saved": case.saved_fen, "lost": case.lost_fen}
    elif step == "dismiss":
        said = {"intended": 0}
    enter(matter.pk, restated(held_ledger(matter.pk), **said), matter, at)


def tell(
    actor: Actor,
    matter_id: int,
    source: str,
    target: str,
    fen: int,
    *,
    evidence: str,
    occurred_at: datetime | None = None,
) -> Ledger:
    """Say what became of a case's money before any measure: asked for, held back, gone.

    `evidence` says how it is known ("bank_record", "statement"): never a name or number.
    """
    matter = access.find(actor, pk=matter_id, kind__in=list(queries.KINDS))
    access.require(actor, RESPOND, matter)
    if not {source, target} <= BY_HAND:
        raise Refusal(
            Text(
                "止付、冻结、返还的金额由相应措施登记，不能手工改",
                "Stopped, frozen and returned money is entered by its measure, not by hand",
            )
        )
    at = occurred_at or now()
    with acts.together():
        acts.lock([matter.pk])
        enter(matter.pk, [Move(source, target, fen)], matter, at)
        said = {"from": source, "to": target, "fen": fen, "evidence": evidence}
        acts.record(actor, matter, "money_moved", data=said, occurred_at=at)
        return held_ledger(matter.pk)
