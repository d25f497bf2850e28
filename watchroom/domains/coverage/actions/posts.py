"""Posts and shifts: what plans are made of."""

import secrets
from collections.abc import Mapping
from datetime import time
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from shapely.errors import ShapelyError
from shapely.geometry import Polygon, shape

from watchroom.base.clock import now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor, NotFound

from .. import queries
from ..flow import PLAN_DUTY
from ..models import POST_KINDS, DutyPost, Shift, Tiers
from ..rules.tiers import BASES, KEYS, LONGEST_S

RADIUS_M = 150.0
"""How near somebody must be to check in, where nobody said otherwise."""
CHANGEABLE = ("name", "name_en", "kind", "lon", "lat", "radius_m", "outline")


def add_post(
    actor: Actor,
    name: str,
    kind: str,
    *,
    lon: float | None = None,
    lat: float | None = None,
    outline: dict[str, Any] | None = None,
    code: str = "",
    name_en: str = "",
    radius_m: float = RADIUS_M,
    agency_id: int | None = None,
    act_id: UUID | None = None,
) -> DutyPost:
    """A new post at a point, or a patrol zone within an outline (GeoJSON polygon, WGS-84)."""
    agency = agency_id or actor.agency_id
    access.require_in(actor, PLAN_DUTY, agency)
    row = DutyPost(
        code=code.strip() or _next_code(kind),
        agency_id=agency,
        lon=0.0,
        lat=0.0,
        secret=secrets.token_urlsafe(16),
    )
    given = {"name": name, "name_en": name_en, "kind": kind, "radius_m": radius_m}
    _set(row, {**given, "lon": lon, "lat": lat, "outline": outline})
    with acts.together():
        _save(row)
        _tell(actor, row, "added", act_id)
    return row


def change_post(
    actor: Actor, post_id: int, *, act_id: UUID | None = None, **given: Any
) -> DutyPost:
    """Change a post's name, kind, place, radius or outline."""
    if unknown := set(given) - set(CHANGEABLE):
        raise TypeError(f"a post has no {sorted(unknown)}")
    with acts.together():
        row = _mine(actor, post_id)
        was = {name: getattr(row, name) for name in CHANGEABLE}
        _set(row, {**was, **given})
        _save(row)
        changed = [name for name in CHANGEABLE if getattr(row, name) != was[name]]
        _tell(actor, row, "changed", act_id, changed=changed)
    return row


def close_post(actor: Actor, post_id: int, *, act_id: UUID | None = None) -> DutyPost:
    """The post is no longer used. Refused while somebody is expected there."""
    with acts.together():
        row = _mine(actor, post_id)
        if queries.is_expected(row.pk):
            raise Refusal(
                Text(
                    "这个岗位还有未结束的班次，请先终止或修改勤务方案",
                    "There are still postings at this post: end or change their plan first",
                )
            )
        row.closed_at = now()
        row.save(update_fields=["closed_at"])
        _tell(actor, row, "closed", act_id)
    return row


def new_code(actor: Actor, post_id: int, *, act_id: UUID | None = None) -> DutyPost:
    """A fresh QR code; the one on the wall is worthless from now on."""
    with acts.together():
        row = _mine(actor, post_id)
        row.secret = secrets.token_urlsafe(16)
        row.save(update_fields=["secret"])
        _tell(actor, row, "new_code", act_id)
    return row


def _mine(actor: Actor, post_id: int) -> DutyPost:
    seen = queries.posts(actor).select_for_update(of=("self",))
    row = seen.filter(pk=post_id).first()
    if row is None:
        raise NotFound
    access.require_in(actor, PLAN_DUTY, row.agency_id)
    return row


def _set(row: DutyPost, given: dict[str, Any]) -> None:
    for name, value in given.items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    if not row.name:
        raise Refusal(Text("请写岗位名称", "Give the post a name"))
    if row.kind not in POST_KINDS:
        raise Refusal(Text(f"没有岗位类型“{row.kind}”", f"There is no kind of post “{row.kind}”"))
    if row.kind == "zone":
        point = _area(row.outline).representative_point()
        row.lon, row.lat = point.x, point.y
    else:
        row.outline = None
    if row.lon is None or row.lat is None:
        raise Refusal(Text("请在地图上点出岗位位置", "Show on the map where the post is"))
    if not 10 <= row.radius_m <= 2000:
        raise Refusal(
            Text("签到半径应在 10 至 2000 米之间", "The radius must be from 10 to 2000 m")
        )


