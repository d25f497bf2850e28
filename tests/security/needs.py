"""What each row asks of whoever comes, in words; the cells follow from it and from the roles."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .rows import API
from .who import Caller

NEEDED = ":needed"


@dataclass(frozen=True)
class Need:
    """One expectation: `mode` and the permission it is about.

    here        the permission where the thing is, or where one is involved if it is held so
    over        the permission over the thing's agency outright
    published   as here; and for all at or below the thing's agency who hold it at all
    anywhere    the permission, wherever: lists and forms, which show what one may see
    signed-in   whoever is signed in
    everybody   whoever asks, without signing in
    own         whoever it belongs to; nobody who asks here
    nobody      nobody, until something else is there
    no-method   the address does not take this method

    `a|b` is one of them, `a+b` both.
    """

    mode: str
    permission: str = ""
    sees: str = ""
    """`here …` or `anywhere …`: who may know that the thing is there, and hears that they may not
    do this to it. Without it: whoever is let in."""
    people: bool = False
    """No machine does this, whatever its scopes."""

    @classmethod
    def read(cls, said: str) -> "Need":
        """`here dispatch.respond, sees here dispatch.view`."""
        first, _, sees = said.removeprefix("people ").partition(", sees ")
        mode, _, permission = first.partition(" ")
        return cls(mode, permission, sees, people=said.startswith("people "))

    def admits(self, caller: Caller, route: str) -> bool:
        """Whether this caller is let in."""
        if self.mode == "everybody":
            return True
        if self.mode in ("nobody", "own", "no-method") or caller.relation == "out":
            return False
        machine = caller.name.startswith("token:")
        if machine and (self.people or not route.startswith(API)):
            return False
        return self.mode == "signed-in" or fits(self.mode, self.permission, caller)

    def may_know(self, caller: Caller, route: str) -> bool:
        """Whether this caller may know that the thing is there."""
        if not self.sees:
            return self.admits(caller, route)
        mode, _, permission = self.sees.partition(" ")
        return caller.relation != "out" and fits(mode, permission, caller)


def fits(mode: str, permission: str, caller: Caller) -> bool:
    """Whether what a caller holds is what is asked for."""
    held = HOLDING[mode]
    return all(any(held(caller, p) for p in one.split("|")) for one in permission.split("+"))


def anywhere(caller: Caller, permission: str) -> bool:
    """Held at all, outright or where needed."""
    return permission in caller.permissions or permission + NEEDED in caller.permissions


def over(caller: Caller, permission: str) -> bool:
    """Held outright over the thing's agency."""
    return caller.relation != "neighbour" and permission in caller.permissions


def here(caller: Caller, permission: str) -> bool:
    """Held over the thing's agency, or where needed by whoever is involved."""
    involved = caller.relation == "own" and permission + NEEDED in caller.permissions
    return involved or over(caller, permission)


def published(caller: Caller, permission: str) -> bool:
    """Held as `here`, or at all by somebody at the thing's agency."""
    at_home = caller.relation in ("own", "colleague")
    return here(caller, permission) or (at_home and anywhere(caller, permission))


HOLDING: Mapping[str, Callable[[Caller, str], bool]] = {
    "anywhere": anywhere,
    "over": over,
    "here": here,
    "published": published,
}
