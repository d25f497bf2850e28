"""What steps ask a person for. Every name in a step's `needs` has its field here."""

from collections.abc import Mapping, Sequence

from django.db.models import Q

from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.fields import Choices, Field
from watchroom.kernel.models import Matter, Staff

from . import queries
from .models import Presence
from .rules import words

MOST = 300


def _people(actor: Actor, matter: Matter) -> Choices:
    """Those of the post's own agency, and whoever is expected there already."""
    near = queries.people(actor).filter(
        Q(agency_id=matter.agency_id) | Q(presences__posting_id=matter.pk, presences__out_at=None)
    )
    rows = near.distinct().values_list("pk", "name", "badge")
    return [(str(pk), f"{name} {badge}".strip()) for pk, name, badge in rows[:MOST]]


def _expected(_actor: Actor, matter: Matter) -> Choices:
    rows = Presence.objects.filter(posting_id=matter.pk, in_at=None, out_at=None)
    return [(str(p.staff_id), p.staff.name) for p in rows.select_related("staff")]


def _present(_actor: Actor, matter: Matter) -> Choices:
    rows = Presence.objects.filter(posting_id=matter.pk, in_at__isnull=False, out_at=None)
    return [(str(p.staff_id), p.staff.name) for p in rows.select_related("staff")]


def _person_named(pk: str) -> str:
    return Staff.objects.filter(pk=pk).values_list("name", flat=True).first() or pk


MYSELF = Text("不选就是本人", "Nobody chosen: yourself")
FINDING = Field(
    "finding", Text("问题类型", "What is wrong"), "choice", list(words.FINDINGS.items())
)
FOUND = Field("words", Text("发现了什么", "What was found"), "text")

FIELDS: Mapping[str, Sequence[Field]] = {
    "coverage.posting.check_in": (
        Field(
            "staff_id",
            Text("谁到岗", "Who is there"),
            "choice",
            _expected,
            help=MYSELF,
            named=_person_named,
            optional=True,
        ),
    ),
    "coverage.posting.check_out": (
        Field(
            "staff_id",
            Text("谁离岗", "Who leaves"),
            "choice",
            _present,
            help=MYSELF,
            named=_person_named,
            optional=True,
        ),
    ),
    "coverage.posting.hand_over": (
        Field(
            "words",
            Text("交接事项", "What the next shift must know"),
            "text",
            optional=True,
        ),
    ),
    "coverage.posting.roster": (
        Field("staff", Text("人员", "People"), "several", _people, named=_person_named),
    ),
    "coverage.plan.put_in_force": (
        Field(
            "replace",
            Text("替换正在执行的同类方案", "Replace the plan of this kind that is in force"),
            "tick",
            optional=True,
        ),
    ),
    "coverage.inspection.find": (FINDING, FOUND),
    "coverage.inspection.put_right": (
        Field("words", Text("怎样整改的", "What was done about it"), "text"),
    ),
}
