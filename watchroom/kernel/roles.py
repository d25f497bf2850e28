"""Who usually may do what: roles as patterns over the permissions the domains declare.

A new domain's permissions fall to the right people by their verb ("fraud.view" to everyone who
reads), without an edit here. An agency changes its roles as it likes after they are laid down.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from watchroom.base.text import Text

from .access import NEEDED
from .models import Role
from .registry import Domain, registry


@dataclass(frozen=True, slots=True)
class RoleSet:
    """A role's name and the patterns of its permissions.

    ":needed" at the end holds only where involved; "-" at the start takes away.
    """

    title: Text
    patterns: tuple[str, ...]


EVERYDAY = ("unit.view", "note.add", "matter.link", "deadline.ask", "personal.read")
OFFICER = (
    "*.view:needed",
    "-trail.view:needed",
    "-retention.view:needed",
    "-system.view:needed",
    "-figures.view:needed",
    "*.respond:needed",
    "*.feedback:needed",
    "personal.read:needed",
    "unit.view",
    "note.add",
    "matter.link",
    "deadline.ask",
)
LEADING = ("*.view", "-system.view", "trail.view", "figures.view", "figures.export", *EVERYDAY)
KEEPING = ("hold.set", "matter.seal", "retention.propose", "subject.ask", "looks.review")
"""What those who answer for an agency's records do with them."""

ROLES: dict[str, RoleSet] = {
    "call_taker": RoleSet(
        Text("接警员", "Call-taker"),
        ("dispatch.view", "*.take_call", "*.close", "-map.close", "*.hand_over", *EVERYDAY),
    ),
    "dispatcher": RoleSet(
        Text("派警员", "Dispatcher"),
        (
            "dispatch.view",
            "dispatch.take_call",
            "dispatch.dispatch",
            "dispatch.respond",
            "dispatch.feedback",
            "dispatch.close",
            "dispatch.hand_over",
            "dispatch.draft",
            "dispatch.duty",
            "dispatch.premise",
            "map.close",
            "phone.cut_off",
            "figures.view",
            *EVERYDAY,
        ),
    ),
    "duty_leader": RoleSet(
        Text("值班领导", "Duty leader"),
        (
            "*.take_call",
            "*.dispatch",
            "*.respond",
            "*.feedback",
            "*.close",
            "*.hand_over",
            "*.duty",
            "*.premise",
            "*.draft",
            "*.override",
            "*.approve",
            "map.close",
            "personal.export",
            "staff.manage",
            "phone.cut_off",
            "hold.lift",
            "matter.unseal",
            "retention.policy",
            *KEEPING,
            *LEADING,
        ),
    ),
    "station_chief": RoleSet(
        Text("派出所所长", "Station chief"),
        (
            "*.respond",
            "*.feedback",
            "*.draft",
            "*.duty",
            "*.premise",
            "*.approve",
            "staff.manage",
            "phone.cut_off",
            *KEEPING,
            *LEADING,
        ),
    ),
    "community_officer": RoleSet(Text("社区民警", "Community officer"), (*OFFICER, "*.premise")),
    "patrol_officer": RoleSet(Text("巡逻民警", "Patrol officer"), OFFICER),
    "city_leader": RoleSet(
        Text("市局领导", "City leader"),
        (
            "*.view",
            "-system.view",
            "deadline.approve",
            "trail.view",
            "figures.view",
            "figures.export",
        ),
    ),
    "auditor": RoleSet(
        Text("督察审计", "Auditor"),
        (
            "*.view",
            "-system.view",
            "trail.view",
            "figures.view",
            "personal.read",
            "hold.set",
            "hold.lift",
            "looks.review",
        ),
    ),
    "it_admin": RoleSet(
        Text("系统管理员", "IT administrator"),
        (
            "staff.manage",
            "phone.cut_off",
            "tokens.manage",
            "place.manage",
            "system.view",
            "*.configure",
            "*.subscribe",
        ),
    ),
}


def permissions_of(key: str, known: Iterable[str] | None = None) -> list[str]:
    """The permissions a role has today, of those declared; sorted."""
    declared = sorted(registry.permissions if known is None else known)
    found: set[str] = set()
    more = (p for domain in registry.domains.values() for p in domain.falls_to.get(key, ()))
    for pattern in (*ROLES[key].patterns, *more):
        fitting = _fitting(pattern.removeprefix("-"), declared)
        found = found - fitting if pattern.startswith("-") else found | fitting
    # What holds everywhere below the post needs no second, narrower grant.
    return sorted(p for p in found if p.removesuffix(NEEDED) == p or p[: -len(NEEDED)] not in found)


def _fitting(pattern: str, declared: Iterable[str]) -> set[str]:
    bare = pattern.removesuffix(NEEDED)
    end = NEEDED if pattern != bare else ""
    return {p + end for p in declared if fnmatchcase(p, bare)}


def ensure() -> dict[str, Role]:
    """Make the roles that do not exist yet and return all of them by key; changes none."""
    for key, role in ROLES.items():
        Role.objects.get_or_create(
            key=key,
            defaults={
                "title": role.title.zh,
                "title_en": role.title.en,
                "permissions": permissions_of(key),
            },
        )
    return {role.key: role for role in Role.objects.filter(key__in=ROLES)}


def welcome(domain: Domain) -> None:
    """Give a domain that is new here to the roles that exist, by the verbs of its permissions."""
    own = {*domain.permissions, *(p for flow in domain.flows for p in flow.permissions)}
    for role in Role.objects.filter(key__in=ROLES):
        role.permissions = sorted({*role.permissions, *permissions_of(role.key, own)})
        role.save(update_fields=["permissions"])
