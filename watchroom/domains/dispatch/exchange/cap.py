"""CAP 1.2 (OASIS, urn:oasis:names:tc:emergency:cap:1.2): public alerts in and out.

What comes in is a stranger's XML: no entities, no document type, no network, a limited size.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lxml import etree
from shapely import Point, Polygon

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
LARGEST = 512 * 1024
Ring = tuple[tuple[float, float], ...]

STATUS = ("Actual", "Exercise", "System", "Test", "Draft")
MESSAGE = ("Alert", "Update", "Cancel", "Ack", "Error")
SCOPE = ("Public", "Restricted", "Private")
CATEGORY = (
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra",
    "CBRNE", "Other",
)  # fmt: skip
URGENCY = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITY = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTY = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
RESPONSE = (
    "Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier message: CAP's "sender,identifier,sent"."""

    sender: str
    identifier: str
    sent: str


@dataclass(frozen=True, slots=True)
class Area:
    """Where. Rings are (lon, lat); a circle is (lon, lat, kilometres)."""

    words: str
    polygons: tuple[Ring, ...] = ()
    circles: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Info:
    """What is said, in one language."""

    language: str
    category: tuple[str, ...]
    event: str
    urgency: str
    severity: str
    certainty: str
    response: tuple[str, ...] = ()
    effective: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """One CAP message."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    message: str
    scope: str
    infos: tuple[Info, ...] = ()
    references: tuple[Reference, ...] = field(default=())
    note: str = ""


def moment(at: datetime) -> str:
    """A time as CAP writes it: whole seconds and a numeric offset, never "Z" (§3.3.2)."""
    text = at.replace(microsecond=0).isoformat()
    return text.replace("+00:00", "-00:00")


# -- out -------------------------------------------------------------------------------------


def build(alert: Alert) -> bytes:
    """The message as XML, valid against the schema. ValueError where a value is none of CAP's."""
    _known(alert)
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    _add(root, "identifier", alert.identifier)
    _add(root, "sender", alert.sender)
    _add(root, "sent", moment(alert.sent))
    _add(root, "status", alert.status)
    _add(root, "msgType", alert.message)
    _add(root, "scope", alert.scope)
    _add(root, "note", alert.note)
    told = " ".join(f"{r.sender},{r.identifier},{r.sent}" for r in alert.references)
    _add(root, "references", told)
    for info in alert.infos:
        _info(root, info)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _known(alert: Alert) -> None:
    for value, known in (
        (alert.status, STATUS),
        (alert.message, MESSAGE),
        (alert.scope, SCOPE),
        *((c, CATEGORY) for i in alert.infos for c in i.category),
        *((r, RESPONSE) for i in alert.infos for r in i.response),
        *((i.urgency, URGENCY) for i in alert.infos),
        *((i.severity, SEVERITY) for i in alert.infos),
        *((i.certainty, CERTAINTY) for i in alert.infos),
    ):
        if value not in known:
            raise ValueError(f"{value!r} is none of {known}")
    for name in (alert.identifier, alert.sender):
        if not name or any(c in name for c in " ,<&\t\r\n"):
            raise ValueError(f"{name!r} must not be empty nor hold a space, comma, < or &")


def _add(parent: Any, name: str, value: str) -> None:
    if value:
        etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = value


def _info(root: Any, info: Info) -> None:
    node = etree.SubElement(root, f"{{{NAMESPACE}}}info")
    _add(node, "language", info.language)
    for category in info.category:
        _add(node, "category", category)
    _add(node, "event", info.event)
    for response in info.response:
        _add(node, "responseType", response)
    _add(node, "urgency", info.urgency)
    _add(node, "severity", info.severity)
    _add(node, "certainty", info.certainty)
    _add(node, "effective", moment(info.effective) if info.effective else "")
    _add(node, "expires", moment(info.expires) if info.expires else "")
    _add(node, "senderName", info.sender_name)
    _add(node, "headline", info.headline)
    _add(node, "description", info.description)
    _add(node, "instruction", info.instruction)
    for area in info.areas:
        _area(node, area)


def _area(parent: Any, area: Area) -> None:
    node = etree.SubElement(parent, f"{{{NAMESPACE}}}area")
    _add(node, "areaDesc", area.words)
    for ring in area.polygons:
        _add(node, "polygon", " ".join(f"{lat:.6f},{lon:.6f}" for lon, lat in ring))
    for lon, lat, km in area.circles:
        _add(node, "circle", f"{lat:.6f},{lon:.6f} {km:g}")


# -- in --------------------------------------------------------------------------------------


