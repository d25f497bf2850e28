"""The pages of work reports: the list, drafting, reading, editing, files, and a matter's panel."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from watchroom.base.clock import local_date, now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.figures.periods import Period
from watchroom.kernel import access, fields, typed
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.chapters import all_chapters
from watchroom.kernel.doors import needs, signed_in
from watchroom.kernel.models import Matter

from . import actions, queries
from .actions import Paragraph
from .flow import DRAFT, FLOWS, OUT, VIEW
from .papers import FORMS
from .queries import printed
from .rules import spans

SHOWN = 200
FIRST = Text("第一个月", "The first month")


@require_GET
@needs(VIEW)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Reports that were issued, or those being written."""
    under_way = "under_way" in request.GET
    values = {
        "rows": list(queries.reports(actor, under_way=under_way)[:SHOWN]),
        "under_way": under_way,
        "shown": SHOWN,
        "flows": {flow.kind: flow for flow in FLOWS},
        "sorts": spans.SORTS,
        "may_draft": bool(actor.reach(DRAFT)),
    }
    return render(request, "reports/list.html", values)


@require_http_methods(["GET", "POST"])
@needs(DRAFT)
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Draft a report. A refusal shows the sentence beside what was typed."""
    today = local_date(now())
    before = date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)
    values: dict[str, Any] = {
        "agencies": queries.may_report_on(actor),
        "own": actor.agency_id,
        "sorts": spans.SORTS,
        "chapters": all_chapters(),
        "chosen": request.POST.getlist("chapters"),
        "replaceable": list(queries.replaceable(actor)[:SHOWN]),
        "month": f"{before:%Y-%m}",
        "today": today.isoformat(),
    }

    def act(sent: QueryDict) -> Matter:
        return actions.draft(
            actor,
            typed.whole(sent.get("agency")) or 0,
            sent.get("sort", ""),
            _period(sent),
            lang=sent.get("lang", ""),
            chapters=sent.getlist("chapters"),
            campaign=sent.get("campaign", "") if sent.get("sort") == "campaign" else "",
            replaces=typed.whole(sent.get("replaces")),
            act_id=typed.act_id(sent),
        )

    return typed.form_page(request, "reports/new.html", values, act)


def _period(sent: QueryDict) -> Period:
    sort = sent.get("sort", "")
    if sort == "campaign":
        first = fields.read_day(sent.get("since", ""), Text("开始", "From"))
        return spans.campaign(first, fields.read_day(sent.get("until", ""), Text("结束", "To")))
    if sort not in spans.MONTHS:
        raise Refusal(Text("请选择综述的种类", "Choose the kind of report"))
    first = fields.read_day(f"{sent.get('month', '')}-01", FIRST)
    return spans.months(sort, first.year, first.month)


@require_GET
@needs(VIEW)
def read(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The report to be read and printed; every number leads to its figure."""
    report = queries.by_number(actor, number)
    values = {
        "printed": printed.printed(report),
        "matter": report.matter,
        "issued": report.matter.state in OUT,
        "replaced_by": _newer(actor, report.matter),
        "forms": FORMS,
    }
    return render(request, "reports/read.html", values)


def _newer(actor: Actor, matter: Matter) -> Matter | None:
    rows = access.visible(actor).filter(reports_report__replaces=matter.pk)
    return rows.filter(state__in=OUT).first()


@require_GET
@needs(VIEW)
def changed(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What of a report comes out otherwise now: a part of its page, asked for after it."""
    report = queries.by_number(actor, number)
    values = {"changed": printed.changed_since(actor, report), "report": report, "seen": now()}
    return render(request, "reports/changed.html", values)


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The draft on the screen: paragraphs to change, move, leave out and add."""
    report = queries.by_number(actor, number)
    access.require(actor, DRAFT, report.matter)
    refusal = None
    if request.method == "POST":
        try:
            actions.edit(
                actor,
                report.pk,
                _paragraphs(request.POST),
                version=typed.whole(request.POST.get("version")),
            )
            return redirect(reverse("reports:edit", args=[number]) + "#saved")
        except Refusal as said:
            refusal = said.text
    values = {
        "printed": printed.printed(report, dropped=True),
        "matter": report.matter,
        "said": {one.n: one.said for one in queries.numbers(report).values()},
        "edits": printed.marked_edits(report),
        "refusal": refusal,
        "sent": request.POST if refusal else {},
        "open": report.matter.state == "draft",
    }
    return render(request, "reports/edit.html", values, status=422 if refusal else 200)


def _paragraphs(sent: QueryDict) -> Sequence[Paragraph]:
    """In the order in which they stood on the screen; "+" and a chapter: what is new there."""
    found = []
    for name in sent.getlist("block"):
        words = sent.get(f"words-{name}", "")
        block = typed.whole(name)
        if block is not None:
            found.append(Paragraph(block, words, dropped=f"drop-{name}" in sent))
        elif name.startswith("+"):
            found.append(Paragraph(None, words, chapter=name[1:]))
    return found


@require_GET
@needs(VIEW)
def file(request: HttpRequest, actor: Actor, number: str, form: str) -> HttpResponse:
    """The report as a file; that it was taken is written down."""
    report = queries.by_number(actor, number)
    if form not in FORMS:
        raise NotFound
    one = FORMS[form]
    home = request.build_absolute_uri("/")
    body = one.made(printed.printed(report), home, printed.changed_since(actor, report))
    actions.exported(actor, report, form)
    answer = HttpResponse(body, content_type=one.media)
    answer["Content-Disposition"] = f'attachment; filename="{report.matter.number}.{form}"'
    return answer


def matter_context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """What the page of a matter adds: the period, the way to the text, what people changed."""
    report = queries.report_of(actor, matter.pk)
    return {
        "report": report,
        "sort": spans.SORTS[report.sort],
        "period": spans.named(report.sort, queries.period_of(report)),
        "edits": len(queries.edits(report)),
        "may_edit": matter.state == "draft" and access.may(actor, DRAFT, matter),
        "replaces": report.replaces.matter if report.replaces else None,
    }
