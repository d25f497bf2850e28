"""The banks that orders go to: entered and changed by the administrator."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs

from ..actions import banks as actions
from ..flow import CONFIGURE
from ..queries import measures as queries

TYPED = ("code", "name", "name_en", "url")


@never_cache
@require_http_methods(["GET", "POST"])
@needs(CONFIGURE)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All banks, and the form for one. A new secret is shown on the answer and never again."""
    values: dict[str, Any] = {"typed": request.POST}
    status = 200
    if request.method == "POST":
        said = {name: request.POST.get(name, "").strip() for name in TYPED}
        try:
            bank, secret = actions.set_bank(
                actor,
                said["code"],
                name=said["name"],
                name_en=said["name_en"],
                url=said["url"],
                renew_secret="renew_secret" in request.POST,
                ended="ended" in request.POST,
            )
            values |= {"typed": {}, "done": bank, "secret": secret}
        except Refusal as refusal:
            values["refusal"], status = refusal.text, 422
    return _page(request, values, status)


@never_cache
@require_POST
@needs(CONFIGURE)
def token(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """A new key for the bank's machine, shown on the answer and never again."""
    values: dict[str, Any] = {"typed": {}}
    status = 200
    try:
        values["done"], values["token"] = actions.give_token(actor, code)
    except Refusal as refusal:
        values["refusal"], status = refusal.text, 422
    return _page(request, values, status)


def _page(request: HttpRequest, values: dict[str, Any], status: int) -> HttpResponse:
    values["banks"] = [(bank, queries.connected(bank)) for bank in queries.all_banks()]
    return render(request, "fraud/banks.html", values | {"now": now()}, status=status)
