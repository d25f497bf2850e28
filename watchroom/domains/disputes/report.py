"""What the work report says of disputes."""

from watchroom.base.text import Text
from watchroom.kernel.chapters import Chapter, Outcomes, Shown, Told

CHAPTER = Chapter(
    Text("矛盾纠纷化解", "Disputes"),
    order=30,
    paragraphs=(
        (
            Told("found", Text("排查登记矛盾纠纷{n}件", "{n} disputes were found")),
            Told("settled", Text("化解{n}件", "{n} were settled")),
            Told(
                "rate_cohort",
                Text(
                    "本期登记的纠纷中，至今已化解{share}",
                    "of those found in the period, {share} have been settled by now",
                ),
            ),
            Told(
                "until_settled",
                Text(
                    "从登记到化解的中位数为{median}（含回访期）",
                    "a settlement took {median} at the median, the time of the visits included",
                ),
            ),
        ),
        (
            Told(
                "recurred",
                Text(
                    "已化解的纠纷中，六个月内反复的占{share}",
                    "of those settled, {share} came back within six months",
                ),
            ),
            Told("turned_criminal", Text("转化为刑事案件{n}件", "{n} turned into a crime")),
        ),
    ),
    charts=(
        Shown("found", "months"),
        Shown("found", "beats"),
        Outcomes("disputes.dispute"),
    ),
)
