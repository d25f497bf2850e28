"""Taking a step of a measure or a return by its name: plainly, or as the step wants it."""

from collections.abc import Callable, Mapping
from typing import Any

from watchroom.kernel import acts
from watchroom.kernel.access import Actor
from watchroom.kernel.acts import ToldWhy
from watchroom.kernel.models import Matter

Taking = Callable[[Actor, Matter, dict[str, Any], ToldWhy], Matter]
"""(actor, matter, what was said, told: version, reason, occurred_at, act_id) → the matter."""


def by_name(
    steps: Mapping[str, Taking],
) -> Callable[[Actor, Matter, str, dict[str, Any], ToldWhy], Matter]:
    """Takes any step of a kind of matter: those of `steps` their own way."""

    def take(
        actor: Actor, matter: Matter, step: str, said: dict[str, Any], told: ToldWhy
    ) -> Matter:
        with acts.together():
            if step in steps:
                return steps[step](actor, matter, said, told)
            return acts.take(actor, matter.pk, step, data=said, **told)

    return take
