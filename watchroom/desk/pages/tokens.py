"""Keys of machines, for administrators."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import tokens
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Agency
from watchroom.kernel.registry import SHELL, registry
from watchroom.kernel.typed import whole


@never_cache
@require_http_methods(["GET", "POST"])
@needs(tokens.PERMISSION)
def everything(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list, and a form for a new one; its secret is shown in the answer and never again."""
    secret, refusal = "", None
    if request.method == "POST":
        try:
            _, secret = _create(request, actor)
        except Refusal as error:
            refusal = error.text
    values = {
        "tokens": tokens.managed(actor),
        "agencies": Agency.objects.filter(pk__in=actor.reach(tokens.PERMISSION)).order_by("path"),
        "scopes": _scopes(actor),
        "secret": secret,
        "refusal": refusal,
        "given": request.POST if refusal else {},
        "chosen": request.POST.getlist("scopes") if refusal else [],
        "now": now(),
    }
    return render(request, "desk/tokens.html", values, status=422 if refusal else 200)


def _scopes(actor: Actor) -> dict[str, Text | None]:
    """What the actor could pass on, each with its title where it has one."""
    titles = dict(SHELL)
    for domain in registry.domains.values():
        titles |= domain.permissions
    held = sorted(p for p in actor.grants if not p.endswith(":needed"))
    return {permission: titles.get(permission) for permission in held}


def _create(request: HttpRequest, actor: Actor) -> tuple[object, str]:
    agency = Agency.objects.filter(pk=whole(request.POST.get("agency")) or 0).first()
    if agency is None:
        raise Refusal(Text("请选择单位", "Choose an agency"))
    days = request.POST.get("days", "")
    if not (days.isascii() and days.isdigit() and len(days) < 5):
        raise Refusal(Text("请填写有效天数", "Say for how many days the token holds"))
    expires = now() + timedelta(days=int(days))
    name, scopes = request.POST.get("name", "")[:80], request.POST.getlist("scopes")
    return tokens.create(actor, name, agency, scopes, expires)


@require_POST
@needs(tokens.PERMISSION)
def revoke(request: HttpRequest, actor: Actor, token_id: int) -> HttpResponse:
    """End a token now."""
    tokens.revoke(actor, token_id)
    return redirect("tokens")


urlpatterns = [
    path("tokens/", everything, name="tokens"),
    path("tokens/<int:token_id>/revoke/", revoke, name="token-revoke"),
]
