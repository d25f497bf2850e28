"""One dispute in every state, for the tests that every domain inherits (tests/conformance)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.people import County
from watchroom.domains.disputes import actions, queries
from watchroom.kernel.access import Actor, system
from watchroom.kernel.models import Matter

KIND = "disputes.dispute"
PLACE = "解放路3号"
DATA: Mapping[str, dict[str, Any]] = {
    "assign": {"peoples_mediator": "王调解"},
    "change_mediators": {"lawyer": "李律师"},
    "regrade": {"factors": ["threats"]},
    "file_case": {"case_number": "东公（治）受案字〔2026〕12号"},
    "hold_session": {"summary": "双方各让一步"},
    "draft": {"terms": "一、修好水管。\n二、赔偿800元。"},
    "confirm": {"confirmation": "declined"},
    "perform": {"how_performed": "水管已修好，钱已付清"},
    "visit": {"visit_result": "calm", "visit_words": "两家已和好"},
    "refer": {"route": "court"},
    "to_case": {"case_number": "东公（治）受案字〔2026〕12号"},
    "turned_criminal": {"case_number": "东公（刑）立字〔2026〕3号"},
}
MEDIATED = ("assign", "hold_session")
AGREED = (*MEDIATED, "draft", "sign_all", "agree")
LIVES: Mapping[str, tuple[str, ...]] = {
    "registered": (),
    "assigned": ("assign",),
    "mediating": MEDIATED,
    "signing": (*MEDIATED, "draft"),
    "agreed": AGREED,
    "performed": (*AGREED, "perform"),
    "settled": (*AGREED, "perform", "visit", "settle"),
    "failed": (*MEDIATED, "no_agreement"),
    "referred": (*MEDIATED, "no_agreement", "refer"),
    "case": (*MEDIATED, "to_case"),
    "withdrawn": ("withdraw_dispute",),
}


def samples(county: County) -> dict[tuple[str, str], Matter]:
    """(kind, state) → a dispute that stands there."""
    types()
    return {(KIND, state): live(county, steps) for state, steps in LIVES.items()}


def types() -> None:
    """The list that comes with Watchroom is in force."""
    if not queries.types():
        actions.import_types(system(), actions.shipped_types(), source="test")


def registered(county: County, by: str = "community", **more: Any) -> Matter:
    """Two neighbours quarrel about a pipe, in the eastern beat."""
    given = {
        "title": "漏水纠纷",
        "words": "楼上漏水，楼下要求赔偿",
        "place": PLACE,
        "beat_id": county.beats["east"].pk,
        "parties": [
            {"role": "applicant", "name": "张三丰", "phone": "13800001234"},
            {"role": "respondent", "name": "李四光"},
        ],
        **more,
    }
    types()
    return actions.register(county.act(by), given.pop("type_code", "02"), **given)


def live(county: County, steps: tuple[str, ...], **more: Any) -> Matter:
    """Lead a dispute through steps: the community officer's, and the chief's to settle it."""
    matter = registered(county, **more)
    for step in steps:
        if step == "sign_all":
            sign_all(county.act("community"), matter.pk)
            continue
        who = county.chief if step in ("settle", "assign") else county.act("community")
        actions.perform(who, matter.pk, step, data=DATA.get(step), reason="样例理由")
    return Matter.objects.get(pk=matter.pk)


def sign_all(actor: Actor, matter_id: int) -> None:
    """Everybody signs, by hand."""
    paper = queries.agreement(matter_id)
    assert paper is not None  # noqa: S101 - a sample is drawn up before it is signed
    for row, _ in queries.signing(paper):
        strokes = [[[10, 20], [200, 90], [400, 40]], [[50, 150], [500, 160]]]
        actions.sign(actor, matter_id, actions.name_of(row), strokes=strokes)


def with_purpose(actor: Actor) -> Actor:
    """Somebody who has said what they need personal data for."""
    return replace(actor, purpose="handling")
