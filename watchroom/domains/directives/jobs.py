"""What directives do by themselves when something has happened."""

from watchroom.kernel import access
from watchroom.kernel.access import system
from watchroom.kernel.escalation import escalate
from watchroom.kernel.models import Agency, Entry

from . import actions
from .flow import ISSUE, RESPOND
from .models import Directive


def order_overdue(entry: Entry) -> None:
    """Silence: whoever leads the agency or one above it is brought in, and it is said out loud."""
    matter = entry.matter
    if matter is None or matter.closed_at is not None:
        return
    permission = ISSUE if entry.data["clock"] == "verify" else RESPOND
    escalate(entry, access.holders(permission, matter.agency))


def plan_in_force(entry: Entry) -> None:
    """A posting plan is in force: each agency that has a part in it gets the directive, once.

    The entry may name them (`agencies`, codes); else they are the agencies right below.
    """
    plan = entry.matter
    if plan is None or Directive.objects.filter(because_of=entry).exists():
        return
    below = Agency.objects.filter(path__startswith=plan.agency.path).exclude(pk=plan.agency_id)
    codes = entry.data.get("agencies")
    rows = below.filter(code__in=codes) if codes else below.filter(parent=plan.agency)
    to = list(rows.order_by("code").values_list("pk", flat=True))
    if to:
        words = f"{plan.number} {plan.title}"
        actor = system(plan.agency)
        actions.issue(
            actor, f"执行勤务方案：{plan.title}", to, words=words, urgency=2, because_of=entry.pk
        )
