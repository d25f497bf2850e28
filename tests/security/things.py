"""The thing each parameter of a route names: one of the county's, and one that is not there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from tests.people import County
from watchroom.base.clock import now
from watchroom.domains.community.models import Card, Household, Notice
from watchroom.domains.coverage.models import DutyPost, PlanLine, PlanningRun, Requirement, Shift
from watchroom.domains.coverage.rules.questions import Posts, Window
from watchroom.domains.dispatch.models import AlertMessage, ClassList, PremiseNote
from watchroom.domains.disputes.models import Party, TypeList
from watchroom.domains.fraud.actions import draft_rules
from watchroom.domains.fraud.models import BankOrder, Feed, Reject, RuleSet
from watchroom.domains.fraud.tests.test_rules_that_grade import EVERY_REBATE
from watchroom.figures.periods import Period
from watchroom.kernel import acts, indicators, issued, retention
from watchroom.kernel.access import actor_of, system
from watchroom.kernel.models import (
    ApiToken,
    Chain,
    Closure,
    Deadline,
    Device,
    Document,
    Entry,
    Extension,
    Handset,
    Link,
    Matter,
    SubjectRequest,
    Webhook,
    WebhookDelivery,
)
from watchroom.kernel.registry import registry

from .bare import bare
from .rows import API, Row

ABSENT: Mapping[str, Any] = {
    "int": 2**40,
    "slug": "zz-absent",
    "str": "ZZ000000999999",
    "uuidstr": str(UUID(int=7)),
}
"""What names nothing, by how it is written."""

KINDS = (
    ("dispatch/alerts/*", "dispatch.alert"),
    ("dispatch/assignments/*", "dispatch.assignment"),
    ("dispatch/*", "dispatch.incident"),
    ("coverage/plans/*", "coverage.plan"),
    ("coverage/postings/*", "coverage.posting"),
    ("coverage/inspections/*", "coverage.inspection"),
    ("fraud/measures/*", "fraud.measure"),
    ("fraud/returns/*", "fraud.return"),
    ("fraud/*", "fraud.case"),
    ("directives/directives/*", "directives.directive"),
    ("directives/*", "directives.order"),
    ("disputes/*", "disputes.dispute"),
    ("community/visits/*", "community.visit"),
    ("community/*", "community.hazard"),
    ("requests/*", "requests.request"),
    ("appraisal/*", "appraisal.scheme"),
    ("reports/*", "reports.report"),
    ("*", "dispatch.incident"),
)
"""Which kind of matter a route is about; the first that fits."""


@dataclass
class Things:
    """What the county has, by the name of the parameter that names it."""

    county: County
    samples: dict[tuple[str, str], Matter]
    made: dict[tuple[str, str], Any] = field(default_factory=dict)

    def values(self, row: Row) -> dict[str, Any]:
        """What to fill into a row's address so that it names a thing of the county."""
        return {name: self._value(row, name) for name in row.parameters}

    def absent(self, row: Row) -> dict[str, Any]:
        """The same with the last name that names a thing naming nothing.

        The last: what comes before it is the way there, and may be known.
        """
        values = self.values(row)
        named = [name for name in row.parameters if name not in WORDS]
        if named:
            values[named[-1]] = self._nothing(row, named[-1])
        return values

    def names_a_thing(self, row: Row) -> bool:
        """Whether anything in the row's address can be there or not."""
        return any(name not in WORDS for name in row.parameters)

    def _nothing(self, row: Row, name: str) -> Any:
        return ABSENT[row.parameters[name]]

    def matter(self, row: Row) -> Matter:
        """The matter that a row is about."""
        if row.step:
            kind, name = row.step
            step = next(s for s in registry.flow(kind).steps if s.name == name)
            return self.samples[kind, step.sources[0]]
        if "identifier" in row.parameters or row.route.endswith("<int:alert_id>/cap"):
            return _message(self).alert.matter
        bare_route = row.route.removeprefix(API)
        if row.route == "disputes/<int:dispute_id>/agreement/":
            return self.samples["disputes.dispute", "signing"]
        kind = next(kind for pattern, kind in KINDS if fnmatchcase(bare_route, pattern))
        flow = registry.flow(kind)
        open_states = [state for state, one in flow.states.items() if not one.final]
        return self.samples[kind, open_states[0]]

    def _value(self, row: Row, name: str) -> Any:
        if name in WORDS:
            return WORDS[name](self, row)
        if name == "number":
            return self.matter(row).number
        if name in MATTERS and not (
            name == "order_id" and row.route.startswith(f"{API}fraud/orders/")
        ):
            return self.matter(row).pk
        known = (row.route, name)
        if known not in self.made:
            self.made[known] = THINGS[name](self, row)
        return self.made[known]

    @cached_property
    def named(self) -> dict[str, Any]:
        """What the fields of a JSON body call the county's things."""
        case = self.samples["fraud.case", "in_hand"]
        return {
            "agency_id": self.county.bureau.pk,
            "beat_id": self.county.beats["east"].pk,
            "post_id": DutyPost.objects.filter(agency=self.county.east).first().pk,
            "shift_id": Shift.objects.first().pk,
            "unit_id": self.county.units["P03"].pk,
            "case_id": case.pk,
            "incident_id": self.incident.pk,
            "measure_id": self.samples["fraud.measure", "in_force"].pk,
            "channel": "voice",
            "class_code": "0201",
        }

    @cached_property
    def incident(self) -> Matter:
        """An incident of the county's, for what hangs on a matter."""
        return self.samples["dispatch.incident", "received"]


