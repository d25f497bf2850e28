from watchroom.kernel import access

from . import measures, restitution


def perform(
    actor, matter_id, step, *, version=None, data=None, reason="", occurred_at=None, act_id=None
):
    matter = access.find(actor, pk=matter_id, kind__in=["fraud.measure", "fraud.return"])
    told = {"version": version, "reason": reason, "occurred_at": occurred_at, "act_id": act_id}
    return {"fraud.measure": measures.take, "fraud.return": restitution.take}[matter.kind](
        actor, matter, step, dict(data or {}), told
    )
