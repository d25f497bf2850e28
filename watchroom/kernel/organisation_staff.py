"""People brought in from a table, each row by itself: a wrong one is kept apart, the rest goes on.

No password is ever read from a file. Somebody new gets a temporary one, given back once, to be
changed at the first sign-in; or none, where an identity provider says who people are.
"""

from collections.abc import Callable, Iterable

from django.db import transaction

from watchroom.base.refusal import Refusal

from . import audit, people
from .access import Actor, system
from .models import Agency, Post, Role, Staff
from .organisation import Outcome, Row, given, rows_of, wrong

COLUMNS = ("name", "username", "badge", "agency", "role", "post")


HandOut = Callable[[Staff, str], None]


def import_staff(lines: Iterable[str], hand_out: HandOut | None) -> Outcome:
    """Bring in people with their posts from a CSV; one who has several posts has several rows.

    `post` is the code of the agency where the role holds; empty: the person's own. `hand_out` gets
    somebody new with their temporary password before they are kept; None makes no passwords. The
    same table again changes nothing.
    """
    done, actor, seen = Outcome(), system(), dict[str, Row]()
    for line, row in rows_of(lines, COLUMNS):
        try:
            with transaction.atomic():
                how = _bring(actor, line, row, seen, hand_out)
        except Refusal as refusal:
            done.reject(line, refusal.text, row)
        else:
            seen.setdefault(row["username"].lower(), row)
            done.count(how)
    audit.note("organisation.staff_imported", data=done.counts)
    return done


def _bring(
    actor: Actor, line: int, row: Row, seen: dict[str, Row], hand_out: HandOut | None
) -> str:
    given(line, row, "name", "username", "agency", "role")
    _same_as_before(line, row, seen)
    agency = _agency(line, row["agency"])
    at = _agency(line, row["post"]) if row["post"] else agency
    role = _role(line, row["role"])
    staff = Staff.objects.filter(username=row["username"]).first()
    how = "same" if staff else "new"
    if staff is None:
        staff = _added(actor, row, agency, hand_out)
    elif _moved(actor, staff, row, agency):
        how = "changed"
    if not Post.objects.filter(staff=staff, role=role, agency=at).exists():
        people.give_post(actor, staff.pk, role, at)
        how = "changed" if how == "same" else how
    return how


def _same_as_before(line: int, row: Row, seen: dict[str, Row]) -> None:
    first = seen.get(row["username"].lower(), row)
    if any(first[c] != row[c] for c in ("name", "badge", "agency")):
        raise wrong(
            line,
            f"用户名 {row['username']} 在前面的行里是另一个人：{first['name']}",
            f"the user name {row['username']} is somebody else further up: {first['name']}",
        )


def _added(actor: Actor, row: Row, agency: Agency, hand_out: HandOut | None) -> Staff:
    staff, password = people.add(actor, row["username"], row["name"], agency.pk, badge=row["badge"])
    if hand_out:
        hand_out(staff, password)
        return staff
    staff.set_unusable_password()
    staff.password_temporary = False
    staff.save(update_fields=["password", "password_temporary"])
    return staff


def _moved(actor: Actor, staff: Staff, row: Row, agency: Agency) -> bool:
    new = (row["name"], row["badge"], agency.pk)
    if (staff.name, staff.badge, staff.agency_id) == new:
        return False
    people.change(actor, staff.pk, name=row["name"], badge=row["badge"], agency_id=agency.pk)
    return True


def _agency(line: int, code: str) -> Agency:
    agency = Agency.objects.filter(code=code).first()
    if agency is None:
        raise wrong(line, f"没有单位 {code}", f"there is no agency {code}")
    return agency


def _role(line: int, key: str) -> Role:
    role = Role.objects.filter(key=key).first()
    if role is None:
        known = ", ".join(Role.objects.order_by("key").values_list("key", flat=True))
        raise wrong(
            line, f"没有岗位 {key}；现有：{known}", f"there is no role {key}; there are: {known}"
        )
    return role
