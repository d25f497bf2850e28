"""Coming in and going out."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, audit, sessions, signin
from watchroom.kernel.doors import address_of
from watchroom.kernel.models import Staff

from .. import menu
from ..errors import STATUS
from ..language import LANGUAGE_COOKIE, THEME_COOKIE

PENDING = "second_factor"
PATIENCE = 300  # seconds between the password and the code
TOO_LATE = Text("登录超时，请重新输入密码", "That took too long: enter your password again")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect(after(request))
    if request.method == "GET":
        return _form(request)
    name, password = request.POST.get("username", ""), request.POST.get("password", "")
    try:
        staff = signin.identify(name, password, address_of(request))
    except Refusal as refusal:
        return _form(request, refusal)
    if staff.totp_secret:
        return _ask_for_code(request, staff)
    return come_in(request, staff, "password", strong=False, to=after(request))


def _form(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    oidc = settings.WATCHROOM_OIDC
    values = {
        "refusal": refusal and refusal.text,
        "username": request.POST.get("username", "")[:64],
        "next": after(request),
        "provider": Text(oidc["title"], oidc["title_en"]) if oidc["issuer"] else None,
    }
    status = STATUS.get(refusal.code, 422) if refusal else 200
    return render(request, "desk/sign_in.html", values, status=status)


def _ask_for_code(request: HttpRequest, staff: Staff) -> HttpResponse:
    request.session.cycle_key()
    request.session[PENDING] = {
        "staff": staff.pk,
        "known": staff.get_session_auth_hash(),
        "until": now().timestamp() + PATIENCE,
        "next": after(request),
    }
    return redirect("sign-in-code")


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Six digits from the phone, or a recovery code."""
    pending = request.session.get(PENDING)
    if not pending or pending["until"] < now().timestamp():
        request.session.pop(PENDING, None)
        messages.info(request, TOO_LATE.say(request.lang))  # type: ignore[attr-defined]
        return redirect("sign-in")
    if request.method == "GET":
        return render(request, "desk/sign_in_code.html", {})
    try:
        staff, how = _second_factor(request, pending)
    except Refusal as refusal:
        values = {"refusal": refusal.text}
        status = STATUS.get(refusal.code, 422)
        return render(request, "desk/sign_in_code.html", values, status=status)
    return come_in(request, staff, how, strong=True, to=pending["next"])


def _second_factor(request: HttpRequest, pending: dict[str, object]) -> tuple[Staff, str]:
    code = request.POST.get("code", "")[:64]
    staff, how = signin.second_factor(int(str(pending["staff"])), code, address_of(request))
    if staff.get_session_auth_hash() != pending["known"]:  # the password changed meanwhile
        raise Refusal(TOO_LATE)
    return staff, how


def come_in(request: HttpRequest, staff: Staff, how: str, *, strong: bool, to: str) -> HttpResponse:
    """Begin the session of a person whose identity is established."""
    failures = signin.entered(staff, how, address_of(request))
    sessions.begin(request, staff, sessions.duties_of(staff, strong=strong))
    if failures:
        text = Text(
            "自上次登录以来有 {n} 次失败的登录尝试。如非本人操作，请报告管理员",
            "There were {n} failed attempts since you last signed in. "
            "If they were not yours, tell your administrator",
        ).format(n=failures)
        messages.warning(request, text.say(staff.language))
    if to == settings.LOGIN_REDIRECT_URL:
        to = menu.start(access.actor_of(staff))
    response = HttpResponseRedirect(to)
    keep_choice(response, LANGUAGE_COOKIE, "zh-hans" if staff.language == "zh" else "en")
    keep_choice(response, THEME_COOKIE, staff.theme)
    return response


def keep_choice(response: HttpResponse, cookie: str, value: str) -> None:
    """Language and theme live in cookies that scripts may set too."""
    response.set_cookie(cookie, value, max_age=365 * 24 * 3600, samesite="Lax", secure=settings.TLS)


def after(request: HttpRequest) -> str:
    """Where the person wanted to go; never to another site."""
    wish = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wish, {request.get_host()}, request.is_secure())
    return wish if ours else settings.LOGIN_REDIRECT_URL


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session; choices of language and theme stay with the browser."""
    if request.user.is_authenticated:
        audit.note("signin.left", staff=request.user)
    logout(request)
    return redirect("sign-in")


urlpatterns = [
    path("sign-in/", sign_in, name="sign-in"),
    path("sign-in/code/", sign_in_code, name="sign-in-code"),
    path("sign-out/", sign_out, name="sign-out"),
]
