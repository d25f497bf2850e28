"""What each step asks a person for, on the generic page of a matter and on the phone."""

from collections.abc import Mapping

from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.fields import Choices, Field
from watchroom.kernel.models import Counterpart, Matter, Unit

from .models import IncidentClass


def _classes(_actor: Actor, _matter: Matter) -> Choices:
    rows = IncidentClass.objects.filter(class_list__in_force=True).order_by("code")
    return [(row.code, Text(f"{row.code} {row.zh}", f"{row.code} {row.en}")) for row in rows]


def _units(_actor: Actor, _matter: Matter) -> Choices:
    states = {"free": Text("待命", "free"), "busy": Text("处警", "busy")}
    rows = Unit.objects.filter(status__in=states).order_by("-status", "code")
    return [
        (row.code, Text("{u} {s}", "{u} {s}").format(u=row, s=states[row.status])) for row in rows
    ]


def _organs(_actor: Actor, _matter: Matter) -> Choices:
    rows = Counterpart.objects.order_by("name")
    return [(row.key, Text(row.name, row.name_en or row.name)) for row in rows]


CLASS = Field("class_code", Text("警情类别", "Class"), "choice", _classes)
PRIORITY = Field(
    "priority", Text("级别（1 最急）", "Priority (1 is highest)"), "number", optional=True
)
UNITS = Field("units", Text("警力", "Units"), "several", _units)
DISPOSITION = Field("disposition", Text("处置结果", "Disposition"))
WORDS = Field("words", Text("情况说明", "What happened"), "text")
MORE = Field("words", Text("情况说明", "What happened"), "text", optional=True)

FIELDS: Mapping[str, tuple[Field, ...]] = {
    "classify": (CLASS, PRIORITY),
    "reclassify": (CLASS, PRIORITY),
    "correct_class": (CLASS, PRIORITY),
    "set_place": (
        Field("place", Text("地点", "Place")),
        Field("lon", Text("经度", "Longitude"), "number", optional=True),
        Field("lat", Text("纬度", "Latitude"), "number", optional=True),
    ),
    "dispatch": (UNITS,),
    "send_more": (UNITS,),
    "resolve": (DISPOSITION, MORE),
    "close": (DISPOSITION, MORE),
    "feedback": (WORDS,),
    "ask_callback": (Field("why", Text("回访事由", "Why to call back")),),
    "callback_done": (Field("result", Text("回访结果", "Result")), MORE),
    "link_duplicate": (
        Field("target_id", Text("并入的警情（内部编号）", "Merge into (internal id)")),
    ),
    "hand_over": (Field("counterpart", Text("接收机关", "Receiving organ"), "choice", _organs),),
    "confirm_handover": (Field("receipt", Text("回执", "Receipt")),),
}
