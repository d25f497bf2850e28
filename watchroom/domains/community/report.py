"""What the work report says of community policing."""

from watchroom.base.text import Text
from watchroom.kernel.chapters import Chapter, Shown, Told

CHAPTER = Chapter(
    Text("社区警务", "Community policing"),
    order=40,
    paragraphs=(
        (
            Told("households", Text("走访群众{n}户", "{n} households were visited")),
            Told("visits", Text("走访{n}次", "{n} visits were made")),
            Told("services", Text("上门办理服务{n}次", "{n} services were done at the door")),
            Told("needs", Text("走访中发现群众需求{n}项", "{n} needs were found on visits")),
            Told("meetings", Text("召开群众会议{n}次", "{n} meetings were held")),
        ),
        (
            Told("hazards_found", Text("发现安全隐患{n}处", "{n} hazards were found")),
            Told("hazards_verified", Text("复核销号{n}处", "{n} were verified as put right")),
            Told(
                "put_right_in_time",
                Text(
                    "已整改的隐患中，按期整改的占{share}",
                    "of those put right, {share} were put right in time",
                ),
            ),
        ),
    ),
    charts=(Shown("visits", "months"), Shown("visits", "beats")),
)
