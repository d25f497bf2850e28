"""A warning as a source tells it, read into plain facts; a bad one is a sentence, never a guess."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from watchroom.base.text import Text

from .fields import FIELDS
from .people import identity

AHEAD = timedelta(minutes=2)
"""How far a source's clock may be ahead of ours before it is not believed."""
MOST_FEN = 10**15


@dataclass(slots=True)
class Given:
    """One warning. `who` tells people apart and is hashed before it is kept.

    Money in fen; `age` in years; `score` 0 to 100 as the source has it; None where nothing is said.
    """

    source_id: str
    who: str
    type_code: str
    occurred_at: datetime
    agency: str = ""
    amount_fen: int | None = None
    score: int | None = None
    age: int | None = None
    sex: str = ""
    minutes_on_call: int | None = None
    transferred: bool = False
    screen_shared: bool = False
    words: str = ""
    name: str = ""
    phone: str = ""
    id_number: str = ""
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    corrects: str = ""


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that was refused, and why."""

    source_id: str
    why: Text


NO_ID = Text("没有来源编号（source_id）", "The source's own number (source_id) is missing")
NOBODY = Text(
    "没有电话也没有证件号，不知道是谁", "Neither telephone nor identity number: who is it?"
)
NO_TYPE = Text("没有诈骗类型（type）", "The fraud type (type) is missing")


def read(row: Mapping[str, Any], types: Mapping[str, Any], now: datetime) -> Given | Bad:
    """Read one row. `types` holds the known codes; a code that is not there is refused."""
    source_id = str(row.get("source_id") or "").strip()
    try:
        return _read(source_id, row, types, now)
    except _Refused as refused:
        return Bad(source_id[:80], refused.why)


class _Refused(Exception):
    def __init__(self, why: Text) -> None:
        self.why = why


def _read(source_id: str, row: Mapping[str, Any], types: Mapping[str, Any], now: datetime) -> Given:
    if not source_id or len(source_id) > 80:
        raise _Refused(NO_ID)
    said = row.get
    phone, id_number = _text(said("phone"), 32), _text(said("id_number"), 32)
    who = identity(phone, id_number)
    if not who:
        raise _Refused(NOBODY)
    type_code = _text(said("type"), 16)
    if type_code not in types:
        raise _Refused(_no_such(type_code) if type_code else NO_TYPE)
    lon, lat = _degrees(said("lon"), 180, "lon"), _degrees(said("lat"), 90, "lat")
    return Given(
        source_id,
        who,
        type_code,
        _moment(said("occurred_at"), now),
        _text(said("agency"), 32),
        _fen(said("amount")),
        _whole(said("score"), 100, "score"),
        _whole(said("age"), 130, "age"),
        _sex(said("sex")),
        _whole(said("minutes_on_call"), 10_000, "minutes_on_call"),
        _yes(said("transferred"), "transferred"),
        _yes(said("screen_shared"), "screen_shared"),
        _text(said("words"), 2000),
        _text(said("name"), 64),
        phone,
        id_number,
        _text(said("address"), 240),
        lon if lat is not None else None,
        lat if lon is not None else None,
        _text(said("corrects"), 80),
    )


def _no_such(code: str) -> Text:
    return Text(
        f"没有诈骗类型“{code}”：请先导入新版类型表",
        f"There is no fraud type “{code}”: import a newer list of types first",
    )


def _text(value: Any, most: int) -> str:
    return str(value).strip().replace("\x00", "")[:most] if value not in (None, "") else ""


def _moment(value: Any, now: datetime) -> datetime:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value or ""))
    except ValueError:
        raise _Refused(
            Text(
                f"看不懂时间“{str(value)[:40]}”，请写 2026-07-01T21:30:00+08:00",
                f"“{str(value)[:40]}” is not a time: write 2026-07-01T21:30:00+08:00",
            )
        ) from None
    if moment.tzinfo is None:
        raise _Refused(
            Text("时间没有时区（如 +08:00）", "The time has no zone (for example +08:00)")
        )
    if moment > now + AHEAD:
        raise _Refused(
            Text("发生时间还没有到，请检查来源的时钟", "It has not happened yet: check the clock")
        )
    return moment.astimezone(UTC)


def _fen(value: Any) -> int | None:
    """Yuan as told ("12000.50", 12000) in fen."""
    if value in (None, ""):
        return None
    try:
        yuan, _, part = str(value).strip().partition(".")
        fen = int(yuan) * 100 + int((part + "00")[:2])
    except ValueError:
        raise _Refused(_not("amount", value)) from None
    if not 0 <= fen <= MOST_FEN or (part and not part.isdigit()) or len(part.rstrip("0")) > 2:
        raise _Refused(_not("amount", value))
    return fen


def _whole(value: Any, most: int, name: str) -> int | None:
    if value in (None, ""):
        return None
    try:
        number = int(value)
    except (ValueError, TypeError):
        raise _Refused(_not(name, value)) from None
    if not 0 <= number <= most:
        raise _Refused(_not(name, value))
    return number


def _degrees(value: Any, most: int, name: str) -> float | None:
    if value in (None, ""):
        return None
    try:
        number = float(value)
    except (ValueError, TypeError):
        raise _Refused(_not(name, value)) from None
    if not -most <= number <= most:
        raise _Refused(_not(name, value))
    return number


def _not(name: str, value: Any) -> Text:
    shown, title = str(value)[:40], FIELDS[name]
    return Text(
        f"{title.zh}（{name}）不能是“{shown}”", f"“{shown}” is no value for {name} ({title.en})"
    )


SEXES = {"": "", "m": "m", "f": "f", "男": "m", "女": "f", "1": "m", "2": "f"}


def _sex(value: Any) -> str:
    said = str(value if value is not None else "").strip().lower()
    if said not in SEXES:
        raise _Refused(_not("sex", value))
    return SEXES[said]


def _yes(value: Any, name: str) -> bool:
    if isinstance(value, bool) or value is None:
        return bool(value)
    said = str(value).strip().lower()
    if said not in ("", "0", "1", "true", "false", "yes", "no", "是", "否"):
        raise _Refused(_not(name, value))
    return said in ("1", "true", "yes", "是")
