"""What text messages say, by type of fraud and language, and what became of their parts."""

from collections.abc import Collection

from watchroom.base.text import Text

WORDS = Text(
    "【反诈中心】您可能正遭遇“{type}”诈骗。请立即停止转账、挂断电话，我们会用官方号码联系您。"
    "公安机关不会要求您转账。",
    "[Anti-fraud centre] You may be facing fraud: {type}. Stop transferring money and hang up; we "
    "will call you from an official number. The police never ask you to transfer money.",
)
"""For a type that has no message of its own in a language."""

LANGUAGES = ("zh", "en")
TRIES = 5
"""How often a message is given to a gateway that says: later."""

FINAL = ("delivered", "failed", "unknown")


def words(name: str, own: str, lang: str) -> str:
    """The message for a type called `name` in this language; `own` is the type's own message."""
    return own or WORDS.say(lang).format(type=name)


def together(parts: Collection[str], expected: int) -> str | None:
    """What became of a message of several parts; None while it is not known of all of them.

    One part that failed fails it: half a warning is none.
    """
    if "failed" in parts:
        return "failed"
    if len(parts) < expected or any(part not in FINAL for part in parts):
        return None
    return "unknown" if "unknown" in parts else "delivered"
