"""Sessions that end: after some idle time, at the end of a shift, or from afar."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, login
from django.contrib.auth.backends import BaseBackend
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from watchroom.base.clock import now

from . import audit
from .doors import address_of
from .models import Post, Session, Staff
from .models.sessions import ADDRESS, AGENT, BEGAN, SEEN

BACKEND = "watchroom.kernel.sessions.Backend"
DUTIES = "duties"
STEP = 60  # seconds between two writes of the last time somebody was seen


class Backend(BaseBackend):
    """Finds the person of a session. Who may sign in is decided in `signin` alone."""

    def get_user(self, user_id: Any) -> Staff | None:
        return Staff.objects.filter(pk=user_id, is_active=True).first()


def begin(request: HttpRequest, staff: Staff, duties: list[str]) -> None:
    """A new session for a person whose identity is established. `duties` come before all else."""
    login(request, staff, backend=BACKEND)
    at = now().timestamp()
    request.session.update({BEGAN: at, SEEN: at, DUTIES: duties})
    request.session[ADDRESS] = address_of(request)[:64]
    request.session[AGENT] = request.headers.get("User-Agent", "")[:300]
    Session.objects.filter(staff=staff, expire_date__lte=now()).delete()


def ended(session: SessionBase) -> bool:
    """Whether a signed-in session has been idle too long or has lasted too long."""
    if session.get(BEGAN) is None or session.get(SEEN) is None:
        at = now().timestamp()
        session.update({BEGAN: session.get(BEGAN) or at, SEEN: at})  # made by Django's own `login`
        return False
    return over(session)


def over(session: Mapping[str, Any] | SessionBase) -> bool:
    """Whether what a session knows of itself says that it has been idle or has lasted too long."""
    at = now().timestamp()
    idle = bool(at - session.get(SEEN, at) > settings.WATCHROOM_IDLE_SECONDS)
    return idle or bool(at - session.get(BEGAN, at) > settings.SESSION_COOKIE_AGE)


def touch(session: SessionBase) -> None:
    """Remember that the person was here; written at most once a minute."""
    at = now().timestamp()
    if at - session.get(SEEN, 0) > STEP:
        session[SEEN] = at


def person_of(session: SessionBase) -> Staff | None:
    """The person of a session, for servers without Django's middleware (the live stream)."""
    staff = Backend().get_user(session.get(SESSION_KEY)) if SESSION_KEY in session else None
    if staff is None or ended(session):
        return None
    known = session.get(HASH_SESSION_KEY, "")
    return staff if constant_time_compare(known, staff.get_session_auth_hash()) else None


def end_all(staff: Staff) -> None:
    """Sign a person out everywhere."""
    Staff.objects.filter(pk=staff.pk).update(session_epoch=F("session_epoch") + 1)
    staff.refresh_from_db(fields=["session_epoch"])


def fulfil(session: SessionBase, duty: str) -> None:
    """One duty is done."""
    session[DUTIES] = [d for d in session.get(DUTIES, []) if d != duty]


def duties_of(staff: Staff, *, strong: bool) -> list[str]:
    """What a person must do first: a password of their own, a second factor where a role asks.

    `strong`: the second factor was given already (here or at the identity provider).
    """
    duties = ["password"] if staff.password_temporary else []
    if not strong and not staff.totp_secret and second_factor_needed(staff, now()):
        duties.append("second-factor")
    return duties


def second_factor_needed(staff: Staff, at: datetime) -> bool:
    """Whether one of the person's roles asks for a second factor."""
    posts = Post.objects.filter(staff=staff, role__second_factor=True)
    return posts.exclude(ends__lte=at).exists()


def sign_out_everywhere(staff: Staff) -> None:
    """The person's own wish to be signed out on every machine."""
    end_all(staff)
    audit.note("staff.signed_out_everywhere", staff=staff)
