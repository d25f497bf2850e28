"""Every write of dispatch, by name. Others call these functions and nothing beneath them."""

from watchroom.kernel.acts import together

from .alerts import take_alert
from .by_name import note, perform
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
from .intake import (
    accept_suggestion,
    add_call,
    ask_callback,
    callback_done,
    classify,
    link_duplicate,
    report_call,
    set_place,
    suggest_place,
)
from .locking import hold
from .past import PastCall, PastIncident, PastUnit, Person, bring_in_past
from .policy import (
    add_premise_note,
    end_premise_note,
    import_classes,
    put_in_force,
    rebuild_demand,
    set_plan,
    set_reserve,
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
    "arrive",
    "ask_callback",
    "assign_one",
    "back_enter",
    "bring_in_past",
    "callback_done",
    "cancel",
    "classify",
    "clear",
    "close",
    "close_road",
    "confirm_handover",
    "dispatch",
    "end_premise_note",
    "give_feedback",
    "hand_over",
    "hold",
    "import_classes",
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
]
