"""What a phone sends, read and done: each act once, whenever it arrives.

An act says which version of the matter the person saw. What others did since then is a conflict,
and the person chooses; what the same person did meanwhile is none, for they know of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from watchroom.base.clock import local, now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, documents, fields, notes
from watchroom.kernel.access import Actor
from watchroom.kernel.fields import Field
from watchroom.kernel.flow import Step
from watchroom.kernel.models import Entry, Matter
from watchroom.kernel.phone import Done, Form, Said
from watchroom.kernel.registry import registry
from watchroom.kernel.typed import whole

OLDEST = timedelta(days=30)
"""How long after the press an act is still taken."""
LARGEST = 12 * 1024 * 1024
"""Bytes of one photo or voice note; the phone asks for smaller ones before it keeps them."""
FILES = ("photo", "voice")
ABOUT = frozenset({"version", "reason", "occurred_at", "act_id", "csrfmiddlewaretoken", *FILES})
HAPPENED = Text("发生时间", "When it happened")
NOT_A_STEP = Text(
    "{s}（手机上记下，未作为步骤办理）", "{s} (noted on the phone, not taken as a step)"
)
NOTE_NAME = Text("手机记录", "Noted on the phone")


@dataclass(frozen=True)
class Told:
    """What comes with every act."""

    version: int | None
    reason: str
    occurred_at: datetime | None
    act_id: UUID
    files: tuple[UploadedFile, ...]

    @classmethod
    def read(cls, request: HttpRequest) -> "Told":
        """From what the phone sent."""
        given = request.POST
        return cls(
            whole(given.get("version")),
            given.get("reason", "").strip(),
            _pressed(given.get("occurred_at", "")),
            _id(given.get("act_id", "")),
            tuple(_files(request.FILES)),
        )


def _pressed(said: str) -> datetime | None:
    """When it happened: held at now where the phone's clock runs ahead, refused where too old."""
    if not said:
        return None
    moment, here = fields.read_moment(said, HAPPENED), now()
    if moment < here - OLDEST:
        raise Refusal(
            Text(
                "{t} 记下的内容已超过 {n} 天，请在办公电脑上补录",
                "What was noted at {t} is more than {n} days old: enter it at a desk",
            ).format(t=f"{local(moment):%Y-%m-%d %H:%M}", n=OLDEST.days)
        )
    return min(moment, here)