def _step(things: Things, row: Row) -> str:
    flow = things.matter(row).flow
    return next(s.name for s in flow.after(things.matter(row).state) if not s.hidden)


def _name(things: Things, row: Row) -> str:
    if row.route == "figures/<str:name>/beats/":
        return "community.households"
    if row.route.startswith("figures/"):
        return "dispatch.incidents"
    if row.route.startswith("public/"):
        return "mediation"
    if row.route.startswith("m/") and row.step is None:
        return _step(things, row)
    return row.step[1] if row.step else "ask"


FORMS = {"charts/export.<str:form>": "csv", "reports/<str:number>/file.<str:form>": "html"}

WORDS: Mapping[str, Callable[[Things, Row], Any]] = {
    "step": _step,
    "name": _name,
    "what": lambda things, row: "refuse" if "extension" in row.route else "unlock",
    "act": lambda things, row: "close" if "rejects" in row.route else "shadow",
    "domain": lambda things, row: "dispatch",
    "form": lambda things, row: FORMS.get(row.route, "found"),
    "kind": lambda things, row: "order",
    "rule": lambda things, row: retention.classes()[0].rule,
    "key": lambda things, row: "telecom-a" if "feeds" in row.route else "disputes",
    "clock": lambda things, row: Deadline.objects.filter(matter=things.incident).first().clock,
    "z": lambda things, row: 12,
    "x": lambda things, row: 3332,
    "y": lambda things, row: 1715,
}
"""Parameters that choose among words everybody may know: nothing that can be there or not."""

MATTERS = {
    "matter_id", "incident_id", "alert_id", "assignment_id", "plan_id", "posting_id",
    "inspection_id", "case_id", "measure_id", "return_id", "directive_id", "order_id",
    "dispute_id",
}  # fmt: skip


def _run(things: Things, row: Row) -> int:
    east = things.county.east.pk
    windows = (Window(0, 24, 1),)
    asked = Posts("test.call", east, windows=windows, with_stations=False, crossings=0)
    staff = things.county.staff["chief"]
    made = {"what": "posts", "agency_id": east, "asked_by": staff, "asked": asked.as_json()}
    return int(bare(PlanningRun, **made).pk)


def _extension(things: Things, row: Row) -> int:
    clock = Deadline.objects.filter(matter=things.incident).first()
    asker = things.county.staff["officer"]
    known = Extension.objects.filter(deadline=clock).first()
    return int((known or bare(Extension, deadline=clock, asked_by=asker, rung="any")).pk)


def _link(things: Things, row: Row) -> int:
    ends = {"source": things.incident, "target": things.samples["dispatch.incident", "classified"]}
    known = Link.objects.filter(**ends, by_hand=True).first()
    return int((known or bare(Link, **ends, kind="same_place", by_hand=True)).pk)


def _webhook(things: Things, row: Row) -> int:
    given = {"agency": things.county.bureau, "events": ["dispatch.*"], "xid": 1}
    return int(bare(Webhook, url="https://example.org/", **given).pk)


def _delivery(things: Things, row: Row) -> int:
    entry = things.incident.entries.first()
    hook = Webhook.objects.get(pk=_webhook(things, row))
    return int(bare(WebhookDelivery, webhook=hook, entry=entry, event=entry.event).pk)


