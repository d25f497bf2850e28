"""The officer's phone: what to do now under the thumb, acts that survive a lost network."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, documents
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import needs

from .. import actions, forms, queries
from ..flow import ASSIGNMENT
from . import answers

RESPOND = "dispatch.respond"
NEXT = {
    "sent": "sign",
    "signed": "set_out",
    "set_out": "arrive",
    "arrived": "clear",
}
BIG: dict[str, tuple[Text, Text]] = {
    "sign": (Text("签收", "Sign"), Text("收到指令", "I have the instruction")),
    "set_out": (Text("出发", "Set out"), Text("已经上路", "I am on the way")),
    "arrive": (Text("到场", "Arrived"), Text("已到现场", "I am there")),
    "clear": (Text("撤离", "Clear"), Text("处置完毕，可接新警", "Done, free for the next call")),
}


@require_GET
@needs(RESPOND)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the person's unit has in hand, and its next step."""
    pairs = queries.my_assignments(actor)
    now_, later = pairs[:1], pairs[1:]
    values = {
        "units": queries.my_units(actor),
        "pair": now_[0] if now_ else None,
        "later": later,
        "chain": _chain(now_[0][0].state) if now_ else [],
        "big": BIG,
        "detail": _detail(actor, now_[0][1].id) if now_ else None,
    }
    return render(request, "dispatch/phone.html", values)


def _detail(actor: Actor, incident_id: int) -> queries.IncidentDetail:
    return queries.incident_detail(actor, incident_id)


def _chain(state: str) -> list[str]:
    """The steps from here to the end: each is shown as soon as the one before is pressed."""
    order = tuple(NEXT)
    return [NEXT[known] for known in order[order.index(state) :]] if state in order else []


def _answered(request: HttpRequest, work: Callable[[], tuple[Text, str]]) -> HttpResponse:
    """JSON for the phone's queue: done, or refused for good with the reason."""
    lang = answers.lang_of(request)
    try:
        text, href = work()
    except Refusal as refusal:
        status = answers.status_of(refusal)
        # 403 means "sign in again" to the queue; a missing permission is a refusal for good.
        status = 422 if status == 403 else status
        return JsonResponse({"ok": False, "text": refusal.text.say(lang)}, status=status)
    except NotFound:
        return JsonResponse({"ok": False, "text": answers.GONE.say(lang)}, status=404)
    return JsonResponse({"ok": True, "text": text.say(lang), "href": href})


@require_POST
@needs(RESPOND)
def act(request: HttpRequest, actor: Actor, assignment_id: int, step: str) -> HttpResponse:
    """A step of an assignment of one's own unit, when it happened and once."""

    def work() -> tuple[Text, str]:
        told = forms.Told.read(request.POST)
        matter = access.find(actor, pk=assignment_id, kind=ASSIGNMENT.kind)
        actions.perform(
            actor,
            matter.pk,
            step,
            data=forms.rest(request.POST),
            reason=told.reason,
            occurred_at=told.occurred_at,
            act_id=told.act_id,
        )
        title = ASSIGNMENT.by_name[step].title
        return Text(f"{title.zh}：已送达", f"{title.en}: received"), reverse("dispatch:phone")

    return _answered(request, work)


@require_POST
@needs(RESPOND)
def feedback(request: HttpRequest, actor: Actor, incident_id: int) -> HttpResponse:
    """What was found and done, with photos."""

    def work() -> tuple[Text, str]:
        told = forms.Told.read(request.POST)
        words = request.POST.get("words", "").strip()
        if not words:
            raise Refusal(Text("请写处置情况", "Write what was done"))
        kept = [_photo(actor, incident_id, file) for file in request.FILES.getlist("photo")]
        actions.give_feedback(
            actor,
            incident_id,
            words=words,
            document_ids=kept,
            occurred_at=told.occurred_at,
            act_id=told.act_id,
        )
        return Text("反馈已送达", "Feedback received"), reverse("dispatch:phone")

    return _answered(request, work)


def _photo(actor: Actor, incident_id: int, file: Any) -> int:
    return documents.add(actor, incident_id, file.name or "photo.jpg", file.chunks()).pk


DUTY: dict[str, Callable[..., Any]] = {
    "on": actions.unit_on_duty,
    "off": actions.unit_off_duty,
    "rest": actions.unit_rest,
}


@require_POST
@needs(RESPOND)
def duty(request: HttpRequest, actor: Actor, unit_id: int, which: str) -> HttpResponse:
    """One's own unit on or off duty."""

    def work() -> tuple[Text, str]:
        if which not in DUTY or unit_id not in {u.pk for u in queries.my_units(actor)}:
            raise NotFound
        told = forms.Told.read(request.POST)
        unit = DUTY[which](actor, unit_id, occurred_at=told.occurred_at, act_id=told.act_id)
        text = {
            "on": Text("已上勤", "on duty"),
            "off": Text("已下勤，不再上报位置", "off duty; your position is no longer reported"),
            "rest": Text("休整中", "resting"),
        }[which]
        return Text(f"{unit.code} ", f"{unit.code} ") + text, reverse("dispatch:phone")

    return _answered(request, work)


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What makes the page installable."""
    home = reverse("dispatch:phone")
    from django.templatetags.static import static  # noqa: PLC0415 - needs the storage at hand

    body = {
        "name": "值守 出警端 · Watchroom",
        "short_name": "值守",
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "background_color": "#f5f6f8",
        "theme_color": "#1f60c4",
        "icons": [
            {"src": static("desk/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
            {
                "src": static("desk/icon-maskable.svg"),
                "sizes": "any",
                "type": "image/svg+xml",
                "purpose": "maskable",
            },
        ],
    }
    return JsonResponse(body, content_type="application/manifest+json")
