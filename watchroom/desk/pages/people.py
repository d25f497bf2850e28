"""People and their posts, for administrators."""

from datetime import date, datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from watchroom.base.clock import at_local, day_end, now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import handsets, people, signin
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Agency, Role, Staff
from watchroom.kernel.typed import whole

PAGE = 50


@require_GET
@needs(people.PERMISSION)
def everyone(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The people of the agencies the reader manages."""
    words = request.GET.get("q", "")[:80]
    page = Paginator(people.search(actor, words), PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/people.html", {"page": page, "words": words, "now": now()})


@require_http_methods(["GET", "POST"])
@needs(people.PERMISSION)
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Add somebody; the answer shows their temporary password, once."""
    refusal = None
    if request.method == "POST":
        try:
            return _added(request, actor)
        except Refusal as error:
            refusal = error.text
    values = {"agencies": people.agencies(actor), "refusal": refusal, "given": request.POST}
    return render(request, "desk/person_new.html", values, status=422 if refusal else 200)


def _added(request: HttpRequest, actor: Actor) -> HttpResponse:
    agency = _agency(actor, request.POST.get("agency", ""))
    staff, password = people.add(
        actor,
        request.POST.get("username", "").strip(),
        request.POST.get("name", ""),
        agency.pk,
        badge=request.POST.get("badge", ""),
    )
    return _temporary(request, staff, password)


@never_cache
def _temporary(request: HttpRequest, staff: Staff, password: str) -> HttpResponse:
    values = {"person": staff, "password": password}
    return render(request, "desk/temporary_password.html", values)


@require_GET
@needs(people.PERMISSION)
def person(request: HttpRequest, actor: Actor, staff_id: int) -> HttpResponse:
    """One person: posts, and what an administrator can do for them."""
    return _person(request, actor, staff_id)


def _person(
    request: HttpRequest, actor: Actor, staff_id: int, refusal: Refusal | None = None
) -> HttpResponse:
    staff = people.find(actor, staff_id)
    posts = staff.posts.select_related("role", "agency").order_by("ends", "agency__path", "pk")
    values = {
        "person": staff,
        "posts": posts,
        "roles": people.roles_within(actor),
        "agencies": people.agencies(actor),
        "locked_until": signin.locked_until(staff),
        "oneself": staff.pk == actor.staff_id,
        "may_cut_off": actor.holds(handsets.PERMISSION),
        "refusal": refusal and refusal.text,
        "now": now(),
    }
    status = 200 if refusal is None else 403 if refusal.code == "forbidden" else 422
    return render(request, "desk/person.html", values, status=status)


@require_POST
@needs(people.PERMISSION)
def act(request: HttpRequest, actor: Actor, staff_id: int, what: str) -> HttpResponse:
    """One act on a person; a refusal is said on their page."""
    try:
        return _act(request, actor, staff_id, what)
    except Refusal as refusal:
        return _person(request, actor, staff_id, refusal)


def _act(request: HttpRequest, actor: Actor, staff_id: int, what: str) -> HttpResponse:
    if what == "reset-password":
        return _temporary(request, *people.reset_password(actor, staff_id))
    if what == "change":
        _change(request, actor, staff_id)
    elif what == "give-post":
        _give_post(request, actor, staff_id)
    elif what == "end-post":
        people.end_post(actor, staff_id, whole(request.POST.get("post")) or 0)
    elif what in people.ACTS:
        people.ACTS[what](actor, staff_id)
    else:
        raise NotFound
    return redirect("person", staff_id)


def _change(request: HttpRequest, actor: Actor, staff_id: int) -> None:
    people.change(
        actor,
        staff_id,
        name=request.POST.get("name", ""),
        badge=request.POST.get("badge", ""),
        agency_id=_agency(actor, request.POST.get("agency", "")).pk,
    )


def _give_post(request: HttpRequest, actor: Actor, staff_id: int) -> None:
    role = Role.objects.filter(pk=whole(request.POST.get("role")) or 0).first()
    if role is None:
        raise Refusal(Text("请选择岗位", "Choose a role"))
    people.give_post(
        actor,
        staff_id,
        role,
        _agency(actor, request.POST.get("agency", "")),
        starts=_moment(request.POST.get("starts", ""), last=False),
        ends=_moment(request.POST.get("ends", ""), last=True),
    )


def _agency(actor: Actor, said: str) -> Agency:
    agency = people.agencies(actor).filter(pk=whole(said) or 0).first()
    if agency is None:
        raise Refusal(Text("请选择单位", "Choose an agency"))
    return agency


def _moment(said: str, *, last: bool) -> datetime | None:
    """The first moment of a day, or the end of a last day; None where nothing was said."""
    if not said:
        return None
    try:
        day = date.fromisoformat(said)
    except ValueError as error:
        raise Refusal(
            Text("日期应写成 2026-01-31 的样子", "Write a date like 2026-01-31")
        ) from error
    return day_end(day) if last else at_local(day)


urlpatterns = [
    path("people/", everyone, name="people"),
    path("people/new/", new, name="person-new"),
    path("people/<int:staff_id>/", person, name="person"),
    path("people/<int:staff_id>/<slug:what>/", act, name="person-act"),
]
