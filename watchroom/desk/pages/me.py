"""What a person settles about themselves: password, second factor, language, theme."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import handsets, own_sessions, passwords, sessions, totp
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import signed_in
from watchroom.kernel.models import Staff

from ..language import LANGUAGE_COOKIE, LANGUAGES, THEME_COOKIE, THEMES
from .signin import after, keep_choice

SECRET = "new_totp_secret"  # noqa: S105 - the name of a place in the session
MISMATCH = Text("两次输入的新密码不一致", "The two new passwords differ")
CHANGED = Text("密码已更改，其他设备已退出", "Password changed; other devices are signed out")
ENDED = Text("已退出 {n} 处登录", "Signed out in {n} other place(s)")
NOT_RIGHT = Text("现在的密码不正确", "The present password is not right")


def _me(actor: Actor) -> Staff:
    return Staff.objects.get(pk=actor.staff_id or 0)


@never_cache
@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
@signed_in
def password(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Change the password; every other session ends."""
    staff, refusal = _me(actor), None
    if request.method == "POST":
        try:
            return _change_password(request, staff)
        except Refusal as error:
            refusal = error.text
    values = {"refusal": refusal, "temporary": staff.password_temporary}
    return render(request, "desk/password.html", values, status=422 if refusal else 200)


def _change_password(request: HttpRequest, staff: Staff) -> HttpResponse:
    new = request.POST.get("new", "")
    if new != request.POST.get("again", ""):
        raise Refusal(MISMATCH)
    passwords.change(staff, request.POST.get("old", ""), new)
    update_session_auth_hash(request, staff)
    sessions.fulfil(request.session, "password")
    messages.success(request, CHANGED.say(request.lang))  # type: ignore[attr-defined]
    return redirect("/")


@never_cache
@sensitive_post_parameters("code", "password")
@require_http_methods(["GET", "POST"])
@signed_in
def second_factor(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Turn the second factor on, with a phone in hand."""
    staff, refusal = _me(actor), None
    if request.method == "POST" and not staff.totp_secret:
        try:
            return _enrol(request, staff)
        except Refusal as error:
            refusal = error.text
    if not staff.totp_secret:
        request.session.setdefault(SECRET, totp.fresh_secret())
    values = {
        "on": bool(staff.totp_secret),
        "codes_left": staff.recovery_codes.filter(used_at=None).count(),
        "secret": request.session.get(SECRET, ""),
        "refusal": refusal,
    }
    return render(request, "desk/second_factor.html", values, status=422 if refusal else 200)


def _enrol(request: HttpRequest, staff: Staff) -> HttpResponse:
    secret = request.session.get(SECRET)
    if not secret:
        raise totp.wrong()
    codes = totp.enrol(staff, secret, request.POST.get("code", ""))
    del request.session[SECRET]
    sessions.fulfil(request.session, "second-factor")
    return render(request, "desk/recovery_codes.html", {"codes": codes})


@never_cache
@require_GET
@signed_in
def second_factor_picture(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The QR code of a secret that is being set up; none afterwards."""
    secret = request.session.get(SECRET)
    if not secret:
        raise NotFound
    return HttpResponse(totp.picture(_me(actor), secret), content_type="image/svg+xml")


@sensitive_post_parameters("password")
@require_POST
@signed_in
def new_recovery_codes(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ten new recovery codes; the old ones end. Asks for the password again."""
    staff = _confirmed(request, actor)
    if not staff.totp_secret:
        raise NotFound
    return render(request, "desk/recovery_codes.html", {"codes": totp.new_recovery_codes(staff)})


@sensitive_post_parameters("password")
@require_POST
@signed_in
def second_factor_off(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Turn it off, unless a role asks for it. Asks for the password again."""
    staff = _confirmed(request, actor)
    totp.remove(staff)
    request.session[sessions.DUTIES] = sessions.duties_of(staff, strong=False)
    return redirect("second-factor")


def _confirmed(request: HttpRequest, actor: Actor) -> Staff:
    staff = _me(actor)
    if not staff.check_password(request.POST.get("password", "")):
        raise Refusal(NOT_RIGHT)
    return staff


@never_cache
@require_GET
@signed_in
def my_sessions(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Where I am signed in."""
    staff = _me(actor)
    values = {
        "sessions": own_sessions.of(staff, request.session.session_key or ""),
        "phones": handsets.of(staff),
        "phone_name": handsets.name,
    }
    return render(request, "desk/sessions.html", values)


@require_POST
@signed_in
def end_session(request: HttpRequest, actor: Actor, handle: str) -> HttpResponse:
    """End one of my other sessions."""
    own_sessions.end(_me(actor), handle, request.session.session_key or "")
    return redirect("my-sessions")


@require_POST
@signed_in
def end_other_sessions(request: HttpRequest, actor: Actor) -> HttpResponse:
    """End every session of mine but this one."""
    count = own_sessions.end_others(_me(actor), request.session.session_key or "")
    said = ENDED.format(n=count).say(request.lang)  # type: ignore[attr-defined]
    messages.success(request, said)
    return redirect("my-sessions")


@require_POST
@signed_in
def sign_out_everywhere(request: HttpRequest, actor: Actor) -> HttpResponse:
    """End every session of mine, this one too."""
    sessions.sign_out_everywhere(_me(actor))
    return redirect("sign-in")


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Language and theme: for this browser, and for the person where somebody is signed in."""
    response = HttpResponseRedirect(after(request))
    changes: dict[str, str] = {}
    if (lang := request.POST.get("language")) in LANGUAGES:
        changes["language"] = lang
        keep_choice(response, LANGUAGE_COOKIE, "zh-hans" if lang == "zh" else "en")
    if (theme := request.POST.get("theme")) in THEMES:
        changes["theme"] = theme
        keep_choice(response, THEME_COOKIE, theme)
    if request.user.is_authenticated and changes:
        Staff.objects.filter(pk=request.user.pk).update(**changes)
    return response


urlpatterns = [
    path("preferences/", preferences, name="preferences"),
    path("me/password/", password, name="password"),
    path("me/second-factor/", second_factor, name="second-factor"),
    path("me/second-factor/picture.svg", second_factor_picture, name="second-factor-picture"),
    path("me/second-factor/codes/", new_recovery_codes, name="recovery-codes"),
    path("me/second-factor/off/", second_factor_off, name="second-factor-off"),
    path("me/sessions/", my_sessions, name="my-sessions"),
    path("me/sessions/end-others/", end_other_sessions, name="end-other-sessions"),
    path("me/sessions/<slug:handle>/end/", end_session, name="end-session"),
    path("me/sign-out-everywhere/", sign_out_everywhere, name="sign-out-everywhere"),
]
