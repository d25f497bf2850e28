"""What is counted about lost property, and exactly how."""

from watchroom.base.text import Text
from watchroom.figures.indicator import Indicator, between, happened

HANDED_IN, GIVEN_BACK = "lost_property.item.hand_in", "lost_property.item.give_back"

INDICATORS = (
    Indicator(
        key="handed_in",
        title=Text("收到遗失物", "Things handed in"),
        definition=Text("每登记一件计一次", "One for each thing taken in"),
        samples=happened(HANDED_IN),
        unit="count",
    ),
    Indicator(
        key="until_returned",
        title=Text("从登记到发还", "From taking in to giving back"),
        definition=Text(
            "已发还的遗失物，从登记到发还的时间", "Of things given back: from taking in to that"
        ),
        samples=between(HANDED_IN, GIVEN_BACK),
        better="lower",
    ),
)
