"""The agreement: drawn up, signed, in force, kept with its hash, performed."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from watchroom.base.clock import local_date
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, documents, fields
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from .. import paper, queries, rules
from ..models import Agreement, Mediator, Party, Signature
from .doing import Doing
from .mediating import void

NO_AGREEMENT = Text("还没有拟定协议", "No agreement is drawn up")
PERFORM_BY = Text("履行期限", "To be performed by")


def draft(doing: Doing) -> Mapping[str, Any]:
    """Draw up the agreement from the template; what is signed later is exactly this text."""
    parties, mediators = queries.parties(doing.dispute.pk), queries.mediators(doing.dispute.pk)
    if not {"applicant", "respondent"} <= {one.role for one in parties}:
        raise Refusal(
            Text("请先登记双方当事人", "Enter both parties first: applicant and other party")
        )
    perform_by = _day(doing)
    Agreement.objects.create(
        dispute=doing.dispute,
        terms=doing.text("terms"),
        perform_by=perform_by,
        oral=bool(doing.data.get("oral")),
        template=rules.TEMPLATE,
        drafted_at=doing.at,
        text=rules.agreement_text(
            doing.matter.number,
            doing.matter.title,
            [rules.Signing(rules.ROLES[one.role].zh, one.name) for one in parties],
            [rules.Signing("调解员", one.name) for one in mediators],
            doing.text("terms"),
            perform_by,
            facts=doing.text("facts") or doing.matter.words,
            public_order=doing.dispute.track == rules.PUBLIC_ORDER,
        ),
    )
    return {"template": rules.TEMPLATE}


def _day(doing: Doing) -> date | None:
    said = doing.text("perform_by")
    if not said:
        return None
    day = fields.read_day(said, PERFORM_BY)
    if day < local_date(doing.at):
        raise Refusal(Text("履行期限不能早于今天", "It cannot be performed before today"))
    return day


def redraft(doing: Doing) -> None:
    """Signatures go with the text they stand under."""
    void(doing)


def take_signature(doing: Doing) -> Mapping[str, Any]:
    """One signature under the agreement as it stands."""
    text = _text(doing)
    row = next((one for one, _ in queries.signing(text) if name_of(one) == doing.text("who")), None)
    if row is None:
        raise Refusal(Text("请选择由谁签字", "Choose who signs"))
    typed, strokes = doing.text("typed"), _strokes(doing)
    if strokes is None and typed != row.name:
        raise Refusal(
            Text("键入的姓名与协议上的不一致", "The name typed is not the one in the agreement")
        )
    by = {"party": row} if isinstance(row, Party) else {"mediator": row}
    if text.signatures.filter(**by).exists():
        raise Refusal(Text("已经签过字了", "They have signed already"))
    Signature.objects.create(
        agreement=text, typed=typed[:80], strokes=strokes, signed_at=doing.at, **by
    )
    return {"how": "drawn" if strokes else "typed"}


def name_of(row: Party | Mediator) -> str:
    """What somebody who signs is called in `who`."""
    return f"{'party' if isinstance(row, Party) else 'mediator'}-{row.pk}"


def _strokes(doing: Doing) -> Any:
    said = doing.text("strokes")
    if not said:
        return None
    try:
        strokes = json.loads(said)
    except ValueError:
        strokes = None
    if why_not := rules.why_not_strokes(strokes):
        raise Refusal(why_not)
    return strokes


def _text(doing: Doing) -> Agreement:
    found = queries.agreement(doing.dispute.pk)
    if found is None:
        raise Refusal(NO_AGREEMENT)
    return found


def agree(doing: Doing) -> Mapping[str, Any]:
    """It takes effect: an oral one by word, a written one once everybody has signed."""
    text = _text(doing)
    signing = [] if text.oral else [one for _, one in queries.signing(text)]
    if why_not := rules.why_not_signed(signing):
        raise Refusal(why_not)
    text.in_force_at = doing.at
    text.save(update_fields=["in_force_at"])
    return {"oral": text.oral, "signatures": len(signing)}


def keep(actor: Actor, matter: Matter) -> None:
    """The signed agreement as a file with its hash, among the documents of the dispute."""
    text = queries.agreement(matter.pk)
    if text is None or text.document_id is not None:
        return
    by = access.on_account_of(actor, "note.add")
    body = paper.drawn(matter, text, queries.signatures(text))
    text.document = documents.add(by, matter.pk, f"调解协议书 {matter.number}.pdf", [body])
    text.save(update_fields=["document"])


def confirm(doing: Doing) -> None:
    """Whether both ask a court to confirm the agreement, told of the thirty days."""
    kinds = [one.kind for one in queries.mediators(doing.dispute.pk)]
    if not rules.confirm_rule(doing.dispute.track, kinds, oral=_text(doing).oral):
        raise Refusal(
            Text(
                "只有经调解组织达成的书面协议可以申请司法确认",
                "A court confirms only written agreements reached before a mediation body",
            )
        )
    if doing.text("confirmation") not in rules.CONFIRMATIONS:
        raise Refusal(Text("请选择双方的意愿", "Choose what both want"))
    doing.keep(confirmation=doing.text("confirmation"))


def perform(doing: Doing) -> None:
    """What was agreed has been done."""
    text = _text(doing)
    text.performed = doing.text("how_performed")
    text.save(update_fields=["performed"])
