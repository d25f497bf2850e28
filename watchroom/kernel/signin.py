"""Who somebody is. Whether the name is unknown, the password wrong, the account locked or closed,
the answer is one sentence after the same work, so that nothing can be learnt by trying.
"""

import secrets
from datetime import datetime, timedelta
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from . import attempts, audit, totp
from .models import Staff

FREE_FAILURES = 5
LONGEST_LOCK = 64  # minutes
LONGEST_PASSWORD = 1024

WRONG = Text(
    "用户名或密码不正确，或者账号因连续失败暂时锁定。请核对后稍候再试，或请本单位管理员解锁",
    "The name or password is not right, or the account is locked for a while after repeated "
    "failures. Check both and try again later, or ask your administrator to unlock it",
)

OUTSIDE = Text(
    "身份认证通过，但本系统没有您的账号。请本单位管理员添加人员",
    "You are known to the identity provider but have no account here: ask your administrator "
    "to add you",
)


def identify(username: str, password: str, address: str) -> Staff:
    """The person with this name and password. Refusal with one sentence for every other case."""
    attempts.refuse_flood("sign-in", address)
    staff = _known(username, password[:LONGEST_PASSWORD], address)
    if staff is None:
        raise Refusal(WRONG, code="sign-in-failed")
    return staff


def identify_outside(subject: str, username: str, address: str) -> Staff:
    """The person an identity provider names. The first time by user name, then by `subject` only.

    Refusal for somebody who is not (or no longer) known here: nobody is added by signing in.
    """
    staff = _named_outside(subject, username) if subject else None
    if staff is None:
        audit.note("signin.failed", data={"address": address, "why": "outside", "staff": None})
        raise Refusal(OUTSIDE, code="sign-in-failed")
    return staff


@transaction.atomic
def _named_outside(subject: str, username: str) -> Staff | None:
    staff = _locked_row(oidc_subject=subject) or _locked_row(username=username, oidc_subject="")
    if staff is None or not staff.is_active:
        return None
    if not staff.oidc_subject:
        staff.oidc_subject = subject
        staff.save(update_fields=["oidc_subject"])
        audit.note("staff.provider_linked", staff=staff)
    return staff


def second_factor(staff_id: int, code: str, address: str) -> tuple[Staff, str]:
    """The person, and by which means they proved it. Failures count towards the same lock."""
    attempts.refuse_flood("sign-in", address)
    with transaction.atomic():
        staff = _locked_row(pk=staff_id)
        means = totp.accepts(staff, code) if staff and _open(staff) else ""
        if staff is not None and not means:
            _failed(staff, address, "code" if _open(staff) else "locked")
    if staff is None or not means:
        raise totp.wrong()
    return staff, means


@transaction.atomic
def entered(staff: Staff, how: str, address: str) -> int:
    """Write that somebody came in; returns how many failures there were since the last time."""
    failures = staff.failures
    staff.failures, staff.locked_until = 0, None
    staff.save(update_fields=["failures", "locked_until"])
    data = {"how": how, "address": address, "failures": failures}
    audit.note("signin.entered", staff=staff, data=data)
    return failures


def locked_until(staff: Staff) -> datetime | None:
    """Until when nobody can sign in to this account, or None."""
    until = staff.locked_until
    return until if until is not None and until > now() else None


@transaction.atomic
def _known(username: str, password: str, address: str) -> Staff | None:
    staff = _locked_row(username=username.strip())
    right = check_password(password, _hash_to_try(staff))
    if staff is not None and right and _open(staff):
        return staff
    why = "unknown" if staff is None else "password" if not right else "locked"
    _failed(staff, address, why)
    return None


def _locked_row(**lookup: object) -> Staff | None:
    return Staff.objects.select_for_update(no_key=True).filter(**lookup).first()


def _open(staff: Staff) -> bool:
    return staff.is_active and locked_until(staff) is None


def _hash_to_try(staff: Staff | None) -> str:
    usable = staff is not None and staff.has_usable_password()
    return staff.password if staff is not None and usable else _nobody()


@cache
def _nobody() -> str:
    """The hash of a password nobody has: the work for a name that does not exist."""
    return make_password(secrets.token_hex(32))


def _failed(staff: Staff | None, address: str, why: str) -> None:
    attempts.failed("sign-in", address)
    if staff is not None and _open(staff):
        _count(staff, address)
    data = {"address": address, "why": why, "staff": staff.pk if staff else None}
    audit.note("signin.failed", agency_id=staff.agency_id if staff else None, data=data)


def _count(staff: Staff, address: str) -> None:
    staff.failures = min(staff.failures + 1, 30000)
    over = staff.failures - FREE_FAILURES
    if over >= 0:
        minutes = min(2 ** min(over, 10), LONGEST_LOCK)
        staff.locked_until = now() + timedelta(minutes=minutes)
        data = {"staff": staff.pk, "minutes": minutes, "address": address}
        audit.note("signin.locked", agency_id=staff.agency_id, data=data)
    staff.save(update_fields=["failures", "locked_until"])
