"""What the work report says of fraud. How many were warned is told, and never ranked by agency."""

from watchroom.base.text import Text
from watchroom.kernel.chapters import Chapter, Outcomes, Shown, Told

CHAPTER = Chapter(
    Text("反诈劝阻", "Against fraud"),
    order=20,
    paragraphs=(
        (
            Told("cases", Text("收到并建卡的预警对象{n}人次", "{n} people were warned of")),
            Told(
                "warned_to_reached",
                Text(
                    "从收到预警到联系上本人，半数在{median}以内，九成在{p90}以内",
                    "half of those reached were reached within {median} of the warning, nine in "
                    "ten within {p90}",
                ),
            ),
            Told(
                "asked_to_at_the_door",
                Text(
                    "需要上门的，从请求到见面的中位数为{median}",
                    "where a visit was asked for, an officer was at the door within {median} at "
                    "the median",
                ),
            ),
        ),
        (
            Told(
                "dissuaded",
                Text(
                    "有结果的对象中，劝阻成功的占{share}",
                    "of the cases with an outcome, {share} were dissuaded",
                ),
            ),
            Told("false_alarms", Text("误报占{share}", "{share} were false alarms")),
            Told("overdue", Text("超时的时限共{n}个", "{n} clocks ran out")),
        ),
    ),
    charts=(Shown("cases", "months"), Outcomes("fraud.case")),
)
