"""The officer's phone: one page of today's work, one door for acts, one for new things."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, handsets, trail
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import signed_in
from watchroom.kernel.models import Staff
from watchroom.kernel.models.sessions import HANDSET
from watchroom.kernel.registry import registry

from ..errors import STATUS
from ..phone import beat, cards, device, sent

OWNER = "X-Watchroom-Owner"
AGAIN = (401, 429, 500, 503)
"""Answers after which the phone keeps the act and tries again."""
GONE = Text("找不到这件事项，或您无权查看", "This cannot be found, or you may not see it")
TAKEN = Text("{s}：已送达", "{s}: received")
NOTED = Text("已作为备注保存", "Kept as a note")
NOT_YOURS = Text("这是另一人在本机记下的", "Somebody else noted this on this phone")


@never_cache
@require_GET
@device.unless_cut_off
@signed_in
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Today's work, what can be newly recorded, the map of the beat."""
    live_from = trail.stream_position()
    beats = beat.of(actor)
    found, handset = cards.today(actor, request.session), device.of(request)
    values = {
        "live_from": live_from,
        "owner": handsets.owner(handset, actor.staff_id or 0) if handset else "",
        "cards": found,
        "forms": cards.forms(actor),
        "bar": next((d.key for d in found if any(a.ask.big for a in d.asks)), ""),
        "beats": beats,
        "box": beat.box(beats),
        "pages": _pages(actor),
        "largest": sent.LARGEST,
    }
    return render(request, "desk/phone.html", values)


def _pages(actor: Actor) -> list[tuple[Text, str]]:
    """Pages of the domains made for a phone."""
    items = [item for domain in registry.domains.values() for item in domain.phone]
    return [(i.title, reverse(i.route)) for i in items if actor.holds(i.permission)]


