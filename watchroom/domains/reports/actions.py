"""Every write of work reports, by name. Others call these functions and nothing beneath them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Unpack
from uuid import UUID

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.figures.periods import Period
from watchroom.kernel import access, acts
from watchroom.kernel import issued as issued_figures
from watchroom.kernel.access import Actor
from watchroom.kernel.acts import ToldWhy
from watchroom.kernel.chapters import all_chapters
from watchroom.kernel.models import Matter

from . import queries
from .flow import APPROVE, DRAFT, REPORT
from .models import LANGUAGES, Block, Edit, Number, Report
from .queries import writing
from .queries.writing import Composed, Plan, Reading, Written
from .rules import spans, tokens

LONGEST = 4000
"""Characters of one paragraph."""


def draft(
    actor: Actor,
    agency_id: int,
    sort: str,
    period: Period,
    *,
    lang: str = "zh",
    chapters: Sequence[str] = (),
    campaign: str = "",
    replaces: int | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Draft a report of an agency: the figures write it, people go on from there.

    `chapters`: keys of domains, all where empty. `replaces`: the id of an issued report that this
    one takes the place of once it is issued.
    """
    if known := acts.seen(act_id):
        return known
    plan = _plan(actor, agency_id, sort, period, lang, chapters, campaign)
    old = _replaceable(actor, replaces, plan) if replaces else None
    composed = writing.compose(actor, plan, {})
    agency = Text(plan.agency.label("zh"), plan.agency.label("en"))

    def change(matter: Matter) -> Mapping[str, Any]:
        report = Report.objects.create(
            matter=matter,
            sort=sort,
            lang=lang,
            since=period.start,
            until=period.end,
            counted_at=now(),
            chapters=list(plan.chapters),
            replaces=old,
        )
        _keep(actor, report, composed)
        return {"sort": sort, "numbers": len(composed.readings)}

    return acts.open_matter(
        actor,
        REPORT.kind,
        title=spans.title(agency, sort, period, campaign.strip(), lang),
        agency_id=plan.agency.pk,
        owner_id=actor.staff_id,
        change=change,
        act_id=act_id,
    )


def _plan(
    actor: Actor,
    agency_id: int,
    sort: str,
    period: Period,
    lang: str,
    chapters: Sequence[str],
    campaign: str,
) -> Plan:
    declared = all_chapters()
    wanted = tuple(key for key in declared if not chapters or key in chapters)
    if sort not in spans.SORTS or lang not in LANGUAGES or not wanted:
        raise Refusal(
            Text(
                "请选择综述的种类、语言和至少一个章节",
                "Choose the kind of report, its language and at least one chapter",
            )
        )
    if period.start >= now():
        raise Refusal(Text("统计期尚未开始", "The period has not begun yet"))
    if sort == "campaign" and not campaign.strip():
        raise Refusal(Text("请写专项行动的名称", "Give the campaign its name"))
    if len(campaign.strip()) > 80:
        raise Refusal(Text("名称请在 80 字以内", "A name has 80 characters at most"))
    agency = queries.agency_of(actor, agency_id)
    return Plan(agency, sort, period, lang, wanted)


def _replaceable(actor: Actor, matter_id: int, plan: Plan) -> Report:
    old = queries.report_of(actor, matter_id)
    if old.matter.state != "issued" or old.matter.agency_id != plan.agency.pk:
        raise Refusal(
            Text(
                "只能替换同一单位已印发的综述",
                "Only an issued report of the same agency can be replaced",
            )
        )
    return old


def _keep(actor: Actor, report: Report, composed: Composed) -> None:
    """The blocks and numbers of a new draft."""
    Block.objects.bulk_create(
        _block(report, place, one) for place, one in enumerate(composed.blocks)
    )
    _keep_numbers(actor, report, composed.readings.values())


def _block(report: Report, place: int, one: Written) -> Block:
    """A paragraph or chart as the figures wrote it."""
    return Block(
        report=report,
        position=place,
        key=one.key,
        chapter=one.chapter,
        sort=one.sort,
        written=one.words,
        words=one.words,
        chart=one.chart,
    )


def _keep_numbers(actor: Actor, report: Report, readings: Iterable[Reading]) -> None:
    """Each with the id of its figure: typing that anywhere leads to its definition and records."""
    ids: dict[Any, str] = {}

    def issued(figure: Any) -> str:
        if figure is None:
            return ""
        at = (figure.indicator.key, figure.period)
        if at not in ids:
            ids[at] = issued_figures.issue(figure, actor)
        return ids[at]

    for one in readings:
        base = one.base.period if one.base else None
        Number.objects.update_or_create(
            report=report,
            key=one.key,
            defaults={
                "n": one.n,
                "indicator": one.indicator,
                "reading": one.reading,
                "since": one.figure.period.start,
                "until": one.figure.period.end,
                "base_since": base.start if base else None,
                "base_until": base.end if base else None,
                "figure": issued(one.figure),
                "base_figure": issued(one.base),
                "value": one.value,
                "said": one.said,
            },
        )


# -- editing ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Paragraph:
    """One block as an editor sends it; `block` None: a new paragraph of the chapter."""

    block: int | None
    words: str = ""
    dropped: bool = False
    chapter: str = ""


