"""What a call needs, whether the rest of the county can spare it, and who may be called away."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from watchroom.base.text import Text

ANY = "any"


@dataclass(frozen=True, slots=True)
class Free:
    """A unit that could go, in ranked order."""

    unit_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class Reserve:
    """In this agency calls less urgent than `kept_for` leave `minimum` free units of `kind`."""

    agency: str
    kind: str
    kept_for: int
    minimum: int
    free: int
    going: int


@dataclass(frozen=True, slots=True)
class Sent:
    """An assignment that a more urgent call might break into."""

    number: str
    state: str
    priority: int | None


def plan_needs(own: Mapping[str, int], plan: Mapping[str, int] | None) -> dict[str, int]:
    """Kinds and numbers: the response plan, else the class's own, else one unit of any kind."""
    chosen = plan or own or {ANY: 1}
    return {kind: int(number) for kind, number in chosen.items() if int(number) > 0}


def fulfil(
    needs: Mapping[str, int], ranked: Sequence[Free], already: Iterable[str] = ()
) -> tuple[list[int], dict[str, int]]:
    """(ids of the units to send, kinds and numbers still missing).

    Takes the best ranked of each kind, leaving out what is there already. Named kinds are served
    before "any", so that "any" never takes a unit a named kind needs.
    """
    there, chosen, missing = Counter(already), [], {}
    spare = sum(there.values()) - sum(min(there[k], n) for k, n in needs.items() if k != ANY)
    for kind in sorted(needs, key=lambda k: (k == ANY, k)):
        have = spare if kind == ANY else there[kind]
        wanted = max(0, needs[kind] - have)
        fitting = [f.unit_id for f in ranked if kind in (ANY, f.kind) and f.unit_id not in chosen]
        chosen += fitting[:wanted]
        if wanted > len(fitting):
            missing[kind] = wanted - len(fitting)
    return chosen, missing


def reserve_broken(rules: Iterable[Reserve], priority: int | None) -> Text | None:
    """The sentence for the first reserve that sending would break, or None."""
    for rule in rules:
        urgent = priority is not None and priority <= rule.kept_for
        if not urgent and rule.going and rule.free - rule.going < rule.minimum:
            return Text(
                f"{rule.agency} 须为{rule.kept_for}级警情预留{rule.minimum}个待命警力，"
                f"现有{rule.free}个。改派他处，或由值班领导突破预留",
                f"{rule.agency} keeps {rule.minimum} free for priority {rule.kept_for} and has "
                f"{rule.free}. Send others, or let the duty leader send the reserve",
            )
    return None


def why_not_preempt(new_priority: int | None, current: Sent) -> Text | None:
    """None where the rule allows to call a unit away; else the sentence why not.

    The rule: only for priority 1 or 2, only from a call at least two grades less urgent or, for
    priority 1, any less urgent one; never from a scene it has reached.
    """
    if current.state == "arrived":
        return Text(
            f"该警力已在 {current.number} 现场，不能抽调",
            f"The unit is on scene at {current.number}: it cannot be called away",
        )
    old = current.priority or 4
    gap = 1 if new_priority == 1 else 2
    if new_priority not in (1, 2) or old - new_priority < gap:
        return Text(
            f"{current.number} 为{old}级，本警情不够紧急，不能抽调",
            f"{current.number} is priority {old}: this call is not urgent enough to break into it",
        )
    return None
