"""What every template can say."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from watchroom.base.clock import local, local_date, now
from watchroom.base.text import Text
from watchroom.kernel.skills import named

from . import first_things, menu, outside_map
from .language import language, theme


@pass_context
def t(context: Context, zh: str, en: str) -> str:
    """The text in the reader's language."""
    return en if context.get("lang") == "en" else zh


@pass_context
def say(context: Context, text: Text | str) -> str:
    """A Text in the reader's language; a plain string as it is."""
    return text.say(context.get("lang", "zh")) if isinstance(text, Text) else text


@pass_context
def skills(context: Context, codes: Iterable[str]) -> str:
    """Skills by their names."""
    return say(context, named(codes))


def clock_time(moment: datetime | None, seconds: bool = False) -> str:
    """A moment on the wall clock here; the year only where it is not this one."""
    if moment is None:
        return ""
    here = local(moment)
    day = "%m-%d" if here.year == local(now()).year else "%Y-%m-%d"
    return here.strftime(f"{day} %H:%M:%S" if seconds else f"{day} %H:%M")


def url(name: str, *args: Any, **query: Any) -> str:
    """The address of a named route."""
    return reverse(name, args=args, query=query or None)


def local_day(moment: datetime | None, *, last: bool = False) -> str:
    """The day a moment falls on where the agency is; a dash for none.

    `last`: the last day of what ends at this moment, so that midnight is the day before.
    """
    if moment is None:
        return "—"
    return local_date(moment - timedelta(microseconds=last)).isoformat()


def environment(**options: Any) -> Environment:
    """The Jinja2 environment of all pages."""
    options.pop("autoescape", None)  # never optional here
    env = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, **options)
    env.globals.update(
        outside_map=outside_map.attribute, t=t, say=say, url=url, static=static, local_day=local_day
    )
    env.filters.update(say=say, clock_time=clock_time, skills=skills)
    return env


def page_context(request: HttpRequest, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The context base.html needs, and the page's own values."""
    from django.middleware.csrf import get_token  # noqa: PLC0415 - settings must be ready

    user = getattr(request, "user", None)
    staff = user if user is not None and user.is_authenticated else None
    field = Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">')
    return {
        "request": request,
        "lang": language(request),
        "theme": theme(request),
        "me": staff,
        "busy": first_things.BUSY if staff and first_things.gate.busy() else None,
        "menu": menu.of(request, language(request)) if staff else [],
        "messages": get_messages(request),
        "csrf_token": get_token(request),
        "csrf_input": field.format(get_token(request)),
        **(values or {}),
    }
