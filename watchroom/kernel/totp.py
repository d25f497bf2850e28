"""The second factor: six digits from the person's phone, or a recovery code from paper."""

import base64
import io
import secrets
from hashlib import sha256

import pyotp
import segno
from cryptography.fernet import InvalidToken
from django.db import transaction

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from . import audit, sealing
from .access import Actor
from .models import RecoveryCode, Staff

PERIOD = 30
CODES = 10


def fresh_secret() -> str:
    """A new shared secret, in base 32."""
    return pyotp.random_base32()


def picture(staff: Staff, secret: str) -> bytes:
    """The QR code that an authenticator app reads, as SVG."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=staff.username, issuer_name="Watchroom")
    out = io.BytesIO()
    segno.make(uri, error="m").save(out, kind="svg", scale=5, border=4, light="#fff")
    return out.getvalue()


@transaction.atomic
def enrol(staff: Staff, secret: str, code: str) -> list[str]:
    """Keep the secret once the person's app shows the right code; returns recovery codes."""
    step = _step(secret, code)
    if step is None:
        raise wrong()
    staff.totp_secret, staff.totp_step = sealing.seal("totp", secret), step
    staff.save(update_fields=["totp_secret", "totp_step"])
    audit.note("staff.second_factor_on", staff=staff)
    return new_recovery_codes(staff)


@transaction.atomic
def new_recovery_codes(staff: Staff) -> list[str]:
    """Ten new codes, to be shown once; the old ones end."""
    codes = [_recovery_code() for _ in range(CODES)]
    staff.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(staff=staff, digest=_digest(c)) for c in codes)
    return codes


@transaction.atomic
def remove(staff: Staff, by: Actor | None = None) -> None:
    """Take the second factor away: by the person, or by an administrator for a lost phone."""
    staff.totp_secret, staff.totp_step = "", 0
    staff.save(update_fields=["totp_secret", "totp_step"])
    staff.recovery_codes.all().delete()
    audit.note(
        "staff.second_factor_off",
        actor=by,
        staff=staff,
        agency_id=staff.agency_id,
        data={"staff": staff.pk},
    )


def accepts(staff: Staff, code: str) -> str:
    """ "totp" or "recovery" when the code is right and unused, else "". Uses the code up.

    The caller holds the row of `staff` locked, so that one code cannot be used twice at once.
    """
    code = code.strip().replace(" ", "")
    if code.isascii() and code.isdigit():
        step = _step(_secret(staff), code)
        if step is None or step <= staff.totp_step:
            return ""
        staff.totp_step = step
        staff.save(update_fields=["totp_step"])
        return "totp"
    used = RecoveryCode.objects.filter(staff=staff, digest=_digest(code), used_at=None)
    return "recovery" if used.update(used_at=now()) else ""


def wrong() -> Refusal:
    """What is said for a wrong code."""
    return Refusal(
        Text(
            "验证码不正确。请核对手机时间后输入新的 6 位验证码",
            "The code is not right. Check your phone's clock and enter a new six-digit code",
        ),
        code="wrong-code",
    )


def _step(secret: str, code: str) -> int | None:
    """The time step the code belongs to: now, or one step to either side for a slow clock."""
    totp, at = pyotp.TOTP(secret), int(now().timestamp())
    said = code.strip().replace(" ", "").encode()
    for step in (at // PERIOD, at // PERIOD - 1, at // PERIOD + 1):
        if secrets.compare_digest(totp.at(step * PERIOD).encode(), said):
            return step
    return None


def _secret(staff: Staff) -> str:
    try:
        return sealing.unseal("totp", staff.totp_secret)
    except InvalidToken as error:
        raise Refusal(
            Text(
                "本系统的密钥已更换，原验证器失效：请管理员重置您的双因素认证",
                "The system's key was replaced: ask your administrator to reset your second factor",
            )
        ) from error


def _recovery_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def _digest(code: str) -> str:
    return sha256(code.lower().replace("-", "").encode()).hexdigest()
