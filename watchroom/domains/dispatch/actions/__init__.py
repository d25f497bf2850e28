"""Every write of dispatch, by name. Others call these functions and nothing beneath them."""

from watchroom.kernel.acts import together

from .alerts import take_alert
from .by_name import note, perform
from .calling_back import ask_callback, callback_done
from .devices import enrol_device, revoke_device
from .ending import (
    cancel,
    close,
    confirm_handover,
    give_feedback,
    hand_over,
    refer_12345,
    reopen,
    resolve,
    take_back,
)
from .intake import add_call, classify, link_duplicate, report_call
from .locking import hold
from .past import PastCall, PastIncident, PastUnit, Person, bring_in_past
from .placing import accept_suggestion, set_place, suggest_place
from .policy import (
    add_premise_note,
    end_premise_note,
    import_classes,
    learn_streets,
    put_in_force,
    rebuild_demand,
    set_plan,
    set_reserve,
)
from .public_alerts import (
    approve_alert,
    cancel_alert,
    discard_alert,
    draft_alert,
    expire_alert,
    issue_alert,
    revise_alert,
    send_back_alert,
    words_of,
)
from .responding import arrive, back_enter, clear, refuse, release, renew_safety, set_out, sign
from .sending import assign_one, dispatch, preempt, reassign, send_by_plan, stack
from .units import close_road, open_road, unit_off_duty, unit_on_duty, unit_rest

__all__ = [
    "PastCall",
    "PastIncident",
    "PastUnit",
    "Person",
    "accept_suggestion",
    "add_call",
    "add_premise_note",
    "approve_alert",
    "arrive",
    "ask_callback",
    "assign_one",
    "back_enter",
    "bring_in_past",
    "callback_done",
    "cancel",
    "cancel_alert",
    "classify",
    "clear",
    "close",
    "close_road",
    "confirm_handover",
    "discard_alert",
    "dispatch",
    "draft_alert",
    "end_premise_note",
    "enrol_device",
    "expire_alert",
    "give_feedback",
    "hand_over",
    "hold",
    "import_classes",
    "issue_alert",
    "learn_streets",
    "link_duplicate",
    "note",
    "open_road",
    "perform",
    "preempt",
    "put_in_force",
    "reassign",
    "rebuild_demand",
    "refer_12345",
    "refuse",
    "release",
    "renew_safety",
    "reopen",
    "report_call",
    "resolve",
    "revise_alert",
    "revoke_device",
    "send_back_alert",
    "send_by_plan",
    "set_out",
    "set_place",
    "set_plan",
    "set_reserve",
    "sign",
    "stack",
    "suggest_place",
    "take_alert",
    "take_back",
    "together",
    "unit_off_duty",
    "unit_on_duty",
    "unit_rest",
    "words_of",
]
