"""What forms send, read the same way on every page."""

from uuid import UUID

from django.http import HttpRequest

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Beat

from .. import queries
from ..flow import RESPOND


def whole(request: HttpRequest, name: str) -> int | None:
    said = request.POST.get(name, "")
    return int(said) if said.isdecimal() else None


def number(request: HttpRequest, name: str) -> float | None:
    try:
        return float(request.POST.get(name, ""))
    except ValueError:
        return None


def sent_act(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST["act_id"]) if request.POST.get("act_id") else None
    except ValueError as error:
        raise Refusal(Text("操作编号不对，请刷新页面", "Reload the page and try again")) from error


def beats_offered(actor: Actor) -> list[Beat]:
    mine = queries.my_beats(actor)
    return mine or list(queries.beats(actor, RESPOND).order_by("code")[:300])
