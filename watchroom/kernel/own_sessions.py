"""A person's own sessions: where they are signed in, and ending one of them or all others.

The key of a session is as good as a password: pages know a session by a digest of it.
"""

import hashlib
from dataclasses import dataclass

from django.contrib.auth import HASH_SESSION_KEY
from django.db import transaction
from django.utils.crypto import constant_time_compare

from watchroom.base.clock import now
from watchroom.base.text import Text

from . import audit, sessions
from .access import NotFound
from .models import Session, Staff
from .session_store import SessionStore

BROWSERS = {
    "MicroMessenger": "微信 WeChat",
    "Edg/": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "HarmonyOS": "HarmonyOS",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}
"""What stands in a browser's own name for itself, the more telling part first."""
UNKNOWN = Text("未知设备", "unknown device")


@dataclass(frozen=True)
class Own:
    """One session of a person. `current`: the one they are looking from."""

    handle: str
    row: Session
    current: bool

    @property
    def device(self) -> Text:
        """Browser and system, as far as the browser says."""
        return device(self.row.agent)


def device(agent: str) -> Text:
    """What a browser calls itself, in the words people know it by."""
    named = [
        next((title for mark, title in table.items() if mark in agent), "")
        for table in (BROWSERS, SYSTEMS)
    ]
    said = " · ".join(part for part in named if part)
    return Text(said, said) if said else UNKNOWN


def of(staff: Staff, current: str) -> list[Own]:
    """The person's sessions that still hold, the current one first, then by last use."""
    rows = Session.objects.filter(staff=staff, expire_date__gt=now()).order_by("-seen_at")
    own = [Own(_handle(r.session_key), r, r.session_key == current) for r in rows if _holds(r)]
    return sorted(own, key=lambda one: not one.current)


def _handle(key: str) -> str:
    return hashlib.sha256(f"session {key}".encode()).hexdigest()[:24]


def _holds(row: Session) -> bool:
    """Neither idle too long nor ended from afar (a new password, signing out everywhere)."""
    session = SessionStore(row.session_key)
    data = session.decode(row.session_data)
    known = data.get(HASH_SESSION_KEY, "")
    staff = row.staff
    if staff is None or not constant_time_compare(known, staff.get_session_auth_hash()):
        return False
    return not sessions.over(data)


@transaction.atomic
def end(staff: Staff, handle: str, current: str) -> None:
    """End one session of one's own, not the one looked from: that is what signing out is for."""
    wanted = next((one for one in of(staff, current) if one.handle == handle), None)
    if wanted is None or wanted.current:
        raise NotFound
    _end(staff, [wanted])


@transaction.atomic
def end_others(staff: Staff, current: str) -> int:
    """End every session of one's own but this one; how many."""
    others = [one for one in of(staff, current) if not one.current]
    _end(staff, others)
    return len(others)


def _end(staff: Staff, ended: list[Own]) -> None:
    Session.objects.filter(pk__in=[one.row.pk for one in ended]).delete()
    for one in ended:
        data = {"address": one.row.address, "device": one.device.en}
        audit.note("staff.session_ended", staff=staff, data=data)
