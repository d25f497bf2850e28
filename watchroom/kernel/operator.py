"""What the operator of the machine does from a terminal: the first person, a machine's token."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from watchroom.base.clock import day_start, now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from . import organisation_moves, people, tokens
from .access import system
from .models import Agency, Role, Staff


@transaction.atomic
def add_person(username: str, name: str, agency_code: str, role_key: str) -> str:
    """Add somebody with a role in an agency; returns their temporary password."""
    agency, role = _agency(agency_code), _role(role_key)
    staff, password = people.add(system(), username, name, agency.pk)
    people.give_post(system(), staff.pk, role, agency)
    return password


def reset_password(username: str) -> str:
    """A temporary password for somebody, when no administrator can sign in any more."""
    staff = Staff.objects.filter(username=username).first()
    if staff is None:
        raise Refusal(Text("没有用户 {u}", "There is nobody called {u}").format(u=username))
    return people.reset_password(system(), staff.pk)[1]


def create_token(name: str, agency_code: str, scopes: Iterable[str], days: int) -> str:
    """A token for a machine; returns its secret."""
    expires = now() + timedelta(days=days)
    return tokens.create(system(), name, _agency(agency_code), scopes, expires)[1]


def move_agency(code: str, parent_code: str, since: date | None, why: str) -> str:
    """Put an agency under another one from the beginning of a day, or now; returns its place."""
    start = day_start(since) if since else None
    moved = organisation_moves.move(
        system(), _agency(code), _agency(parent_code), since=start, reason=why
    )
    return f"{moved.code} → {parent_code}"


def _agency(code: str) -> Agency:
    agency = Agency.objects.filter(code=code).first()
    if agency is None:
        raise Refusal(
            Text("没有代码为 {c} 的单位", "There is no agency with the code {c}").format(c=code)
        )
    return agency


def _role(key: str) -> Role:
    role = Role.objects.filter(key=key).first()
    if role is None:
        known = ", ".join(Role.objects.order_by("key").values_list("key", flat=True)) or "—"
        raise Refusal(
            Text("没有岗位 {k}；现有：{r}", "There is no role {k}; there are: {r}").format(
                k=key, r=known
            )
        )
    return role
