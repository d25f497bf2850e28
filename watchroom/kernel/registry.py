"""The domains that exist. Found by folder; nobody lists them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from watchroom.base.text import Text

from .flow import Flow

DOMAINS = Path(__file__).parent.parent / "domains"


@dataclass(frozen=True)
class MenuItem:
    """One entry of the shell's menu: a named route and who may see it.

    `start`: whoever holds this permission lands here after signing in.
    """

    title: Text
    route: str
    permission: str
    key: str = ""
    order: int = 50
    start: str = ""


@dataclass(frozen=True)
class Telling:
    """Entries without a matter that the live stream tells of: to holders of the permission.

    `event` is a pattern ("dispatch.unit.*"). Told where the permission is held, or, `anywhere`, to
    whoever holds it at all: a closed road concerns the next county too.
    """

    event: str
    permission: str
    anywhere: bool = False


@dataclass(frozen=True)
class Import:
    """A table that `watchroom import <name> FILE` brings in: `actions.<does>(lines)` → `Outcome`.

    `columns` are those of the CSV.
    """

    does: str
    title: Text
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """Who answers a kind of matter: the kind of its children, and the states in which such a one
    has been sent and is there. The trail then tells what planning replays (`kernel.answered`)."""

    by: str
    sent: str
    arrived: str


@dataclass(frozen=True)
class Domain:
    """The one registration of a domain: `domain.py` holds exactly one, named DOMAIN.

    By convention the folder provides: `urls.urlpatterns`, `api.router`, `actions.perform`,
    `indicators.INDICATORS`, `templates/<key>/matter.html` with `pages.matter_context`,
    `phone.cards` and `phone.NEW` (see `kernel.phone`);
    `forms.PUBLIC` with `actions.from_public` (forms anybody may fill in, see `public`);
    `retention.KEPT` and `retention.EXEMPT` (what it keeps of people, and for how long, see `kept`);
    each may be absent.
    `imports` are tables it brings in, by name.
    `reacts` maps an event name (of any domain) to the name of a function in this domain's `jobs`.
    `permissions` names those that no flow step asks for. `falls_to`: which roles receive more of
    them on the first day than their verbs say, role → patterns. `answered`: kind of matter → who
    goes there. `linked_with`: kind of matter → patterns of the kinds it may be linked with, where
    it may not be linked with every kind.
    """

    key: str
    title: Text
    flows: tuple[Flow, ...]
    menu: tuple[MenuItem, ...] = ()
    permissions: Mapping[str, Text] = field(default_factory=dict)
    reacts: Mapping[str, str] = field(default_factory=dict)
    imports: Mapping[str, Import] = field(default_factory=dict)
    tells: tuple[Telling, ...] = ()
    phone: tuple[MenuItem, ...] = ()
    falls_to: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    answered: Mapping[str, Answered] = field(default_factory=dict)
    linked_with: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: int = 50
    start: str = ""

    @property
    def package(self) -> str:
        """The dotted path of the domain's folder."""
        return f"watchroom.domains.{self.key}"

    def module(self, name: str) -> ModuleType | None:
        """One of the domain's modules, or None if the domain has none of that name."""
        folder = DOMAINS / self.key
        if not ((folder / f"{name}.py").exists() or (folder / name / "__init__.py").exists()):
            return None
        return import_module(f"{self.package}.{name}")

    def part(self, module: str, name: str, default: Any = None) -> Any:
        """A named object from one of the domain's modules."""
        found = self.module(module)
        return getattr(found, name, default) if found else default

    @property
    def perform(self) -> Callable[..., Any]:
        """The one door for taking a step by name: pages, API, phone and commands use it."""
        act: Callable[..., Any] = self.part("actions", "perform")
        return act


def folders() -> list[str]:
    """Keys of the domains that exist, in a fixed order."""
    return sorted(p.parent.name for p in DOMAINS.glob("*/domain.py"))