def parse(data: bytes) -> Alert:
    """The message in a stranger's bytes. Refusal, naming what is wrong."""
    root = _root(data)
    message = Alert(
        identifier=_name(root, "identifier"),
        sender=_name(root, "sender"),
        sent=_when(root, "sent") or _missing("sent"),
        status=_one_of(root, "status", STATUS),
        message=_one_of(root, "msgType", MESSAGE),
        scope=_one_of(root, "scope", SCOPE),
        infos=tuple(_read_info(node) for node in _all(root, "info")),
        references=_references(_text(root, "references")),
        note=_text(root, "note"),
    )
    if message.message in ("Update", "Cancel") and not message.references:
        raise _bad("references")
    return message


def _root(data: bytes) -> Any:
    if len(data) > LARGEST:
        raise Refusal(Text("报文超过 512 KB", "The message is larger than 512 KB"), code="cap")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Refusal(
            Text("报文不是有效的 XML", "The message is not well-formed XML"), code="cap"
        ) from error
    if root.getroottree().docinfo.doctype:
        raise Refusal(
            Text("报文不得含 DOCTYPE", "A message with a DOCTYPE is not read"), code="cap"
        )
    if root.tag != f"{{{NAMESPACE}}}alert":
        raise Refusal(Text("不是 CAP 1.2 报文", "This is no CAP 1.2 message"), code="cap")
    return root


def _bad(name: str) -> Refusal:
    return Refusal(
        Text(f"CAP 报文的“{name}”缺失或不正确", f"“{name}” of the CAP message is missing or wrong"),
        code="cap",
    )


def _missing(name: str) -> Any:
    raise _bad(name)


def _all(node: Any, name: str) -> list[Any]:
    return list(node.findall(f"{{{NAMESPACE}}}{name}"))


def _text(node: Any, name: str) -> str:
    return (node.findtext(f"{{{NAMESPACE}}}{name}") or "").strip()


def _name(node: Any, name: str) -> str:
    value = _text(node, name)
    if not value or len(value) > 500 or any(c in value for c in " ,<&"):
        raise _bad(name)
    return value


def _one_of(node: Any, name: str, known: Sequence[str]) -> str:
    value = _text(node, name)
    return value if value in known else _missing(name)


def _when(node: Any, name: str) -> datetime | None:
    value = _text(node, name)
    if not value:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise _bad(name) from error
    if at.tzinfo is None:
        raise _bad(name)
    return at


def _references(text: str) -> tuple[Reference, ...]:
    found = []
    for group in text.split():
        parts = group.split(",")
        if len(parts) != 3:
            raise _bad("references")
        found.append(Reference(*parts))
    return tuple(found)


def _read_info(node: Any) -> Info:
    return Info(
        language=_text(node, "language") or "en-US",
        category=tuple(c.text or "" for c in _all(node, "category")),
        event=_text(node, "event") or _missing("event"),
        urgency=_one_of(node, "urgency", URGENCY),
        severity=_one_of(node, "severity", SEVERITY),
        certainty=_one_of(node, "certainty", CERTAINTY),
        response=tuple(c.text or "" for c in _all(node, "responseType")),
        effective=_when(node, "effective"),
        expires=_when(node, "expires"),
        sender_name=_text(node, "senderName"),
        headline=_text(node, "headline"),
        description=_text(node, "description"),
        instruction=_text(node, "instruction"),
        areas=tuple(_read_area(area) for area in _all(node, "area")),
    )


def _read_area(node: Any) -> Area:
    rings = tuple(_ring(p.text or "") for p in _all(node, "polygon"))
    circles = tuple(_circle(c.text or "") for c in _all(node, "circle"))
    return Area(_text(node, "areaDesc"), rings, circles)


def _pair(text: str) -> tuple[float, float]:
    """CAP writes latitude first; we hand back (lon, lat)."""
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError as error:
        raise _bad("area") from error
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise _bad("area")
    return lon, lat


def _ring(text: str) -> Ring:
    ring = tuple(_pair(part) for part in text.split())
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise _bad("polygon")
    return ring


def _circle(text: str) -> tuple[float, float, float]:
    centre, _, radius = text.strip().partition(" ")
    try:
        return (*_pair(centre), float(radius))
    except ValueError as error:
        raise _bad("circle") from error


def centre(alert: Alert) -> tuple[float, float] | None:
    """A point inside the first area given, (lon, lat), or None."""
    for area in (a for info in alert.infos for a in info.areas):
        if area.polygons:
            inside: Point = Polygon(area.polygons[0]).representative_point()
            return float(inside.x), float(inside.y)
        if area.circles:
            return area.circles[0][0], area.circles[0][1]
    return None