@never_cache
@require_GET
@device.unless_cut_off
@signed_in
def key(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What this person's things on this phone are encrypted with. A new phone is remembered."""
    handset, secret = device.introduced(request)
    staff = Staff.objects.get(pk=actor.staff_id or 0)
    handsets.in_hand(handset, staff, request.headers.get("X-Watchroom-Device", ""))
    if request.session.get(HANDSET) != handset.pk:
        request.session[HANDSET] = handset.pk
    response = JsonResponse(
        {
            "state": "ready",
            "owner": handsets.owner(handset, staff.pk),
            "key": base64.b64encode(handsets.key(handset, staff.pk)).decode(),
            "csrf": get_token(request),
        }
    )
    response["Cache-Control"] = "no-store"
    device.remember(response, secret)
    return response


@require_POST
@device.unless_cut_off
@signed_in
def act(request: HttpRequest, actor: Actor, matter_id: int, step: str) -> HttpResponse:
    """A step of any matter, when it happened and once."""
    return _answered(
        request, actor, lambda: _take(request, actor, matter_id, step), matter_id, step
    )


def _take(request: HttpRequest, actor: Actor, matter_id: int, name: str) -> Text:
    told = sent.Told.read(request)
    matter, step = sent.find(actor, matter_id, name)
    if request.POST.get("as_note"):
        sent.note(actor, matter, step, told, request.POST)
        return NOTED
    sent.take(actor, matter, step, told, request.POST)
    return TAKEN.format(s=step.title)


@require_POST
@device.unless_cut_off
@signed_in
def new(request: HttpRequest, actor: Actor, domain: str, form: str) -> HttpResponse:
    """Something new of any domain, when it happened and once."""

    def work() -> Text:
        found = cards.find_form(actor, domain, form)
        return sent.record(actor, found, sent.Told.read(request), request.POST).text

    return _answered(request, actor, work)


def _answered(
    request: HttpRequest,
    actor: Actor,
    work: Callable[[], Text],
    matter_id: int | None = None,
    step: str = "",
) -> HttpResponse:
    """Done, refused, conflict or later: the phone's queue understands exactly these."""
    lang = str(getattr(request, "lang", "zh"))
    if not _owns(request, actor):
        return _answer("later", NOT_YOURS.say(lang), 401)
    try:
        said = work()
    except Conflict as conflict:
        standing = _standing(actor, matter_id, step, lang)
        return _answer("conflict" if standing else "refused", conflict.say(lang), 409, **standing)
    except Refusal as refusal:
        status = STATUS.get(refusal.code, 422)
        state = "later" if status in AGAIN else "refused"
        return _answer(state, refusal.say(lang), status)
    except NotFound:
        return _answer("refused", GONE.say(lang), 404)
    return _answer("done", said.say(lang), 200)


def _owns(request: HttpRequest, actor: Actor) -> bool:
    """Whether what is sent was kept by the person who is signed in, where the phone says whose."""
    said, handset = request.headers.get(OWNER), device.of(request)
    if said is None:
        return True
    return handset is not None and said == handsets.owner(handset, actor.staff_id or 0)


def _answer(state: str, text: str, status: int, **more: Any) -> HttpResponse:
    return JsonResponse({"state": state, "text": text, **more}, status=status)


def _standing(actor: Actor, matter_id: int | None, name: str, lang: str) -> dict[str, Any]:
    """How the matter stands, for the choice: what is still possible, and on which version."""
    if matter_id is None:
        return {}
    matter, step = sent.find(actor, matter_id, name)
    return {
        "number": matter.number,
        "standing": matter.standing.title.say(lang),
        "version": matter.version,
        "open": matter.state in step.sources and access.may(actor, step.permission, matter),
        "notable": access.may(actor, "note.add", matter),
        "href": reverse("matter", args=[matter.number]),
    }


@require_GET
@device.unless_cut_off
@signed_in
def beats(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Outlines of one's beats."""
    return JsonResponse(beat.outlines(actor), content_type="application/geo+json")


@require_GET
@device.unless_cut_off
@signed_in
def points(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Today's cards on the map."""
    lang = str(getattr(request, "lang", "zh"))
    return JsonResponse(beat.points(actor, lang), content_type="application/geo+json")


@csrf_exempt
@require_POST
def wiped(request: HttpRequest) -> HttpResponse:
    """A lost phone says that nothing is left on it; it is a stranger from then on.

    It has forgotten its tokens with everything else; only a phone that was cut off is heard.
    """
    handset = device.of(request)
    if handset is None or handset.cut_off_at is None:
        raise NotFound
    handsets.wiped(handset)
    response = HttpResponse(status=204)
    response.delete_cookie(device.COOKIE)
    return response


@never_cache
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the folder it looks after."""
    found = finders.find("desk/built/phone-sw.js")
    if not isinstance(found, str):
        return HttpResponse("not built", status=404, content_type="text/plain")
    return HttpResponse(Path(found).read_bytes(), content_type="text/javascript")


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What makes the page installable."""
    icon = {"sizes": "any", "type": "image/svg+xml"}
    body = {
        "name": "值守 · Watchroom",
        "short_name": "值守",
        "id": reverse("phone"),
        "start_url": reverse("phone"),
        "scope": reverse("phone"),
        "display": "standalone",
        "background_color": "#f5f6f8",
        "theme_color": "#1f60c4",
        "icons": [
            {"src": static("desk/icon.svg"), **icon},
            {"src": static("desk/icon-maskable.svg"), **icon, "purpose": "maskable"},
        ],
    }
    return JsonResponse(body, content_type="application/manifest+json")


urlpatterns = [
    path("phone/", show, name="phone"),
    path("phone/key/", key, name="phone-key"),
    path("phone/act/<int:matter_id>/<slug:step>/", act, name="phone-act"),
    path("phone/new/<slug:domain>/<slug:form>/", new, name="phone-new"),
    path("phone/beats.geojson", beats, name="phone-beats"),
    path("phone/cards.geojson", points, name="phone-cards"),
    path("phone/wiped/", wiped, name="phone-wiped"),
    path("phone/sw.js", worker, name="phone-worker"),
    path("phone/manifest.webmanifest", manifest, name="phone-manifest"),
]
