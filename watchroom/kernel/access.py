"""Who may do what, where, and why: permission × agency subtree × need.

One filter (`visible`) serves pages, API, search, map, stream, export and counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from .flow import Flow
from .models import Agency, ApiToken, Beat, Involvement, Matter, Post, Seal, Staff
from .registry import registry

NEEDED = ":needed"
EVERYWHERE = "."
"""The path that every agency's path begins with."""


class NotFound(Exception):
    """There is no such thing, or the reader may not know of it: the same answer for both."""


@dataclass(frozen=True)
class Actor:
    """Somebody, or a machine, that acts. `grants`: permission → paths of agencies it holds in.

    `roles`: role → paths of the agencies it is held in; seals name roles.
    """

    name: str
    agency_id: int
    grants: Mapping[str, frozenset[str]]
    staff_id: int | None = None
    token_id: int | None = None
    lang: str = "zh"
    purpose: str = ""
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _ids: dict[frozenset[str], frozenset[int]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def holds(self, permission: str) -> bool:
        """Whether the actor has the permission anywhere at all, or where needed."""
        return permission in self.grants or permission + NEEDED in self.grants

    def reach(self, permission: str) -> frozenset[int]:
        """Ids of the agencies where the actor has the permission."""
        return self.below(self.grants.get(permission, frozenset()))

    def below(self, paths: frozenset[str]) -> frozenset[int]:
        """Ids of the agencies at and below these paths."""
        if paths not in self._ids:
            self._ids[paths] = _below(paths)
        return self._ids[paths]

    def within(self, permission: str, agency_id: int) -> bool:
        """Whether the actor has the permission in this agency."""
        paths = self.grants.get(permission, frozenset())
        return EVERYWHERE in paths or (bool(paths) and agency_id in self.reach(permission))

    def above(self, permission: str) -> frozenset[int]:
        """Ids of the agencies at and above which the actor has the permission, or where needed."""
        held = (self.grants.get(p, frozenset()) for p in (permission, permission + NEEDED))
        return frozenset(
            int(part) for paths in held for p in paths for part in p.split(".") if part
        )

    @cached_property
    def everywhere(self) -> bool:
        """The system itself: jobs and imports."""
        return self.staff_id is None and self.token_id is None


def _below(paths: Iterable[str]) -> frozenset[int]:
    wanted = Q()
    for path in paths:
        wanted |= Q(path__startswith=path)
    if not wanted:
        return frozenset()
    return frozenset(Agency.objects.filter(wanted).values_list("id", flat=True))


def actor_of(staff: Staff, *, purpose: str = "") -> Actor:
    """The actor a signed-in person is, from the posts they hold today."""
    today = now()
    posts = Post.objects.filter(
        Q(starts=None) | Q(starts__lte=today), Q(ends=None) | Q(ends__gt=today), staff=staff
    )
    rows = posts.values_list("role__key", "role__permissions", "agency__path")
    grants: dict[str, set[str]] = {}
    roles: dict[str, set[str]] = {}
    for role, permissions, path in rows:
        roles.setdefault(role, set()).add(path)
        for permission in permissions:
            grants.setdefault(permission, set()).add(path)
    return Actor(
        name=staff.name,
        agency_id=staff.agency_id,
        grants={p: frozenset(paths) for p, paths in grants.items()},
        staff_id=staff.pk,
        lang=staff.language,
        purpose=purpose,
        roles={role: frozenset(paths) for role, paths in roles.items()},
    )


def actor_of_token(token: ApiToken, lang: str = "zh") -> Actor:
    """The actor a machine is: its scopes, in its agency and below."""
    path = frozenset({token.agency.path})
    grants = dict.fromkeys(token.scopes, path)
    return Actor(token.name, token.agency_id, grants, token_id=token.pk, lang=lang)


def system(agency: Agency | None = None) -> Actor:
    """The system itself, everywhere: sweeps, reactions, imports by the operator."""
    root = agency or Agency.objects.filter(parent=None).order_by("id").first()
    if root is None:
        raise Refusal(
            Text("还没有单位：请先导入组织机构", "There is no agency yet: import them first")
        )
    grants = {p: frozenset({EVERYWHERE}) for p in registry.permissions}
    return Actor("Watchroom", root.pk, grants)


def holders(permission: str, agency: Agency) -> list[int]:
    """Staff who hold a permission over an agency by a post there or above, today."""
    moment = now()
    rows = Post.objects.filter(
        Q(starts=None) | Q(starts__lte=moment),
        Q(ends=None) | Q(ends__gt=moment),
        agency_id__in=[int(part) for part in agency.path.strip(".").split(".") if part],
        role__permissions__contains=[permission],
        staff__is_active=True,
    )
    return sorted(set(rows.values_list("staff_id", flat=True)))


def on_account_of(actor: Actor, *permissions: str) -> Actor:
    """The same person, with permissions that follow from an act they were allowed to take.

    For what the system does in the same breath: an officer clears, and the incident moves with it.
    """
    extra = {p: frozenset({EVERYWHERE}) for p in permissions}
    return replace(actor, grants={**actor.grants, **extra})


def beats_of(staff_id: int) -> QuerySet[Beat]:
    """The beats whose officer or deputy a person is."""
    deputy = Beat.deputies.through.objects.filter(staff=staff_id).values("beat")
    return Beat.objects.filter(Q(officer=staff_id) | Q(pk__in=deputy))


def own_beat(actor: Actor) -> Beat | None:
    """The first beat whose officer or deputy the actor is."""
    return beats_of(actor.staff_id or 0).order_by("code").first()


def _allowed(actor: Actor, permission: str, flows: Iterable[Flow] | None = None) -> Q:
    reach = actor.reach(permission)
    here = Q(agency_id__in=reach, sealed=False)
    if reach:
        here |= Q(agency_id__in=reach, sealed=True) & _opened(actor)
    if actor.staff_id and actor.holds(permission):
        involved = Involvement.objects.filter(
            matter=OuterRef("pk"), staff_id=actor.staff_id, until=None
        )
        here |= Q(Exists(involved))
        if of_beat := [flow.kind for flow in flows or () if flow.of_beat]:
            mine = beats_of(actor.staff_id).values("pk")
            here |= Q(kind__in=of_beat, beat__in=mine, sealed=False)
    kinds = None if flows is None else [flow.kind for flow in flows]
    return here & Q(kind__in=kinds) if kinds is not None else here


def _opened(actor: Actor) -> Q:
    """Sealed matters whose seal names a role the actor holds over their agency."""
    wanted = Q(pk__in=[])
    alike: dict[frozenset[str], list[str]] = {}
    for role, paths in actor.roles.items():
        alike.setdefault(paths, []).append(role)
    for paths, roles in alike.items():
        seals = Seal.objects.filter(matter=OuterRef("pk"), lifted_at=None, roles__overlap=roles)
        wanted |= Q(Exists(seals), agency_id__in=actor.below(paths))
    return wanted


def _closed_to(actor: Actor, matter: Matter) -> bool:
    """Whether the matter is sealed and no seal of it names a role of the actor's."""
    if not matter.sealed:
        return False
    return not actor.roles or not Matter.objects.filter(_opened(actor), pk=matter.pk).exists()


def visible(actor: Actor, matters: QuerySet[Matter] | None = None) -> QuerySet[Matter]:
    """The matters the actor may see, of every kind."""
    rows = Matter.objects.all() if matters is None else matters
    if actor.everywhere:
        return rows
    alike: dict[frozenset[str], list[Flow]] = {}  # one condition, however many domains
    for flow in registry.flows.values():
        if actor.holds(flow.view_permission):
            paths = actor.grants.get(flow.view_permission, frozenset())
            alike.setdefault(paths, []).append(flow)
    wanted = Q(pk__in=[])
    for flow in published(actor):
        above = actor.above(flow.view_permission)
        wanted |= Q(kind=flow.kind, state__in=flow.published, agency_id__in=above, sealed=False)
    for flows in alike.values():
        wanted |= _allowed(actor, flows[0].view_permission, flows)
    return rows.filter(wanted)


def published(actor: Actor) -> list[Flow]:
    """The kinds of which the actor also reads what agencies above have published."""
    flows = registry.flows.values()
    return [flow for flow in flows if flow.published and actor.holds(flow.view_permission)]


def _published(actor: Actor, matter: Matter) -> bool:
    flow = registry.flows.get(matter.kind)
    return (
        flow is not None
        and matter.state in flow.published
        and not matter.sealed
        and matter.agency_id in actor.above(flow.view_permission)
    )


def sees(actor: Actor, matter: Matter) -> bool:
    """Whether the actor may see this matter: `visible` asked of one row that was already read."""
    if actor.everywhere:
        return True
    flow = registry.flows.get(matter.kind)
    if flow is None:
        return False
    return may(actor, flow.view_permission, matter) or _published(actor, matter)


def find(actor: Actor, **lookup: object) -> Matter:
    """One matter the actor may see; NotFound says the same for absent and forbidden.

    Asked through `visible`, so that both also cost the same queries: time tells nothing either.
    """
    try:
        return visible(actor).get(**lookup)
    except Matter.DoesNotExist as error:
        raise NotFound from error


def may(actor: Actor, permission: str, matter: Matter) -> bool:
    """Whether the actor has the permission for this matter."""
    return bool(allowed(actor, matter, (permission,)))


def allowed(actor: Actor, matter: Matter, permissions: Iterable[str]) -> frozenset[str]:
    """Which of the permissions the actor has for this matter, in two queries at most."""
    wanted = frozenset(permissions)
    if actor.everywhere:
        return wanted
    within = {p for p in wanted if actor.within(p, matter.agency_id)}
    here = within if within and not _closed_to(actor, matter) else set()
    held = {p for p in wanted - here if actor.holds(p)}
    if held and actor.staff_id and _needs(actor.staff_id, matter):
        here |= held
    return frozenset(here)


def _needs(staff_id: int, matter: Matter) -> bool:
    """Whether the person is involved, or the matter is one of their beat."""
    rows = Involvement.objects.filter(matter=matter, staff_id=staff_id, until=None)
    flow = registry.flows.get(matter.kind)
    if flow is None or not flow.of_beat or matter.beat_id is None or matter.sealed:
        return rows.exists()
    return rows.exists() or beats_of(staff_id).filter(pk=matter.beat_id).exists()


def require(actor: Actor, permission: str, matter: Matter | None = None) -> None:
    """Refuse with a sentence unless the actor has the permission (for the matter, if given)."""
    if actor.everywhere or (may(actor, permission, matter) if matter else actor.holds(permission)):
        return
    raise Refusal(
        Text(
            "您没有此项权限（{p}）。请联系本单位管理员",
            "You do not have this permission ({p}). Ask your agency's administrator",
        ).format(p=permission),
        code="forbidden",
    )


def require_in(actor: Actor, permission: str, agency_id: int) -> None:
    """Refuse unless the actor has the permission in this agency."""
    if not actor.everywhere and not actor.within(permission, agency_id):
        require(
            Actor(actor.name, actor.agency_id, {}, staff_id=actor.staff_id, token_id=0), permission
        )
