"""Every write of posts and patrol, by name. Others call these functions and nothing beneath."""

from .by_name import perform
from .inspecting import inspect, not_right, put_right, set_aside, verify
from .planning import Head, draft_from_posts, draft_from_roster, draft_from_zones
from .plans import (
    Line,
    Need,
    approve,
    change_plan,
    draft,
    end,
    put_in_force,
    remove_line,
    remove_need,
    send_back,
    set_line,
    set_lines,
    set_need,
    submit,
    withdraw,
)
from .posts import (
    add_post,
    add_shift,
    change_post,
    close_post,
    close_shift,
    new_code,
    set_tiers,
)
from .presence import cancel, check_in, check_out, hand_over, roster
from .runs import ask_run, compute_runs, stop_run
from .timekeeping import keep_time

__all__ = [
    "Head",
    "Line",
    "Need",
    "add_post",
    "add_shift",
    "approve",
    "ask_run",
    "cancel",
    "change_plan",
    "change_post",
    "check_in",
    "check_out",
    "close_post",
    "close_shift",
    "compute_runs",
    "draft",
    "draft_from_posts",
    "draft_from_roster",
    "draft_from_zones",
    "end",
    "hand_over",
    "inspect",
    "keep_time",
    "new_code",
    "not_right",
    "perform",
    "put_in_force",
    "put_right",
    "remove_line",
    "remove_need",
    "roster",
    "send_back",
    "set_aside",
    "set_line",
    "set_lines",
    "set_need",
    "set_tiers",
    "stop_run",
    "submit",
    "verify",
    "withdraw",
]