class Registry:
    """All domains, read once."""

    @cached_property
    def domains(self) -> dict[str, Domain]:
        """Domains by key, in menu order."""
        found: list[Domain] = [
            import_module(f"watchroom.domains.{key}.domain").DOMAIN for key in folders()
        ]
        return {d.key: d for d in sorted(found, key=lambda d: (d.order, d.key))}

    @cached_property
    def flows(self) -> dict[str, Flow]:
        """Flows by kind."""
        return {flow.kind: flow for domain in self.domains.values() for flow in domain.flows}

    def flow(self, kind: str) -> Flow:
        """The flow of a kind of matter."""
        return self.flows[kind]

    def domain_of(self, kind: str) -> Domain:
        """The domain a kind of matter belongs to."""
        return self.domains[kind.split(".", maxsplit=1)[0]]

    @cached_property
    def answered(self) -> dict[str, Answered]:
        """Kinds of matter that somebody goes to, by kind."""
        return {k: way for domain in self.domains.values() for k, way in domain.answered.items()}

    @cached_property
    def permissions(self) -> frozenset[str]:
        """Every permission any domain or the shell knows."""
        own = {p for d in self.domains.values() for p in d.permissions}
        return frozenset(own | {p for f in self.flows.values() for p in f.permissions} | set(SHELL))

    def may_link(self, one: str, other: str) -> bool:
        """Whether matters of these kinds may be linked, as far as their domains say."""
        return self._admits(one, other) and self._admits(other, one)

    def _admits(self, kind: str, other: str) -> bool:
        domain = self.domains.get(kind.split(".", maxsplit=1)[0])
        wanted = domain.linked_with.get(kind) if domain else None
        return wanted is None or any(fnmatchcase(other, pattern) for pattern in wanted)

    def reactions(self, event: str) -> Iterable[tuple[str, str]]:
        """(domain key, job name) for each domain that reacts to `event`."""
        return self._reactions.get(event, ())

    @cached_property
    def _reactions(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for domain in self.domains.values():
            for event, job in domain.reacts.items():
                found.setdefault(event, []).append((domain.key, job))
        return found

    def modules(self, name: str) -> Iterator[tuple[Domain, ModuleType]]:
        """Each domain that has a module of that name."""
        for domain in self.domains.values():
            if module := domain.module(name):
                yield domain, module


SHELL: dict[str, Text] = {
    "personal.read": Text("查看个人信息", "Read personal data"),
    "personal.export": Text("导出", "Export records"),
    "trail.view": Text("查看留痕", "See the trail"),
    "figures.view": Text("查看指标", "See figures"),
    "figures.export": Text("导出指标和图表", "Export figures and charts"),
    "staff.manage": Text("管理人员与岗位", "Manage people and posts"),
    "phone.cut_off": Text("停用遗失的手机", "Cut off a lost phone"),
    "tokens.manage": Text("管理接口令牌", "Manage API tokens"),
    "place.manage": Text("管理地点与辖区", "Manage places and beats"),
    "unit.view": Text("查看警力", "See units"),
    "note.add": Text("添加备注和文件", "Add notes and documents"),
    "deadline.ask": Text("申请延长期限", "Ask for more time"),
    "deadline.approve": Text("批准延长期限", "Approve more time"),
    "matter.link": Text("关联事项", "Link matters"),
    "matter.share": Text("让外单位人员知悉事项", "Share a matter with people outside its agency"),
    "map.close": Text("封闭道路", "Close roads"),
    "hold.set": Text("保全事项", "Put matters under legal hold"),
    "hold.lift": Text("解除保全", "Lift legal holds"),
    "matter.seal": Text("封存事项", "Seal matters"),
    "matter.unseal": Text("解除封存", "Lift seals"),
    "retention.view": Text("查看到期清除", "See what is to be erased"),
    "retention.propose": Text("提出清除清单", "Propose what is to be erased"),
    "retention.approve": Text("批准清除", "Approve what is to be erased"),
    "retention.policy": Text("设定清除须批准", "Say what must be approved before it is erased"),
    "subject.ask": Text("办理本人信息查阅", "Answer people who ask for their own data"),
    "subject.approve": Text("批准本人信息查阅", "Approve what people are given of their data"),
    "looks.review": Text("复核个人信息查阅", "Review who looked at personal data"),
    "system.view": Text("查看运行状态", "See how the system is running"),
}

registry = Registry()
