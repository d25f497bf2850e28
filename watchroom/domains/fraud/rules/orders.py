"""What an order to a bank must say, and when it may be given at all."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from watchroom.base.text import Text, join

STOP, FREEZE = "stop", "freeze"
SORTS: Mapping[str, Text] = {
    STOP: Text("紧急止付", "Emergency stop-payment"),
    FREEZE: Text("冻结", "Freeze"),
}
HOLDS_AS: Mapping[str, str] = {STOP: "stopped", FREEZE: "frozen"}
"""What money becomes under each."""

END_RULES: Mapping[str, str] = {STOP: "F01", FREEZE: "F02"}
"""Which time limit ends each."""

NUMBER = re.compile(r"[0-9]{8,32}")
"""A card or account number; cards have 13 to 19 digits, old accounts fewer, firms' up to 32."""

WHO_DECIDES = Text(
    "止付、冻结和返还须由人批准，不能由程序或接口批准",
    "A stop, a freeze and a return are approved by a person, never by a program or an interface",
)


@dataclass(frozen=True, slots=True)
class Target:
    """Which account, to the letter: what must match before a bank is asked to touch it."""

    bank: str
    account: str
    holder: str


TITLES: Mapping[str, Text] = {
    "bank": Text("银行", "bank"),
    "account": Text("账号", "account number"),
    "holder": Text("户名", "account holder"),
}


def target(bank: str, account: str, holder: str) -> Target:
    """What was typed, without what does not matter: spaces, dashes, full-width forms."""
    return Target(
        bank.strip(),
        re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", account)),
        " ".join(unicodedata.normalize("NFKC", holder).split()),
    )


def why_no_target(typed: Target) -> Text | None:
    """Why this names no account; None where it does."""
    if not typed.bank or not typed.holder:
        return Text("请写明银行和户名", "Name the bank and the account holder")
    if not NUMBER.fullmatch(typed.account):
        return Text("账号应为 8 至 32 位数字", "An account number has 8 to 32 digits")
    return None


def why_no_document(sort: str, document: str) -> Text | None:
    """Why a measure of this sort cannot do without a document's number; None where it can."""
    if sort != FREEZE or document:
        return None
    return Text(
        "冻结须写明法律文书号（协助冻结财产通知书）",
        "A freeze needs the number of its legal document",
    )


def why_no_match(first: Target, again: Target) -> Text | None:
    """Which fields two people typed differently; None where all are the same. Tells no value."""
    differ = [
        title for name, title in TITLES.items() if getattr(first, name) != getattr(again, name)
    ]
    if not differ:
        return None
    return Text(
        "两次录入不一致：{f}。请各自对照原始材料重新核对，再批准",
        "Typed differently the second time: {f}. Check against the source, then approve",
    ).format(f=join(differ))


def why_not_again(sort: str, before: int, times: int | None) -> Text | None:
    """Why an account cannot be stopped once more; None where it can. `times`: None is no limit."""
    if sort != STOP or times is None or before < times:
        return None
    return Text(
        "这个账户已经紧急止付 {n} 次，达到上限：请办理冻结",
        "This account was stopped {n} times, which is the limit: ask for a freeze",
    ).format(n=before)


def outcome(asked: int | None, done: int) -> str:
    """What a bank did of what was asked (None: all there is): nothing, part of it, or all."""
    if done <= 0:
        return "nothing"
    return "partly" if asked is not None and done < asked else "executed"


NOTICES: Mapping[str, Text] = {
    STOP: Text("紧急止付通知书", "Notice of emergency stop-payment"),
    FREEZE: Text("冻结财产通知书", "Notice of freeze"),
}
"""What the written notice of each is called."""
