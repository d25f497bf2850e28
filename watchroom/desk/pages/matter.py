"""One matter: where it stands, what can be done, its clocks, its history. For every domain."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, clocks, corrections, documents, links, notes, personal
from watchroom.kernel import extensions as more_time
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import signed_in
from watchroom.kernel.models import Deadline, Entry, Matter
from watchroom.kernel.registry import registry
from watchroom.kernel.typed import whole

from .. import history, steps
from ..errors import STATUS
from . import extensions, keeping

CLOCK_STATES = {
    "running": Text("计时中", "running"),
    "paused": Text("已暂停", "paused"),
    "met": Text("按时完成", "met"),
    "missed": Text("超时完成", "missed"),
    "dropped": Text("不再适用", "dropped"),
}
REACHED = 50
OFFERED = (
    "note.add",
    personal.PERMISSION,
    more_time.ASK,
    links.PERMISSION,
    *keeping.OFFERED,
)


def _found(request: HttpRequest, actor: Actor, number: str) -> tuple[Actor, Matter]:
    """The matter, and the actor with the purpose given for it in this session."""
    rows = access.visible(actor).select_related("agency", "owner", "parent", "beat")
    matter = rows.filter(number=number.upper()).first()
    if matter is None:
        raise access.NotFound
    return personal.for_matter(actor, request.session, matter), matter


@require_GET
@signed_in
def show(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The page of a matter."""
    actor, matter = _found(request, actor, number)
    may = access.allowed(actor, matter, OFFERED)
    values = {
        **_domain_panel(actor, matter),
        **_head(matter),
        **_history(request, matter),
        "steps": steps.open_to(actor, matter),
        "may": may,
        "keeping": keeping.standing(matter, may),
        "clocks": _clocks(actor, matter),
        "children": _reached(actor, Q(parent=matter)),
        "parent": _parent(actor, matter),
        "linked": links.of(actor, matter, REACHED),
        "relations": links.RELATIONS,
        "documents": list(documents.of(actor, matter)[:REACHED]),
        "purpose": actor.purpose,
        "note": "",
        "act_id": steps.uuid7(),
        "fresh_id": steps.uuid7,
        "correctable": corrections.open_to(actor, matter),
    }
    return render(request, "desk/matter.html", values)


def _head(matter: Matter) -> dict[str, Any]:
    return {
        "matter": matter,
        "flow": matter.flow,
        "flows": registry.flows,
        "domain": registry.domain_of(matter.kind),
    }


def _domain_panel(actor: Actor, matter: Matter) -> dict[str, Any]:
    """What the matter's domain adds, where it has a `<key>/matter.html`."""
    domain = registry.domain_of(matter.kind)
    context = domain.part("pages", "matter_context")
    name = f"{domain.key}/matter.html"
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return {"panel": ""}
    return {"panel": name, **(context(actor, matter) if context else {})}


def _history(request: HttpRequest, matter: Matter) -> dict[str, Any]:
    entries = Entry.objects.filter(matter=matter).order_by("-id")
    if (before := whole(request.GET.get("before"))) is not None:
        entries = entries.filter(id__lt=before)
    found = list(entries[: history.SHOWN + 1])
    more = found[history.SHOWN - 1].pk if len(found) > history.SHOWN else None
    return {"history": history.lines(found[: history.SHOWN]), "history_more": more}


def _clocks(actor: Actor, matter: Matter) -> list[dict[str, Any]]:
    rows = list(Deadline.objects.filter(matter=matter).order_by("ended_at", "due_at", "id"))
    more = extensions.beside(actor, matter, rows)
    return [
        {
            "row": row,
            "title": c.title if (c := matter.flow.clocks.get(row.clock)) else row.clock,
            "state": CLOCK_STATES[row.state],
            "lines": _explained(row),
            "more": more[row.pk],
        }
        for row in rows
    ]


def _explained(row: Deadline) -> list[Text]:
    try:
        return clocks.due(row).lines()
    except Refusal as refusal:  # a rule that is no longer in the book
        return [refusal.text]


def _reached(actor: Actor, wanted: Q) -> list[Matter]:
    rows: QuerySet[Matter] = access.visible(actor).filter(wanted)
    return list(rows.select_related("agency").order_by("-id")[:REACHED])


def _parent(actor: Actor, matter: Matter) -> Matter | None:
    if matter.parent_id is None:
        return None
    return access.visible(actor).filter(pk=matter.parent_id).first()


@require_http_methods(["GET", "POST"])
@signed_in
def step(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """The form of one step, and its taking. A refusal shows the sentence beside what was typed."""
    actor, matter = _found(request, actor, number)
    wanted = steps.find(matter.flow, name)
    if request.method == "GET":
        return _step_page(request, actor, matter, steps.form(actor, matter, wanted))
    try:
        steps.take(actor, matter, wanted, request.POST)
    except Refusal as refusal:
        actor, matter = _found(request, actor, number)  # as it is now, not as it was seen
        form = steps.form(actor, matter, wanted, request.POST)
        return _step_page(request, actor, matter, form, refusal)
    return redirect(_after(request, reverse("matter", args=[matter.number])))


def _after(request: HttpRequest, usual: str) -> str:
    wish = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wish, {request.get_host()}, request.is_secure())
    return wish if ours else usual


def _step_page(
    request: HttpRequest,
    actor: Actor,
    matter: Matter,
    form: steps.StepForm,
    refusal: Refusal | None = None,
) -> HttpResponse:
    status = STATUS.get(refusal.code, 422) if refusal else 200
    values = {
        **_head(matter),
        "form": form,
        "refusal": refusal and refusal.text,
        "still_open": matter.state in form.step.sources,
        "last": Entry.objects.filter(matter=matter).order_by("-id").first(),
        "steps": steps.open_to(actor, matter),
    }
    return render(request, "desk/step.html", values, status=status)


@require_POST
@signed_in
def note(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Add a note. Over htmx only the notes and the history come back."""
    actor, matter = _found(request, actor, number)
    typed, refusal = request.POST.get("text", ""), None
    try:
        notes.add(
            actor,
            matter.pk,
            typed,
            occurred_at=steps.happened(request.POST.get("occurred_at", "")),
            act_id=steps.read_id(request.POST.get("act_id", "")),
        )
    except Refusal as error:
        refusal = error
    if refusal is None and not request.headers.get("HX-Request"):
        return redirect(reverse("matter", args=[matter.number]) + "#notes")
    values = {
        **_head(matter),
        **_history(request, matter),
        "may": frozenset({"note.add"}),
        "note": typed if refusal else "",
        "refusal": refusal and refusal.text,
        "act_id": steps.uuid7(),
    }
    template = "desk/parts/notes.html" if request.headers.get("HX-Request") else "desk/notes.html"
    status = STATUS.get(refusal.code, 422) if refusal else 200
    return render(request, template, values, status=status)


urlpatterns = [
    path("m/<str:number>/", show, name="matter"),
    path("m/<str:number>/step/<str:name>/", step, name="matter-step"),
    path("m/<str:number>/note/", note, name="matter-note"),
]
