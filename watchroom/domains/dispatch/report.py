"""What the work report says of calls and response."""

from watchroom.base.text import Text
from watchroom.kernel.chapters import Chapter, Outcomes, Shown, Told

CHAPTER = Chapter(
    Text("接处警", "Calls and response"),
    order=10,
    paragraphs=(
        (
            Told("incidents", Text("接报警情{n}起", "{n} incidents were reported")),
            Told(
                "call_to_arrival",
                Text(
                    "从接警到首批警力到场，半数在{median}以内，九成在{p90}以内",
                    "half of them had a unit on scene within {median} of the call, nine in ten "
                    "within {p90}",
                ),
            ),
        ),
        (
            Told(
                "call_to_dispatch",
                Text(
                    "从接警到派警的中位数为{median}",
                    "from the call to the first dispatch took {median} at the median",
                ),
            ),
            Told(
                "sent_to_sign",
                Text(
                    "派警单的签收，半数在{median}以内，九成在{p90}以内",
                    "half of the assignments were signed within {median}, nine in ten within {p90}",
                ),
            ),
            Told("overdue", Text("超时的时限共{n}个", "{n} clocks ran out")),
        ),
    ),
    charts=(
        Shown("incidents", "months"),
        Shown("incidents", "agencies"),
        Shown("incidents", "hours"),
        Outcomes("dispatch.incident"),
    ),
)
