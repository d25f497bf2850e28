"""What people typed, read into values; a wrong value is a sentence, never a guess."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import typed
from watchroom.kernel.access import Actor
from watchroom.kernel.fields import Amendable, Choices, Field
from watchroom.kernel.models import Counterpart, Matter, Unit

from . import queries
from .models import IncidentClass
from .rules import AlertWords, Said, close_ring

CHANNELS: Mapping[str, Text] = {
    "voice": Text("电话", "Voice call"),
    "text": Text("短信", "Text"),
    "video": Text("视频", "Video"),
    "silent": Text("无声报警", "Silent call"),
    "walk_in": Text("现场报警", "Walk-in"),
    "partner": Text("其他部门推送", "Partner system"),
    "officer": Text("民警发现", "Found by an officer"),
}
DISPOSITIONS: Mapping[str, Text] = {
    "mediated": Text("现场调解", "Settled on scene"),
    "helped": Text("提供帮助", "Help given"),
    "case": Text("受理立案", "Taken up as a case"),
    "warned": Text("教育劝诫", "Warned"),
    "brought_in": Text("带回派出所处理", "Taken to the station"),
    "unfounded": Text("查无此事", "Nothing found"),
    "false": Text("误报或谎报", "False call"),
    "by_phone": Text("电话处置", "Dealt with by telephone"),
    "other": Text("其他", "Other"),
}
CALLBACK_RESULTS: Mapping[str, Text] = {
    "reached": Text("已联系上", "Reached"),
    "no_answer": Text("无人接听", "No answer"),
    "declined": Text("对方不愿多谈", "Did not want to talk"),
}
STEPS_TOLD: Mapping[str, Text] = {
    "sign": Text("签收", "Signed"),
    "set_out": Text("出警", "Set out"),
    "arrive": Text("到场", "Arrived"),
}


ABOUT_THE_ACT = frozenset({"version", "reason", "occurred_at", "act_id", "csrfmiddlewaretoken"})


def rest(given: QueryDict) -> dict[str, Any]:
    """The other fields of a form: what the step itself needs."""
    found: dict[str, Any] = {k: given[k] for k in given if k not in ABOUT_THE_ACT}
    if "units" in given:
        found["units"] = [unit for unit in given.getlist("units") if unit]
    return found


def call(given: QueryDict) -> dict[str, Any]:
    """A call as the intake form tells it, for `actions.report_call`."""
    priority = typed.whole(given.get("priority"))
    found: dict[str, Any] = {
        "words": given.get("words", "").strip(),
        "place": given.get("place", "").strip(),
        "lon": typed.number(given.get("lon"), -180, 180),
        "lat": typed.number(given.get("lat"), -90, 90),
        "channel": given.get("channel") or "voice",
        "caller": given.get("caller", "").strip(),
        "caller_name": given.get("caller_name", "").strip(),
        "callback": given.get("callback", "").strip(),
        "class_code": given.get("class_code", "").strip(),
        "priority": priority,
        "same_as": typed.whole(given.get("same_as")),
        "received_at": typed.past(given.get("received_at", "")),
        "answered_at": typed.past(given.get("answered_at", "")),
        "act_id": typed.act_id(given),
    }
    if (found["lon"] is None) != (found["lat"] is None):
        raise Refusal(Text("经度和纬度要一起填", "Longitude and latitude go together"))
    return found


def alert_words(given: QueryDict) -> AlertWords:
    """A public alert as its form tells it; the area is what was drawn and what was named."""
    named, title = queries.area_of(given.getlist("areas"))
    drawn = tuple(close_ring(ring) for ring in _rings(given.get("corners", "")))

    def both(name: str) -> Said:
        return Said(*(given.get(f"{name}_{lang}", "").strip() for lang in ("zh", "en")))

    area = both("area")
    plain = ("urgency", "severity", "certainty", "valid")
    fields: dict[str, Any] = {name: given.get(name, "") for name in plain}
    return AlertWords(
        event=both("event"),
        headline=both("headline"),
        description=both("description"),
        instruction=both("instruction"),
        **fields,
        area=Said(area.zh or title.zh, area.en or title.en),
        category=tuple(given.getlist("category")),
        response=tuple(given.getlist("response")),
        status=given.get("status", "Actual"),
        rings=(*named, *drawn),
    )


def _rings(text: str) -> list[list[tuple[float, float]]]:
    """Corners, one "lon, lat" a line; an empty line begins another area."""
    rings: list[list[tuple[float, float]]] = [[]]
    for line in text.splitlines():
        if not line.strip():
            rings.append([])
            continue
        parts = line.replace("，", ",").split(",")
        lon, lat = (typed.number(part, -180, 180) for part in (*parts, "", "")[:2])
        if len(parts) != 2 or lon is None or lat is None:
            raise Refusal(Text(f"“{line}”应为“经度,纬度”", f"“{line}” should be “lon, lat”"))
        rings[-1].append((lon, lat))
    return [ring for ring in rings if ring]


def corners_of(rings: Iterable[Iterable[tuple[float, float]]]) -> str:
    """The reverse of what `alert_words` reads as drawn."""
    return "\n\n".join(
        "\n".join(f"{lon:.6f}, {lat:.6f}" for lon, lat in tuple(ring)[:-1]) for ring in rings
    )


def _classes(_actor: Actor, _matter: Matter) -> Choices:
    rows = IncidentClass.objects.filter(class_list__in_force=True).order_by("code")
    return [(row.code, Text(f"{row.code} {row.zh}", f"{row.code} {row.en}")) for row in rows]


def _units(_actor: Actor, _matter: Matter) -> Choices:
    states = {"free": Text("待命", "free"), "busy": Text("处警", "busy")}
    rows = Unit.objects.filter(status__in=states).order_by("-status", "code")
    return [
        (row.code, Text("{u} {s}", "{u} {s}").format(u=row, s=states[row.status])) for row in rows
    ]


def _class_named(code: str) -> Text:
    """The newest version of the list that has the code says what it is called."""
    row = IncidentClass.objects.filter(code=code).order_by("-class_list_id").first()
    return Text(row.zh, row.en) if row else Text(code, code)


def _organs(_actor: Actor, _matter: Matter) -> Choices:
    rows = Counterpart.objects.order_by("name")
    return [(row.key, Text(row.name, row.name_en or row.name)) for row in rows]


CLASS = Field("class_code", Text("警情类别", "Class"), "choice", _classes, named=_class_named)
PRIORITY = Field(
    "priority", Text("级别（1 最急）", "Priority (1 is highest)"), "number", optional=True
)
UNITS = Field("units", Text("警力", "Units"), "several", _units)
DISPOSITION = Field(
    "disposition", Text("处置结果", "Disposition"), "choice", list(DISPOSITIONS.items())
)
WORDS = Field("words", Text("情况说明", "What happened"), "text")
MORE = Field("words", Text("情况说明", "What happened"), "text", optional=True)

# Where it is stays a step (`set_place`) while units may drive there; afterwards it is corrected.
AMENDABLE: Mapping[str, tuple[Amendable, ...]] = {
    "dispatch.incident": (
        Amendable(Field("title", Text("标题", "Title")), "dispatch.take_call"),
        Amendable(
            Field("place", Text("地点", "Place")),
            "dispatch.take_call",
            ("closed", "linked", "handed_over", "referred", "cancelled"),
        ),
    )
}
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
    "callback_done": (
        Field("result", Text("回访结果", "Result"), "choice", list(CALLBACK_RESULTS.items())),
        MORE,
    ),
    "link_duplicate": (
        Field("target_id", Text("并入的警情（内部编号）", "Merge into (internal id)")),
    ),
    "hand_over": (Field("counterpart", Text("接收机关", "Receiving organ"), "choice", _organs),),
    "confirm_handover": (Field("receipt", Text("回执", "Receipt")),),
}
