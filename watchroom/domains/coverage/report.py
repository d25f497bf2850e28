"""What the work report says of posts."""

from watchroom.base.text import Text
from watchroom.kernel.chapters import Chapter, Outcomes, Shown, Told

CHAPTER = Chapter(
    Text("快反布警", "Posts and reach"),
    order=15,
    paragraphs=(
        (
            Told(
                "on_time",
                Text(
                    "已开始的班次中，按时到齐的占{share}",
                    "of the shifts that have begun, {share} were at strength on time",
                ),
            ),
            Told(
                "never_manned",
                Text("整班无人到岗的{n}班", "{n} shifts were never manned"),
            ),
            Told("inspections", Text("查勤{n}次", "{n} inspections were made")),
            Told(
                "findings",
                Text(
                    "查勤发现的问题中，已整改并复核的占{share}",
                    "of what they found, {share} was put right and verified",
                ),
            ),
        ),
    ),
    charts=(Shown("on_time", "months"), Outcomes("coverage.posting")),
)