def edit(
    actor: Actor,
    matter_id: int,
    paragraphs: Sequence[Paragraph],
    *,
    version: int | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Take the draft over as an editor left it: words, order, what is left out, what is new.

    Every change of words is kept with who made it; a number is its token and cannot be typed over.
    """
    report = queries.report_of(actor, matter_id)

    def change(matter: Matter) -> Mapping[str, Any]:
        _in_draft(matter)
        return {"changed": _take_over(actor, report, paragraphs)}

    return acts.amend(
        actor, matter_id, DRAFT, "edited", change=change, version=version, act_id=act_id
    )


def _in_draft(matter: Matter) -> None:
    if matter.state != "draft":
        raise Refusal(
            Text(
                "文稿已送核或印发，不能再改：请先退回修改",
                "The text was sent to be checked or issued: have it sent back before editing",
            )
        )


def _take_over(actor: Actor, report: Report, paragraphs: Sequence[Paragraph]) -> int:
    blocks = {block.pk: block for block in queries.blocks(report)}
    known = queries.numbers(report)
    changed = 0
    for place, sent in enumerate(paragraphs):
        if sent.block is None:
            changed += _added(actor, report, sent, place, known)
        elif block := blocks.get(sent.block):
            changed += _changed(actor, block, sent, place, known)
    return changed


def _read(sent: Paragraph, known: Mapping[int, Number]) -> str:
    words = " ".join(sent.words.split())
    if len(words) > LONGEST:
        raise Refusal(
            Text(f"一段请在 {LONGEST} 字以内", f"A paragraph has {LONGEST} characters at most")
        )
    tokens.check(words, known)
    return words


def _added(
    actor: Actor, report: Report, sent: Paragraph, place: int, known: Mapping[int, Number]
) -> int:
    words = _read(sent, known)
    if not words:
        return 0
    chapter = sent.chapter if sent.chapter in report.chapters else ""
    block = Block.objects.create(
        report=report, position=place, chapter=chapter, sort="words", words=words
    )
    _keep_edit(actor, block, "", words)
    return 1


def _changed(
    actor: Actor, block: Block, sent: Paragraph, place: int, known: Mapping[int, Number]
) -> int:
    words = _read(sent, known) if block.sort == "words" else block.words
    new, dropped = words != block.words, sent.dropped != block.dropped
    if new or dropped:
        _keep_edit(actor, block, block.words, words, sent.dropped if dropped else None)
    block.position, block.words, block.dropped = place, words, sent.dropped
    block.recounted = block.recounted and not new
    block.save(update_fields=["position", "words", "dropped", "recounted"])
    return int(new or dropped)


def _keep_edit(
    actor: Actor, block: Block, before: str, after: str, dropped: bool | None = None
) -> None:
    Edit.objects.create(
        block=block,
        by_id=actor.staff_id,
        by_name=actor.name,
        at=now(),
        before=before,
        after=after,
        dropped=dropped,
    )


# -- its life --------------------------------------------------------------------------------


def perform(
    actor: Actor,
    matter_id: int,
    step: str,
    *,
    data: Mapping[str, Any] | None = None,
    **told: Unpack[ToldWhy],
) -> Matter:
    """Take a step by its name: the one door for pages, API, phone and commands."""
    report = queries.report_of(actor, matter_id)
    if step == "issue":
        return _issue(actor, report, told)
    if step == "recount":
        return _recount(actor, report, told)
    guards = {"check": (lambda _m: _not_an_editor(actor, report),), "submit": (_has_words,)}
    return acts.take(actor, matter_id, step, guards=guards.get(step, ()), **told)


def _not_an_editor(actor: Actor, report: Report) -> None:
    if actor.staff_id in queries.editors(report):
        raise Refusal(
            Text(
                "您修改过这份文稿，须由没有改过的人核稿",
                "You have edited this text: somebody who has not must check it",
            )
        )


def _has_words(matter: Matter) -> None:
    if not Block.objects.filter(report=matter.pk, sort="words", dropped=False).exists():
        raise Refusal(Text("文稿没有正文", "There are no words in it"))


def _recount(actor: Actor, report: Report, told: ToldWhy) -> Matter:
    """Read every number again. What nobody edited is written anew; edited words keep their place,
    and show the numbers as they are now."""
    plan = Plan(
        report.matter.agency,
        report.sort,
        queries.period_of(report),
        report.lang,
        tuple(report.chapters),
    )
    held = {one.key: one for one in queries.numbers(report).values()}
    composed = writing.compose(actor, plan, {key: one.n for key, one in held.items()})
    composed = writing.with_kept(actor, plan, composed, held.values())

    def change(_matter: Matter) -> Mapping[str, Any]:
        changed = {
            one.n
            for key, one in composed.readings.items()
            if key in held and held[key].said != one.said
        }
        _keep_numbers(actor, report, composed.readings.values())
        _rewrite(report, composed, changed)
        Report.objects.filter(pk=report.pk).update(counted_at=now())
        return {"changed": len(changed)}

    return acts.take(actor, report.pk, "recount", change=change, **told)


def _rewrite(report: Report, composed: Composed, changed: set[int]) -> None:
    blocks = {block.key: block for block in queries.blocks(report) if block.key}
    for place, one in enumerate(composed.blocks):
        block = blocks.get(one.key)
        if block is None:
            _block(report, place, one).save()
            continue
        if block.edited:
            block.recounted = block.recounted or bool(changed & set(tokens.numbers(block.words)))
        else:
            block.words = one.words
        block.written, block.chart = one.words, one.chart
        block.save(update_fields=["written", "words", "chart", "recounted"])


def _issue(actor: Actor, report: Report, told: ToldWhy) -> Matter:
    """Issue it; the report it replaces is replaced in the same breath."""

    def change(matter: Matter) -> None:
        matter.owner_id = None  # it is nobody's to work on any more

    with acts.together():
        old = report.replaces
        acts.lock([report.pk, *([old.pk] if old else [])])
        done = acts.take(actor, report.pk, "issue", change=change, **told)
        if old:
            acts.take(access.on_account_of(actor, APPROVE), old.pk, "replace")
    return done


def exported(actor: Actor, report: Report, form: str) -> None:
    """Say in the trail that the text was taken out as a file."""
    acts.record(actor, report.matter, "exported", data={"form": form})
