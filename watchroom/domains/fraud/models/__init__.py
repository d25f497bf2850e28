"""The tables of the fraud centre."""

from watchroom.kernel.sealing import Sealed

from .cases import Case, Contact
from .measures import (
    Account,
    Appeal,
    Bank,
    BankOrder,
    Claim,
    Measure,
    Money,
    MoneyMove,
    Objection,
    Restitution,
)
from .messages import Message, MessagePart
from .policy import Feed, FraudType, RuleSet, TypeList
from .warnings import Reject, TakenBack, Warning, Window

SEALED = (Sealed(Bank, "secret", "fraud.bank"),)

__all__ = [
    "SEALED",
    "Account",
    "Appeal",
    "Bank",
    "BankOrder",
    "Case",
    "Claim",
    "Contact",
    "Feed",
    "FraudType",
    "Measure",
    "Message",
    "MessagePart",
    "Money",
    "MoneyMove",
    "Objection",
    "Reject",
    "Restitution",
    "RuleSet",
    "TakenBack",
    "TypeList",
    "Warning",
    "Window",
]
