"""EIDO 1.0 (NENA-STA-021): one incident as other emergency centres read it.

No personal data: neither numbers nor names of callers. Where NENA's registries have a word for
what we know it is used; where they have none, "Other", with our own code beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One call: when, on which channel; not by whom."""

    id: int
    channel: str
    received_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Resource:
    """A unit sent, and how far it is."""

    assignment: int
    code: str
    name: str
    kind: str
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What is told of an incident. `issuer` is a host name of ours."""

    issuer: str
    number: str
    class_code: str
    class_title: str
    state: str
    priority: int | None
    agency_code: str
    agency_name: str
    place: str
    lon: float | None
    lat: float | None
    changed_at: datetime
    calls: Sequence[Told] = ()
    resources: Sequence[Resource] = ()
    disposition: str = ""
    feedback: str = ""


STATUS: Mapping[str, str] = {
    "received": "Active", "classified": "Active", "dispatched": "Active", "on_scene": "Active",
    "resolved": "Active", "handing_over": "Active", "closed": "Closed", "linked": "Closed",
    "handed_over": "Closed", "referred": "Closed", "cancelled": "Closed",
}  # fmt: skip
UNIT_STATUS: Mapping[str, str] = {
    "queued": "Assigned", "sent": "Dispatched", "signed": "Acknowledged", "set_out": "Enroute",
    "arrived": "On Scene", "cleared": "Available",
}  # fmt: skip


def build(facts: Facts) -> Document:
    """The document; valid against the schema's EmergencyIncidentDataObjectType."""
    made = _Maker(facts)
    document = made.part(
        f"incident:{facts.number}",
        eidoVersion="1.0",
        issuingElementIdentification=facts.issuer,
        agencyComponent=[made.agency()],
        agentComponent=made.agents(),
        incidentComponent=made.incident(),
        callComponent=[made.call(c) for c in facts.calls],
        dispatchComponent=[made.dispatch(r) for r in facts.resources],
        emergencyResourceComponent=[made.resource(r) for r in facts.resources],
        locationComponent=made.locations(),
        notesComponent=made.notes(),
    )
    return {key: value for key, value in document.items() if value != []}


class _Maker:
    """Names parts of one document and refers them to each other."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.owner = f"agency:{facts.agency_code}"

    def name(self, part: str) -> str:
        return f"urn:emergency:uid:{part}:{self.facts.issuer}"

    def ref(self, part: str) -> Document:
        return {"$ref": self.name(part)}

    def part(self, name: str, at: datetime | None = None, **fields: Any) -> Document:
        return {
            "$id": self.name(name),
            "lastUpdateTimeStamp": (at or self.facts.changed_at).isoformat(),
            "updatedByAgencyReference": self.ref(self.owner),
            **fields,
        }

    def agency(self) -> Document:
        return self.part(
            self.owner,
            agencyRoleDescriptionRegistryText=["Dispatching"],
            agencyType=["police"],
            incidentOwningAgencyIndicator=True,
        )

    def agents(self) -> list[Document]:
        codes: Iterable[str] = sorted({r.code for r in self.facts.resources})
        return [
            self.part(
                f"agent:{code}",
                agentRoleRegistryText=["Responding"],
                agencyReference=self.ref(self.owner),
            )
            for code in codes
        ]

    def incident(self) -> Document:
        f = self.facts
        fields: Document = {
            "incidentTypeCommonRegistryText": "Other",
            "incidentStatusCommonRegistryText": [STATUS[f.state]],
            "incidentStatusInternalText": [f.state],
            "internalIncidentId": f.number,
        }
        if f.class_code:
            fields |= {
                "incidentTypeInternalCode": f.class_code,
                "incidentTypeInternalText": f.class_title,
            }
        if f.priority is not None:
            fields["incidentPriorityInternalText"] = str(f.priority)
        if self.locations():
            fields["locationReference"] = [self.ref("location:1")]
        return self.part(f"incidentid:{f.number}", **fields)

    def locations(self) -> list[Document]:
        f = self.facts
        if f.lon is None and not f.place:
            return []
        fields: Document = {"locationTypeDescriptionRegistryText": "Incident"}
        if f.lon is not None and f.lat is not None:
            fields["locationByValue"] = _pidf(self.name("location:1"), f.lon, f.lat)
        if f.place:
            fields["locationDescriptionText"] = f.place
        return [self.part("location:1", **fields)]

    def call(self, call: Told) -> Document:
        fields: Document = {
            "standardPrimaryCallType": "emergency",
            "localCallType": call.channel,
            "direction": "incoming",
            "callStartTimestamp": call.received_at.isoformat(),
            "callStateRegistryText": "callAnswered" if call.answered_at else "callBegin",
        }
        if call.answered_at:
            fields["answerDate"] = call.answered_at.isoformat()
        return self.part(f"callid:{call.id}", call.answered_at or call.received_at, **fields)

    def dispatch(self, r: Resource) -> Document:
        return self.part(
            f"dispatch:{r.assignment}",
            r.at,
            agencyReference=self.ref(self.owner),
            emergencyResourceReference=[self.ref(f"resource:{r.assignment}")],
        )

    def resource(self, r: Resource) -> Document:
        return self.part(
            f"resource:{r.assignment}",
            r.at,
            agentReference=[self.ref(f"agent:{r.code}")],
            emergencyResourceTypeCommonRegistryText="Other",
            emergencyResourceTypeInternalText=r.kind,
            emergencyResourceName=r.code,
            primaryUnitStatusRegistryText=UNIT_STATUS.get(r.state, "Other"),
            secondaryUnitStatusRegistryText=[],
            resourceAttributeRegistryText=[],
            unitStatusInternal=[r.state],
        )

    def notes(self) -> list[Document]:
        told = [t for t in (self.facts.feedback, self.facts.disposition) if t]
        return [self.part(f"note:{k}", notesActionComments=_html(t)) for k, t in enumerate(told, 1)]


def _html(text: str) -> str:
    """Notes are HTML5: our plain words with its three signs escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _pidf(entity: str, lon: float, lat: float) -> str:
    """A point as PIDF-LO (RFC 4119, RFC 5491: latitude first, EPSG 4326)."""
    return (
        f'<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="{entity}">'
        '<tuple id="location"><status><geopriv xmlns="urn:ietf:params:xml:ns:pidf:geopriv10">'
        '<location-info><Point xmlns="http://www.opengis.net/gml" '
        f'srsName="urn:ogc:def:crs:EPSG::4326"><pos>{lat:.6f} {lon:.6f}</pos></Point>'
        "</location-info><usage-rules/></geopriv></status></tuple></presence>"
    )