def _area(outline: Any) -> Polygon:
    wrong = Refusal(
        Text(
            "请画出巡区边界：至少三个点，边不相交",
            "Draw the outline of the zone: three points or more, edges that do not cross",
        )
    )
    try:
        area = shape(outline)
    except (AttributeError, KeyError, TypeError, ValueError, ShapelyError) as error:
        raise wrong from error
    if not isinstance(area, Polygon) or not area.is_valid or area.is_empty:
        raise wrong
    return area


def _next_code(kind: str) -> str:
    letter = {"zone": "Z", "school": "S", "gate": "G", "quick": "Q", "joint": "J"}.get(kind, "D")
    number = DutyPost.objects.filter(code__startswith=letter).count() + 1
    while DutyPost.objects.filter(code=f"{letter}{number:02d}").exists():
        number += 1
    return f"{letter}{number:02d}"


def _save(row: DutyPost) -> None:
    if DutyPost.objects.filter(code=row.code).exclude(pk=row.pk).exists():
        raise Conflict(Text(f"岗位编号 {row.code} 已被使用", f"The post code {row.code} is taken"))
    row.save()


def _tell(actor: Actor, row: DutyPost, what: str, act_id: UUID | None, **more: Any) -> None:
    data = {"post": row.code, "post_id": row.pk, "name": row.name, **more}
    acts.happened(actor, f"coverage.post.{what}", row.agency_id, data=data, act_id=act_id)


def add_shift(
    actor: Actor,
    code: str,
    name: str,
    starts: time,
    ends: time,
    *,
    name_en: str = "",
    agency_id: int | None = None,
    act_id: UUID | None = None,
) -> Shift:
    """Hours on the wall clock that plans of this agency and those below use."""
    agency = agency_id or actor.agency_id
    access.require_in(actor, PLAN_DUTY, agency)
    if not code.strip() or not name.strip():
        raise Refusal(Text("请写班次编号和名称", "Give the shift a code and a name"))
    try:
        with acts.together():
            row = Shift.objects.create(
                agency_id=agency,
                code=code.strip(),
                name=name.strip(),
                name_en=name_en.strip(),
                starts=starts,
                ends=ends,
            )
            data = {"shift": row.code, "hours": row.hours}
            acts.happened(actor, "coverage.shift.added", agency, data=data, act_id=act_id)
    except IntegrityError as error:
        raise Conflict(
            Text(f"班次编号 {code} 已被使用", f"The shift code {code} is taken")
        ) from error
    return row


def close_shift(actor: Actor, shift_id: int, *, act_id: UUID | None = None) -> Shift:
    """New plans no longer offer these hours; plans that have them keep them."""
    with acts.together():
        row = Shift.objects.select_for_update().filter(pk=shift_id).first()
        if row is None or not (actor.everywhere or actor.within(PLAN_DUTY, row.agency_id)):
            raise NotFound
        if row.closed_at is None:
            row.closed_at = now()
            row.save(update_fields=["closed_at"])
            data = {"shift": row.code}
            acts.happened(actor, "coverage.shift.closed", row.agency_id, data=data, act_id=act_id)
    return row


def set_tiers(
    actor: Actor,
    agency_id: int,
    basis: str,
    limits: Mapping[str, int],
    *,
    act_id: UUID | None = None,
) -> Tiers:
    """What the agency asks of response times: seconds by place, by force or by urgency."""
    access.require_in(actor, PLAN_DUTY, agency_id)
    if basis not in BASES or not limits or not set(limits) <= set(KEYS[basis]):
        raise Refusal(
            Text("请选口径并至少填一个时限", "Choose a basis and give one limit at least")
        )
    if not all(10 <= seconds <= LONGEST_S for seconds in limits.values()):
        raise Refusal(
            Text("时限应在 10 秒至 5 分钟之间", "Limits must be from 10 seconds to 5 minutes")
        )
    with acts.together():
        row, _ = Tiers.objects.update_or_create(
            agency_id=agency_id, defaults={"basis": basis, "limits": dict(limits)}
        )
        data = {"basis": basis, "limits": dict(limits)}
        acts.happened(actor, "coverage.tiers.set", agency_id, data=data, act_id=act_id)
    return row
