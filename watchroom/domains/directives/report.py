"""What the work report says of directives."""

from watchroom.base.text import Text
from watchroom.kernel.chapters import Chapter, Outcomes, Shown, Told

CHAPTER = Chapter(
    Text("指令落实", "Directives"),
    order=60,
    paragraphs=(
        (
            Told("directives", Text("下达指令{n}条", "{n} directives were issued")),
            Told(
                "issued_to_signed",
                Text(
                    "落实单的签收，半数在{median}以内，九成在{p90}以内",
                    "half of the orders were signed within {median}, nine in ten within {p90}",
                ),
            ),
            Told(
                "issued_to_fed_back",
                Text(
                    "从下达到反馈的中位数为{median}",
                    "an answer took {median} at the median",
                ),
            ),
            Told("sent_back", Text("退回重办{n}次", "{n} answers were sent back")),
            Told("overdue", Text("超时的时限共{n}个", "{n} clocks ran out")),
        ),
    ),
    charts=(Shown("directives", "months"), Outcomes("directives.order")),
)
