"""Notes on a matter. A note is an entry of the trail: never changed, only followed by another.

`@name` points a colleague to the matter. Someone who cannot see it yet gets the need to know, if
the author may share it; otherwise the note is refused with a sentence: nothing is shared by a slip.
"""

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from . import access, acts
from .access import Actor
from .models import Entry, Matter, Staff

LONGEST = 4_000
ROLE = "mentioned"
_MENTION = re.compile(r"@([\w.-]{2,64})")


@transaction.atomic
def add(
    actor: Actor,
    matter_id: int,
    text: str,
    *,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Entry | None:
    """Write a note on a matter the actor may see; None inside `acts.together`, until its end."""
    if known := acts.repeated(act_id, "note"):
        return known
    matter = access.find(actor, pk=matter_id)
    access.require(actor, "note.add", matter)
    text = text.strip()
    if not 0 < len(text) <= LONGEST:
        raise Refusal(
            Text("备注须有内容，不超过 {n} 字", "A note has 1 to {n} characters").format(n=LONGEST)
        )
    people = mentioned(text)
    _share(actor, matter, people)
    data = {"text": text, "mentions": [person.pk for person in people]}
    return acts.record(actor, matter, "note", data=data, occurred_at=occurred_at, act_id=act_id)


def mentioned(text: str) -> list[Staff]:
    """The people whose user name stands after an @. What is no user name stays plain text."""
    names = set(_MENTION.findall(text))
    return list(Staff.objects.filter(username__in=names, is_active=True).order_by("id"))


def _sees(person: Staff, matter: Matter) -> bool:
    return access.visible(access.actor_of(person)).filter(pk=matter.pk).exists()


def _share(actor: Actor, matter: Matter, people: list[Staff]) -> None:
    strangers = [person for person in people if not _sees(person, matter)]
    if not strangers:
        return
    if not access.may(actor, "matter.share", matter):
        raise _refused(strangers[0])
    acts.involve(matter, [person.pk for person in strangers], ROLE)
    for person in strangers:
        if not _sees(person, matter):
            raise _refused(person)


def _refused(person: Staff) -> Refusal:
    return Refusal(
        Text(
            "{n}不能查看这件事项：去掉 @，或请有权让他人知悉的人来写",
            "{n} may not see this matter: leave the @ out, or ask somebody who may share it",
        ).format(n=person.name),
        code="mention",
    )
