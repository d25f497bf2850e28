"""What a log is played on: an agency and units of its own, and classes its types are."""

from itertools import groupby

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel.access import system
from watchroom.kernel.models import Agency, Unit

from .. import actions
from ..models import ClassList
from .log import LogMapping, Row


def unit_code(mapping: LogMapping, unit: str) -> str:
    """The code under which a unit of the log is known here."""
    return f"{mapping.key}-{unit}"[:24]


def lay_ground(mapping: LogMapping, rows: list[Row]) -> Agency:
    """The log's own agency, units and classes, apart from everybody else's."""
    root = Agency.objects.filter(parent=None).order_by("id").first()
    agency, made = Agency.objects.get_or_create(
        code=mapping.key,
        defaults={
            "name": mapping.agency.zh, "name_en": mapping.agency.en, "kind": "replay",
            "parent": root, "path": "",
        },
    )  # fmt: skip
    if made:
        agency.path = f"{root.path if root else '.'}{agency.pk}."
        agency.save(update_fields=["path"])
    _units(mapping, agency, rows)
    _classes(mapping)
    return agency


def _units(mapping: LogMapping, agency: Agency, rows: list[Row]) -> None:
    by_unit = groupby(sorted(rows, key=lambda r: (r.unit, r.line)), key=lambda r: r.unit)
    for unit, own in by_unit:
        first = next(own)
        code = unit_code(mapping, unit)
        Unit.objects.get_or_create(
            code=code,
            defaults={
                "name": unit, "kind": first.unit_kind, "agency": agency,
                "status": "free", "status_since": first.moment("received"),
                "home_lon": first.lon or 0, "home_lat": first.lat or 0,
            },
        )  # fmt: skip


def _classes(mapping: LogMapping) -> None:
    """The log's types must be classes of the list in force; with no list at all, they become it."""
    wanted = {c["code"] for c in mapping.classes.values()}
    force = ClassList.objects.filter(in_force=True).first()
    if force is None:
        lines = ["version,code,parent,zh,en,group,priority,response_plan,gat_code,keywords"]
        lines += [
            f"{mapping.key},{c['code']},,{c['zh']},{c['en']},{c.get('group', 'help')},"
            f"{c.get('priority', 2)},,,"
            for c in {c["code"]: c for c in mapping.classes.values()}.values()
        ]
        actions.import_classes(system(), lines, source=mapping.key)
        return
    missing = wanted - set(force.classes.values_list("code", flat=True))
    if missing:
        raise Refusal(
            Text("现行类别表没有：{c}", "The class list in force lacks: {c}").format(
                c="、".join(sorted(missing))
            )
        )
