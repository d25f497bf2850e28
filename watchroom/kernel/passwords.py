"""What a password must be. Long and not common; nothing about dots and digits (NIST SP 800-63B)."""

import secrets

from django.contrib.auth.password_validation import CommonPasswordValidator

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from . import audit, sessions
from .access import Actor
from .models import Staff

SHORTEST, LONGEST = 12, 256
_common: set[str] = CommonPasswordValidator().passwords


def check(password: str, staff: Staff) -> None:
    """Refuse a weak password with a sentence that says what to change."""
    plain = password.casefold().strip()
    own = [w.casefold() for w in (staff.username, staff.name, staff.badge) if len(w) > 2]
    if len(password) < SHORTEST:
        raise _weak(
            "密码至少 12 个字符，可以用一句话", "Use at least 12 characters; a phrase is fine"
        )
    if len(password) > LONGEST:
        raise _weak("密码最长 256 个字符", "Use at most 256 characters")
    if plain in _common or len(set(plain)) < 5:
        raise _weak("这个密码太常见，请换一个", "This password is too common: choose another")
    if any(word in plain for word in own):
        raise _weak(
            "密码中不要含有本人姓名、用户名或警号",
            "Leave your own name, user name and badge number out of the password",
        )


def change(staff: Staff, old: str, new: str) -> None:
    """The person's own change; every other session ends."""
    if not staff.check_password(old):
        raise Refusal(Text("现在的密码不正确", "The present password is not right"))
    if old == new:
        raise _weak("新密码与旧密码相同", "The new password is the old one")
    check(new, staff)
    _keep(staff, new, temporary=False)
    audit.note("staff.password_changed", staff=staff)


def reset(staff: Staff, by: Actor) -> str:
    """A temporary password, shown once, to be changed at the next sign-in."""
    temporary = "-".join(secrets.token_hex(2) for _ in range(5))
    _keep(staff, temporary, temporary=True)
    audit.note(
        "staff.password_reset", actor=by, agency_id=staff.agency_id, data={"staff": staff.pk}
    )
    return temporary


def _keep(staff: Staff, password: str, *, temporary: bool) -> None:
    staff.set_password(password)
    staff.password_temporary = temporary
    staff.failures, staff.locked_until = 0, None
    staff.save(update_fields=["password", "password_temporary", "failures", "locked_until"])
    sessions.end_all(staff)


def _weak(zh: str, en: str) -> Refusal:
    return Refusal(Text(zh, en), code="weak-password")
