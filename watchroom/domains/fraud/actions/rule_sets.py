"""Rules that grade: drafted, run in the shadow, tested on the past, approved by somebody else."""

from collections.abc import Mapping, Sequence
from typing import Any

from watchroom.base.clock import now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor, NotFound

from ..flow import APPROVE, CONFIGURE
from ..models import RuleSet
from ..rules.grading import RuleError, read_rules


def draft_rules(actor: Actor, version: str, rules: Sequence[Mapping[str, Any]]) -> RuleSet:
    """Keep a new version of the rules. A version is never edited: draft another."""
    access.require(actor, CONFIGURE)
    version = version.strip()
    if not version or len(version) > 32:
        raise Refusal(Text("请写版本号（至多32字）", "Give it a version, 32 characters at most"))
    try:
        read_rules(rules)
    except RuleError as error:
        raise Refusal(error.text) from error
    with acts.together():
        if RuleSet.objects.filter(version=version).exists():
            raise Conflict(
                Text(
                    f"版本 {version} 已有；规则不就地修改，请用新版本号",
                    f"Version {version} is there already; rules are not edited: use a new version",
                )
            )
        made = RuleSet.objects.create(
            version=version,
            rules=list(rules),
            drafted_at=now(),
            drafted_by_id=actor.staff_id,
        )
        _say(actor, "fraud.rules.drafted", made, {"rules": len(rules)})
    return made


def shadow_rules(actor: Actor, version: str) -> RuleSet:
    """Run a draft in the shadow: it is compared with what grades, and grades nothing."""
    access.require(actor, CONFIGURE)
    with acts.together():
        row = _locked(version, ("draft",))
        RuleSet.objects.filter(state="shadow").update(state="draft", shadow_since=None)
        row.state, row.shadow_since = "shadow", now()
        row.save(update_fields=["state", "shadow_since"])
        _say(actor, "fraud.rules.shadowed", row, {})
    return row


def approve_rules(actor: Actor, version: str, *, reason: str) -> RuleSet:
    """Let rules that ran in the shadow grade from now on. Never by who drafted them."""
    access.require(actor, APPROVE)
    with acts.together():
        row = _locked(version, ("shadow",))
        if actor.staff_id is None or row.drafted_by_id == actor.staff_id:
            raise Refusal(
                Text("须由起草人以外的人批准", "Somebody else than who drafted them approves them")
            )
        if not reason.strip():
            raise Refusal(Text("请写批准的理由", "Say why they go live"))
        RuleSet.objects.filter(state="live").update(state="retired")
        row.state, row.approved_at, row.approved_by_id = "live", now(), actor.staff_id
        row.save(update_fields=["state", "approved_at", "approved_by"])
        _say(actor, "fraud.rules.live", row, {}, reason=reason.strip())
    return row


def _locked(version: str, states: Sequence[str]) -> RuleSet:
    row = RuleSet.objects.select_for_update().filter(version=version).first()
    if row is None:
        raise NotFound
    if row.state not in states:
        raise Conflict(
            Text(
                f"版本 {version} 现在是“{row.state}”，不能这样做",
                f"Version {version} is now “{row.state}”: this cannot be done",
            )
        )
    return row


def _say(
    actor: Actor, event: str, row: RuleSet, data: Mapping[str, Any], *, reason: str = ""
) -> None:
    said = {"version": row.version, **data}
    acts.happened(actor, event, actor.agency_id, data=said, reason=reason)
