"""What is counted about directives, and exactly how. Times are those of occurrence."""

from watchroom.base.text import Text
from watchroom.figures.indicator import Indicator, between, happened

from .flow import DIRECTIVE, ORDER

ISSUED, SIGNED = f"{ORDER.kind}.issue", f"{ORDER.kind}.sign"
SET_OUT, FED_BACK = f"{ORDER.kind}.set_out", f"{ORDER.kind}.feed_back"

INDICATORS = (
    Indicator(
        "directives",
        Text("下达指令", "Directives issued"),
        Text("每下达一条指令计一次", "One for each directive issued"),
        happened(f"{DIRECTIVE.kind}.issue"),
        unit="count",
    ),
    Indicator(
        "issued_to_signed",
        Text("指令签收用时", "Issued to signed"),
        Text("每张落实单从下达到签收；未签收的不计", "Each order from issue to signing, if signed"),
        between(ISSUED, SIGNED),
        better="lower",
        bands="sign",
    ),
    Indicator(
        "signed_to_set_out",
        Text("指令出动用时", "Signed to set out"),
        Text(
            "每张落实单从签收到出动；不需出动的不计",
            "Each order from signing to setting out, if any",
        ),
        between(SIGNED, SET_OUT),
        better="lower",
        bands="set_out",
    ),
    Indicator(
        "issued_to_fed_back",
        Text("指令反馈用时", "Issued to fed back"),
        Text("每张落实单从下达到首次反馈", "Each order from issue to its first answer"),
        between(ISSUED, FED_BACK),
        better="lower",
        bands="feedback",
    ),
    Indicator(
        "sent_back",
        Text("退回重办", "Sent back"),
        Text("每退回一次计一次", "One for each answer that was sent back"),
        happened(f"{ORDER.kind}.send_back"),
        unit="count",
        better="lower",
    ),
    Indicator(
        "overdue",
        Text("指令超时", "Orders overdue"),
        Text("落实单上超时的时限", "Clocks of orders that ran out"),
        happened(f"{ORDER.kind}.overdue"),
        unit="count",
        better="lower",
    ),
)