def _reject(things: Things, row: Row) -> int:
    return int(bare(Reject, feed=Feed.objects.get(key="telecom-a"), row={"phone": "1"}).pk)


def _order(things: Things, row: Row) -> str:
    known = BankOrder.objects.first()
    return str(known.pk if known else uuid4())


def _handset(things: Things, row: Row) -> int:
    handset = bare(Handset)
    handset.holders.add(things.county.staff["colleague"])
    return int(handset.pk)


def _issued(things: Things, row: Row) -> str:
    indicator = indicators.all_indicators()["dispatch.incidents"]
    figure = indicators.figure(system(), indicator, Period(now() - timedelta(days=1), now()))
    return issued.issue(figure, system())


def _look(things: Things, row: Row) -> int:
    looked = things.county.staff["colleague"]
    acts.happened(actor_of(looked), "search.person", things.county.bureau.pk)
    return int(Entry.objects.filter(event="search.person", actor=looked).latest("pk").pk)


def _subject(things: Things, row: Row) -> int:
    asker = things.county.staff["colleague"]
    return int(bare(SubjectRequest, agency=things.county.bureau, asked_by=asker).pk)


def _notice(things: Things, row: Row) -> int:
    return int(Notice.objects.first().pk)


def _beat(things: Things) -> str:
    Card.objects.get_or_create(beat=things.county.beats["east"], phone="0731-8000000")
    return "BE"


def _secret(things: Things, row: Row) -> str:
    if "alerts/feed" not in row.route:
        return str(DutyPost.objects.filter(agency=things.county.east).first().secret)
    secret = "wr_of-who-is-told-of-alerts"  # noqa: S105
    digest = sha256(secret.encode()).hexdigest()
    if not ApiToken.objects.filter(digest=digest).exists():
        bare(ApiToken, digest=digest, agency=things.county.bureau, scopes=["dispatch.subscribe"])
    return secret


def _message(things: Things) -> AlertMessage:
    return AlertMessage.objects.select_related("alert__matter").last()


def _version(things: Things, row: Row) -> str:
    if "dispatch" in row.route:
        return str(ClassList.objects.first().version)
    if "disputes" in row.route:
        return str(TypeList.objects.first().version)
    if not RuleSet.objects.filter(version="V9").exists():
        draft_rules(things.county.admin, "V9", EVERY_REBATE)
    return "V9"


THINGS: Mapping[str, Callable[[Things, Row], Any]] = {
    "document_id": lambda t, r: (
        bare(Document, matter=t.incident, media_type="image/png", size=3, sha256="0" * 64).pk
    ),
    "extension_id": _extension,
    "link_id": _link,
    "handset_id": _handset,
    "staff_id": lambda t, r: t.county.staff["colleague"].pk,
    "token_id": lambda t, r: bare(ApiToken, agency=t.county.bureau).pk,
    "chain_id": lambda t, r: Chain.objects.get(agency=t.county.bureau).pk,
    "unit_id": lambda t, r: t.county.units["P03"].pk,
    "device_id": lambda t, r: bare(Device, unit=t.county.units["P03"]).pk,
    "closure_id": lambda t, r: bare(Closure, agency=t.county.bureau, line=[[1, 1], [2, 2]]).pk,
    "note_id": lambda t, r: bare(PremiseNote, agency=t.county.bureau).pk,
    "post_id": lambda t, r: DutyPost.objects.filter(agency=t.county.east).first().pk,
    "run_id": _run,
    "line_id": lambda t, r: PlanLine.objects.filter(plan_id=t.matter(r).pk).first().pk,
    "need_id": lambda t, r: bare(Requirement, plan_id=t.matter(r).pk, minimum=1).pk,
    "household_id": lambda t, r: Household.objects.filter(beat=t.county.beats["east"]).first().pk,
    "notice_id": _notice,
    "reject_id": _reject,
    "party_id": lambda t, r: Party.objects.filter(dispute=t.matter(r).pk).first().pk,
    "earlier_id": lambda t, r: t.samples["disputes.dispute", "performed"].pk,
    "webhook_id": _webhook,
    "delivery_id": _delivery,
    "order_id": _order,
    "feed": lambda t, r: "telecom-a",
    "version": _version,
    "code": lambda t, r: "ICBC" if "banks" in r.route else _beat(t),
    "secret": _secret,
    "identifier": lambda t, r: _message(t).identifier,
    "said": _issued,
    "entry_id": _look,
    "request_id": _subject,
    "handle": lambda t, r: "zz-absent",
}
