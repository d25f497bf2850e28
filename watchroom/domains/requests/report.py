"""What the work report says of requests."""

from watchroom.base.text import Text
from watchroom.kernel.chapters import Chapter, Outcomes, Shown, Told

CHAPTER = Chapter(
    Text("群众和民警诉求", "Requests"),
    order=50,
    paragraphs=(
        (
            Told("asked", Text("收到诉求{n}件", "{n} requests were made")),
            Told(
                "asked_to_answered",
                Text(
                    "从提出到首次答复，半数在{median}以内，九成在{p90}以内",
                    "half of those answered were answered within {median}, nine in ten within "
                    "{p90}",
                ),
            ),
            Told(
                "confirmed",
                Text(
                    "办结的诉求中，由提出人确认解决的占{share}",
                    "of those that ended, {share} were confirmed by whoever had asked",
                ),
            ),
            Told("sent_back", Text("退回重办{n}件次", "{n} answers were sent back")),
        ),
    ),
    charts=(Shown("asked", "months"), Outcomes("requests.request")),
)
