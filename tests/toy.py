"""A town small enough to hold in the head, and a domain that exists only in tests.

agencies    province → city → two stations (east, west)
people      dispatcher (whole city), officer (east), colleague (east), stranger (west), chief (city)
matters     kind "toy.thing": received → working ⇄ waiting → done | void; "review" needs two people
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from watchroom.base.text import Text
from watchroom.kernel import acts
from watchroom.kernel.access import Actor, actor_of
from watchroom.kernel.fields import Amendable, Field
from watchroom.kernel.flow import Clock, Flow, State, Step
from watchroom.kernel.models import Agency, Matter, Post, Role, Staff
from watchroom.kernel.registry import Domain, MenuItem, registry

RULE = "dispatch.callback"
LADDER = "B02"
"""Seven days; the county's head may make it 30, then the city's 60."""

FLOW = Flow(
    kind="toy.thing",
    prefix="T",
    title=Text("玩具", "Toy"),
    states={
        "received": State(Text("已收到", "Received"), tone="waiting"),
        "working": State(Text("办理中", "Working"), tone="active"),
        "waiting": State(Text("等待中", "Waiting"), tone="waiting"),
        "checked": State(Text("已复核", "Checked"), tone="active"),
        "done": State(Text("已办结", "Done"), final=True),
        "void": State(Text("已作废", "Void"), final=True),
    },
    steps=(
        Step("open", Text("登记", "Open"), "toy.open", target="received", starts=("answer",)),
        Step(
            "start",
            Text("开始", "Start"),
            "toy.work",
            ("received",),
            "working",
            starts=("decide",),
            main=True,
            key="s",
        ),
        Step(
            "hold",
            Text("暂停", "Hold"),
            "toy.work",
            ("working",),
            "waiting",
            pauses=("answer",),
            because="awaiting_caller",
            reason=True,
        ),
        Step(
            "go_on", Text("继续", "Go on"), "toy.work", ("waiting",), "working", resumes=("answer",)
        ),
        Step(
            "check",
            Text("复核", "Check"),
            "toy.check",
            ("working",),
            "checked",
            other_person=True,
        ),
        Step(
            "finish",
            Text("办结", "Finish"),
            "toy.work",
            ("working", "checked"),
            "done",
            stops=("answer", "decide"),
            needs=("outcome",),
            key="e",
        ),
        Step("remark", Text("补记", "Remark"), "toy.work", ("received", "working"), None),
        Step(
            "void",
            Text("作废", "Void"),
            "toy.check",
            ("received", "working", "waiting", "checked"),
            "void",
            reason=True,
        ),
    ),
    clocks={
        "answer": Clock(RULE, Text("答复时限", "Time to answer")),
        "decide": Clock(LADDER, Text("决定时限", "Time to decide")),
    },
)

WORKER = ["toy.view", "toy.open", "toy.work", "note.add", "personal.read"]
WORKER += ["matter.link", "deadline.ask"]
CHIEF = [
    *WORKER,
    "toy.check",
    "deadline.approve",
    "trail.view",
    "matter.share",
    "personal.export",
    "figures.view",
]


AMENDABLE = (
    Amendable(Field("title", Text("标题", "Title")), "toy.work"),
    Amendable(Field("place", Text("地点", "Place"), optional=True), "toy.check", ("done", "void")),
)


def perform(actor: Actor, matter_id: int, step: str, **given: Any) -> Matter:
    """The toy's one door."""
    return acts.take(actor, matter_id, step, **given)


def matter_context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """What the toy's panel would show."""
    return {}


@dataclass(frozen=True)
class ToyDomain(Domain):
    """A domain without a folder."""

    modules: dict[str, Any] = field(default_factory=dict)

    def module(self, name: str) -> ModuleType | None:
        return self.modules.get(name)


DOMAIN = ToyDomain(
    key="toy",
    title=Text("玩具", "Toys"),
    flows=(FLOW,),
    menu=(MenuItem(Text("玩具", "Toys"), "worklist", "toy.view", key="t"),),
    modules={
        "actions": SimpleNamespace(perform=perform),
        "forms": SimpleNamespace(AMENDABLE={"toy.thing": AMENDABLE}),
    },
)


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Domain]:
    """The toy is the only domain there is. Routes are drawn once: they keep the real ones."""
    import_module(settings.ROOT_URLCONF)
    kept = dict(vars(registry))
    vars(registry).clear()
    monkeypatch.setitem(vars(registry), "domains", {"toy": DOMAIN})
    yield DOMAIN
    vars(registry).clear()
    vars(registry).update(kept)


@dataclass
class Town:
    """Who is there, and how to act as them."""

    city: Agency
    east: Agency
    west: Agency
    staff: dict[str, Staff]

    def actor(self, who: str, purpose: str = "") -> Actor:
        """Somebody by their part, as an actor."""
        return actor_of(self.staff[who], purpose=purpose)

    def open(self, title: str = "张家路路灯不亮", who: str = "officer", **given: Any) -> Matter:
        """A new matter in the east station."""
        given = {"agency_id": self.east.pk, **given}
        return acts.open_matter(self.actor(who), "toy.thing", title=title, **given)


def _agency(code: str, name: str, name_en: str, kind: str, parent: Agency | None) -> Agency:
    made = Agency.objects.create(
        code=code, name=name, name_en=name_en, kind=kind, parent=parent, path=code
    )
    made.path = f"{parent.path if parent else '.'}{made.pk}."
    made.save(update_fields=["path"])
    return made


def build_town() -> Town:
    """Four agencies, five people."""
    province = _agency("P", "省厅", "Province", "province", None)
    city = _agency("C", "市局", "City bureau", "city", province)
    east = _agency("E", "城东派出所", "East station", "station", city)
    west = _agency("W", "城西派出所", "West station", "station", city)
    worker = Role.objects.create(key="worker", title="民警", title_en="Officer", permissions=WORKER)
    chief = Role.objects.create(key="chief", title="领导", title_en="Chief", permissions=CHIEF)
    needed = Role.objects.create(
        key="needed",
        title="外单位协助",
        title_en="Helper",
        permissions=[f"{p}:needed" for p in WORKER],
    )
    people = {
        "officer": (east, worker, "李明"),
        "colleague": (east, worker, "王芳"),
        "stranger": (west, worker, "赵强"),
        "helper": (west, needed, "孙丽"),
        "chief": (city, chief, "周局"),
    }
    staff = {}
    for key, (agency, role, name) in people.items():
        person = Staff.objects.create_user(key, None, name=name, agency=agency)
        Post.objects.create(staff=person, role=role, agency=agency)
        staff[key] = person
    return Town(city, east, west, staff)


@pytest.fixture
def town(db: None, toy: Domain) -> Town:
    """The town, gone after the test."""
    return build_town()
