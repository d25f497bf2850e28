"""Keys of machines: shown once, kept as SHA-256, limited to scopes in an agency and below."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q, QuerySet

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from . import access, attempts, audit
from .access import Actor, NotFound, actor_of_token
from .models import Agency, ApiToken
from .registry import registry

PERMISSION = "tokens.manage"
LONGEST = timedelta(days=366)
STEP = timedelta(minutes=1)

UNKNOWN = Text("令牌无效、已过期或已吊销", "The token is unknown, has expired or has been revoked")


@transaction.atomic
def create(
    actor: Actor, name: str, agency: Agency, scopes: Iterable[str], expires_at: datetime
) -> tuple[ApiToken, str]:
    """A token and its secret, which is never seen again. Nobody gives what they do not hold."""
    access.require_in(actor, PERMISSION, agency.pk)
    wanted = sorted(set(scopes))
    _check(actor, name, agency, wanted, expires_at)
    secret = "wr_" + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        name=name.strip(),
        digest=_digest(secret),
        agency=agency,
        scopes=wanted,
        created_by_id=actor.staff_id,
        created_at=now(),
        expires_at=expires_at,
    )
    data = {"token": token.pk, "name": token.name, "scopes": wanted}
    audit.note("token.created", actor=actor, agency_id=agency.pk, data=data)
    return token, secret


def _check(
    actor: Actor, name: str, agency: Agency, scopes: list[str], expires_at: datetime
) -> None:
    if not name.strip() or not scopes:
        raise Refusal(
            Text("请填写名称并至少选择一项权限", "Give a name and choose at least one permission")
        )
    if unknown := [s for s in scopes if s not in registry.permissions]:
        raise Refusal(
            Text("没有这些权限：{s}", "There are no such permissions: {s}").format(
                s=", ".join(unknown)
            )
        )
    if not now() < expires_at <= now() + LONGEST:
        raise Refusal(
            Text("有效期须在一年以内", "A token must expire within a year, and not in the past")
        )
    for scope in scopes:
        access.require_in(actor, scope, agency.pk)


def revoke(actor: Actor, token_id: int) -> ApiToken:
    """End a token now. Revoking twice is the same as once."""
    token = managed(actor).filter(pk=token_id).first()
    if token is None:
        raise NotFound
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now()):
        data = {"token": token.pk, "name": token.name}
        audit.note("token.revoked", actor=actor, agency_id=token.agency_id, data=data)
        token.refresh_from_db()
    return token


def managed(actor: Actor) -> QuerySet[ApiToken]:
    """The tokens the actor may see and revoke."""
    rows = ApiToken.objects.select_related("agency", "created_by").order_by("-created_at")
    return rows if actor.everywhere else rows.filter(agency_id__in=actor.reach(PERMISSION))


def actor_of_secret(secret: str, address: str, lang: str = "zh") -> Actor:
    """The machine with this secret. Wrong secrets count against their address."""
    at = now()
    token = (
        ApiToken.objects.select_related("agency")
        .filter(Q(expires_at=None) | Q(expires_at__gt=at), digest=_digest(secret), revoked_at=None)
        .first()
    )
    if token is None:
        attempts.refuse_flood("token", address)
        attempts.failed("token", address)
        raise Refusal(UNKNOWN, code="signed-out")
    if token.last_used_at is None or at - token.last_used_at > STEP:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    return actor_of_token(token, lang)


def _digest(secret: str) -> str:
    """Plain SHA-256 is enough for 256 random bits: there is nothing to guess."""
    return sha256(secret.encode()).hexdigest()
