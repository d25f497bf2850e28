"""Adding people, giving them posts, helping them back in. Nobody gives what they do not hold,
and nobody takes over the account of somebody who holds more.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from . import access, audit, passwords, sessions, totp
from .access import NEEDED, Actor, NotFound, actor_of
from .models import Agency, Post, Role, Staff

PERMISSION = "staff.manage"
USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,63}")


def managed(actor: Actor) -> QuerySet[Staff]:
    """The people of the agencies where the actor manages people."""
    rows = Staff.objects.select_related("agency").order_by("agency__path", "name", "pk")
    return rows if actor.everywhere else rows.filter(agency_id__in=actor.reach(PERMISSION))


def agencies(actor: Actor) -> QuerySet[Agency]:
    """The agencies where the actor manages people."""
    rows = Agency.objects.order_by("path")
    return rows if actor.everywhere else rows.filter(pk__in=actor.reach(PERMISSION))


def find(actor: Actor, staff_id: int) -> Staff:
    """One person the actor manages; NotFound says the same for absent and forbidden."""
    staff = managed(actor).filter(pk=staff_id).first()
    if staff is None:
        raise NotFound
    return staff


def search(actor: Actor, words: str = "") -> QuerySet[Staff]:
    """People by name, user name, badge or agency."""
    wanted = Q()
    for word in words.split():
        wanted &= (
            Q(name__icontains=word)
            | Q(username__icontains=word)
            | Q(badge__icontains=word)
            | Q(agency__name__icontains=word)
        )
    return managed(actor).filter(wanted)


@transaction.atomic
def add(
    actor: Actor, username: str, name: str, agency_id: int, *, badge: str = "", lang: str = "zh"
) -> tuple[Staff, str]:
    """A new person and the temporary password they change at the first sign-in."""
    access.require_in(actor, PERMISSION, agency_id)
    if not USERNAME.fullmatch(username):
        raise Refusal(
            Text(
                "用户名用 2 至 64 个字母、数字、点、横线或下划线",
                "A user name has 2 to 64 letters, digits, dots, dashes or underscores",
            )
        )
    if not name.strip():
        raise Refusal(Text("请填写姓名", "Give the person's name"))
    if Staff.objects.filter(username__iexact=username).exists():
        raise Refusal(Text("用户名 {u} 已被使用", "The user name {u} is taken").format(u=username))
    fields = {"name": name.strip(), "agency_id": agency_id, "badge": badge.strip()}
    staff = Staff.objects.create_user(username, None, language=lang, **fields)
    _note(actor, "added", staff)
    return staff, passwords.reset(staff, actor)


@transaction.atomic
def change(actor: Actor, staff_id: int, *, name: str, badge: str, agency_id: int) -> Staff:
    """Correct a name or a badge, or move the person to another agency."""
    staff = find(actor, staff_id)
    access.require_in(actor, PERMISSION, agency_id)
    if not name.strip():
        raise Refusal(Text("请填写姓名", "Give the person's name"))
    new = {"name": name.strip(), "badge": badge.strip(), "agency_id": agency_id}
    changed = [key for key, value in new.items() if getattr(staff, key) != value]
    for key, value in new.items():
        setattr(staff, key, value)
    if changed:
        staff.save(update_fields=["name", "badge", "agency"])
        _note(actor, "changed", staff, fields=changed)
    return staff


@transaction.atomic
def deactivate(actor: Actor, staff_id: int) -> Staff:
    """The person can no longer sign in, and is signed out at once. What they did stays theirs."""
    staff = _other(actor, staff_id)
    return _switch(actor, staff, "deactivated", is_active=False)


@transaction.atomic
def activate(actor: Actor, staff_id: int) -> Staff:
    """The person may sign in again, with the posts they still hold."""
    staff = _other(actor, staff_id)
    _holds_no_more(actor, staff)
    return _switch(actor, staff, "activated", is_active=True)


@transaction.atomic
def unlock(actor: Actor, staff_id: int) -> Staff:
    """End a lock after failed attempts."""
    staff = find(actor, staff_id)
    staff.failures, staff.locked_until = 0, None
    staff.save(update_fields=["failures", "locked_until"])
    _note(actor, "unlocked", staff)
    return staff


@transaction.atomic
def reset_password(actor: Actor, staff_id: int) -> tuple[Staff, str]:
    """A temporary password, shown once."""
    staff = _other(actor, staff_id)
    _holds_no_more(actor, staff)
    return staff, passwords.reset(staff, actor)


@transaction.atomic
def reset_second_factor(actor: Actor, staff_id: int) -> Staff:
    """For a lost phone: the person sets up a new one; their sessions end."""
    staff = _other(actor, staff_id)
    _holds_no_more(actor, staff)
    totp.remove(staff, actor)
    sessions.end_all(staff)
    return staff


@transaction.atomic
def give_post(
    actor: Actor,
    staff_id: int,
    role: Role,
    agency: Agency,
    *,
    starts: datetime | None = None,
    ends: datetime | None = None,
) -> Post:
    """A role in an agency, from a moment to a moment. Only what the actor holds there themself."""
    staff = _other(actor, staff_id)
    access.require_in(actor, PERMISSION, agency.pk)
    _covers(actor, role.permissions, agency.path)
    if ends is not None and ends <= (starts or now()):
        raise Refusal(
            Text(
                "结束日期须在开始日期之后", "The post must end after it starts, and not in the past"
            )
        )
    post, _ = Post.objects.update_or_create(
        staff=staff, role=role, agency=agency, defaults={"starts": starts, "ends": ends}
    )
    _note(actor, "post_given", staff, role=role.key, at=agency.code, starts=starts, ends=ends)
    return post


@transaction.atomic
def end_post(actor: Actor, staff_id: int, post_id: int) -> None:
    """End a post now; the row stays."""
    staff = _other(actor, staff_id)
    post = Post.objects.select_related("role", "agency").filter(pk=post_id, staff=staff).first()
    if post is None:
        raise NotFound
    access.require_in(actor, PERMISSION, post.agency_id)
    Post.objects.filter(pk=post.pk).update(ends=now())
    _note(actor, "post_ended", staff, role=post.role.key, at=post.agency.code)


def roles_within(actor: Actor) -> list[Role]:
    """The roles the actor could give at least somewhere."""
    return [
        r
        for r in Role.objects.order_by("title")
        if all(actor.holds(_base(p)) for p in r.permissions)
    ]


def _other(actor: Actor, staff_id: int) -> Staff:
    staff = find(actor, staff_id)
    if staff.pk == actor.staff_id:
        raise Refusal(
            Text(
                "不能更改自己的账号和岗位，请另一位管理员办理",
                "You cannot change your own account and posts: ask another administrator",
            ),
            code="forbidden",
        )
    return staff


def _holds_no_more(actor: Actor, staff: Staff) -> None:
    """Whoever resets a password could sign in with it: only for somebody who holds no more."""
    for permission, paths in actor_of(staff).grants.items():
        for path in paths:
            _covers(actor, [permission], path)


def _covers(actor: Actor, permissions: Iterable[str], path: str) -> None:
    missing = sorted(p for p in permissions if not _held_at(actor, p, path))
    if missing and not actor.everywhere:
        raise Refusal(
            Text(
                "您本人在该单位没有这些权限：{p}。请有权限的管理员办理",
                "You do not hold these permissions there yourself: {p}. "
                "Ask an administrator who does",
            ).format(p=", ".join(missing)),
            code="forbidden",
        )


def _held_at(actor: Actor, permission: str, path: str) -> bool:
    """Held there outright, or with the same limit to matters where it is needed."""
    names: Mapping[str, Any] = actor.grants
    held = {*names.get(permission, ()), *names.get(_base(permission), ())}
    return any(path.startswith(above) for above in held)


def _base(permission: str) -> str:
    return permission.removesuffix(NEEDED)


def _switch(actor: Actor, staff: Staff, event: str, *, is_active: bool) -> Staff:
    if staff.is_active != is_active:
        staff.is_active = is_active
        staff.save(update_fields=["is_active"])
        sessions.end_all(staff)
        _note(actor, event, staff)
    return staff


def _note(actor: Actor, event: str, staff: Staff, **data: Any) -> None:
    audit.note(
        f"staff.{event}", actor=actor, agency_id=staff.agency_id, data={"staff": staff.pk, **data}
    )


ACTS: Mapping[str, Callable[[Actor, int], Any]] = {
    "deactivate": deactivate,
    "activate": activate,
    "unlock": unlock,
    "reset-second-factor": reset_second_factor,
}