def _id(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError as error:
        raise Refusal(Text("缺少操作编号，请刷新页面", "The act has no id: reload")) from error


def _files(sent: MultiValueDict[str, UploadedFile]) -> Iterable[UploadedFile]:
    for name in FILES:
        for file in sent.getlist(name):
            if (file.size or 0) > LARGEST:
                said = Text("“{n}”超过 {m} MB", "“{n}” is larger than {m} MB")
                raise Refusal(said.format(n=file.name or name, m=LARGEST >> 20), code="file-size")
            yield file


def take(actor: Actor, matter: Matter, step: Step, told: Told, given: QueryDict) -> Matter:
    """A step of a matter, with its files, as one act."""
    if Entry.objects.filter(act_id=told.act_id).exists():
        return matter  # its answer was lost on the way
    version = _unless_overtaken(actor, matter, step, told.version)
    data = read(fields.of(matter.flow, step), given)
    with transaction.atomic():
        kept = keep(actor, matter, told, given)
        done: Matter = registry.domain_of(matter.kind).perform(
            actor,
            matter.pk,
            step.name,
            version=version,
            data={**data, "document_ids": kept} if kept else data,
            reason=told.reason,
            occurred_at=told.occurred_at,
            act_id=told.act_id,
        )
    return done


def _unless_overtaken(actor: Actor, matter: Matter, step: Step, seen: int | None) -> int | None:
    """The version to act on; Conflict where somebody else moved the matter since it was seen.

    A step that leaves the matter where it is adds to it and takes nothing back: no conflict.
    """
    if seen is None or step.target is None:
        return None
    if other := _by_others(actor, matter, seen):
        raise Conflict(
            Text(
                "{w} 在您之后更新了 {n}，现在是“{s}”",
                "{w} has changed {n} since you saw it; it is now “{s}”",
            ).format(w=other.actor_name, n=matter.number, s=matter.standing.title)
        )
    return matter.version


def _by_others(actor: Actor, matter: Matter, seen: int) -> Entry | None:
    """The newest change since then that is not, and does not follow from, an act of the person."""
    mine = Entry.objects.filter(xid=OuterRef("xid"), actor=actor.staff_id, act_id__isnull=False)
    later = Entry.objects.filter(matter=matter, matter_version__gt=seen)
    return later.exclude(Exists(mine)).order_by("-matter_version").first()


def read(asked: Iterable[Field], given: QueryDict) -> dict[str, Any]:
    """The declared fields as values, the others (a position, what a card sends unseen) as sent."""
    known = {f.name: f.read(given.getlist(f.name)) for f in asked}
    more = {name: given[name] for name in given if name not in known and name not in ABOUT}
    return {k: v for k, v in {**known, **more}.items() if v not in (None, "", [])}


def keep(actor: Actor, matter: Matter, told: Told, given: Mapping[str, str]) -> list[int]:
    """Photos and voice notes with the matter: taken when and where it was pressed, each once."""
    lon, lat = place(given)
    return [
        documents.add(
            actor,
            matter.pk,
            file.name or "photo",
            file.chunks(),
            act_id=uuid5(told.act_id, f"file {number}"),
            occurred_at=told.occurred_at,
            place=(lon, lat) if lon is not None and lat is not None else None,
        ).pk
        for number, file in enumerate(told.files)
    ]


def place(given: Mapping[str, str]) -> tuple[float | None, float | None]:
    """Where the phone was at the press; (None, None) where it did not say."""
    try:
        lon, lat = float(given.get("lon", "")), float(given.get("lat", ""))
    except ValueError:
        return None, None
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else (None, None)


def record(actor: Actor, form: Form, told: Told, given: QueryDict) -> Done:
    """Something new, with its files, as one act."""
    data = read(form.fields, given)
    missing = [f.title for f in form.fields if not f.optional and f.name not in data]
    if missing:
        raise Refusal(Text("还缺：{m}", "Still needed: {m}").format(m=missing[0]))
    lon, lat = place(given)
    said = Said(data, told.reason, told.occurred_at, told.act_id, lon, lat)
    with transaction.atomic():
        done = form.record(actor, said)
        if done.matter is not None:
            keep(actor, done.matter, told, given)
    return done


def note(actor: Actor, matter: Matter, step: Step, told: Told, given: QueryDict) -> None:
    """What could not be taken any more as a step, kept as a note on the matter.

    What the step is told in confidence never stands in the trail: it becomes a personal document.
    """
    private = registry.domain_of(matter.kind).part("actions", "PRIVATE", frozenset())
    asked = fields.of(matter.flow, step)
    open_ = [f for f in asked if f.name not in private]
    title = NOT_A_STEP.format(s=step.title).say(actor.lang)
    words = [title, *_words(actor, matter, open_, given), told.reason]
    confided = list(_words(actor, matter, [f for f in asked if f.name in private], given))
    with transaction.atomic():
        keep(actor, matter, told, given)
        if confided:
            _confide(actor, matter, told, [title, *confided])
        said = "；".join(filter(None, words))[: notes.LONGEST]
        notes.add(actor, matter.pk, said, occurred_at=told.occurred_at, act_id=told.act_id)


def _words(actor: Actor, matter: Matter, asked: Iterable[Field], given: QueryDict) -> Iterable[str]:
    lang = actor.lang
    for field in asked:
        chosen = field.kind in ("choice", "several")
        titles = dict(field.options(actor, matter)) if chosen else {}
        said = [titles.get(value, value) for value in given.getlist(field.name) if value]
        if said:
            named = [one.say(lang) if isinstance(one, Text) else one for one in said]
            yield f"{field.title.say(lang)}: {', '.join(named)}"


def _confide(actor: Actor, matter: Matter, told: Told, words: Iterable[str]) -> None:
    documents.add(
        actor,
        matter.pk,
        f"{NOTE_NAME.say(actor.lang)}.txt",
        ["\n".join(words).encode()],
        act_id=uuid5(told.act_id, "confided"),
        occurred_at=told.occurred_at,
    )


def find(actor: Actor, matter_id: int, name: str) -> tuple[Matter, Step]:
    """The matter and its step, as an address of the phone names them."""
    matter = access.find(actor, pk=matter_id)
    step = matter.flow.by_name.get(name)
    if step is None or not step.sources:
        raise access.NotFound
    return matter, step
