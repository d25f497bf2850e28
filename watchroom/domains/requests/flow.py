"""The life of a request and of an article of the knowledge base, as data."""

from watchroom.base.text import Text
from watchroom.kernel.flow import Clock, Flow, State, Step

VIEW, ASK, RESPOND = "requests.view", "requests.ask", "requests.respond"
KNOW, APPROVE = "requests.know", "requests.approve"

EVERYBODY = (
    "call_taker",
    "dispatcher",
    "duty_leader",
    "station_chief",
    "community_officer",
    "patrol_officer",
)
"""The roles of everyone who asks and reads what is known, from the first day."""

OPEN = ("asked", "taken", "answered")

REQUEST = Flow(
    kind="requests.request",
    prefix="SQ",
    title=Text("诉求", "Request"),
    view=VIEW,
    of_beat=True,
    states={
        "asked": State(Text("待受理", "To be taken"), tone="waiting"),
        "taken": State(Text("办理中", "Being answered"), tone="active"),
        "answered": State(Text("待确认", "To be confirmed"), tone="waiting"),
        "confirmed": State(Text("已办结", "Confirmed"), final=True),
        "refused": State(Text("不予办理", "Refused"), final=True),
        "withdrawn": State(Text("已撤回", "Withdrawn"), final=True),
    },
    clocks={
        "take": Clock("requests.take", Text("受理", "Take")),
        "answer": Clock("requests.answer", Text("答复", "Answer")),
        "confirm": Clock("requests.confirm", Text("确认", "Confirm")),
    },
    steps=(
        Step("ask", Text("提出", "Ask"), ASK, (), "asked", starts=("take", "answer")),
        Step(
            "take",
            Text("受理", "Take"),
            RESPOND,
            ("asked",),
            "taken",
            stops=("take",),
            key="s",
            main=True,
        ),
        Step(
            "pass_on",
            Text("转交", "Pass on"),
            RESPOND,
            ("taken",),
            needs=("to",),
            reason=True,
            key="o",
        ),
        Step(
            "answer",
            Text("答复", "Answer"),
            RESPOND,
            ("taken",),
            "answered",
            stops=("answer",),
            starts=("confirm",),
            needs=("answer",),
            key="a",
            main=True,
        ),
        Step(
            "confirm",
            Text("确认已解决", "Confirm"),
            ASK,
            ("answered",),
            "confirmed",
            stops=("confirm",),
            needs=("how",),
            other_person=True,
            key="v",
            main=True,
        ),
        Step(
            "send_back",
            Text("没有解决，退回", "Not solved"),
            ASK,
            ("answered",),
            "taken",
            stops=("confirm",),
            starts=("answer",),
            reason=True,
        ),
        Step(
            "refuse",
            Text("不予办理", "Refuse"),
            RESPOND,
            ("asked", "taken"),
            "refused",
            stops=("take", "answer"),
            reason=True,
        ),
        Step(
            "withdraw",
            Text("撤回", "Withdraw"),
            ASK,
            OPEN,
            "withdrawn",
            stops=("take", "answer", "confirm"),
            reason=True,
        ),
    ),
)

ARTICLE = Flow(
    kind="requests.article",
    prefix="ZS",
    title=Text("知识条目", "Article"),
    view=KNOW,
    published=("published",),
    states={
        "draft": State(Text("待发布", "Draft"), tone="waiting"),
        "published": State(Text("已发布", "Published")),
        "retired": State(Text("已废止", "Retired"), final=True),
    },
    steps=(
        Step("draft", Text("起草", "Draft"), RESPOND, (), "draft"),
        Step(
            "publish",
            Text("发布", "Publish"),
            APPROVE,
            ("draft",),
            "published",
            other_person=True,
            key="v",
            main=True,
        ),
        Step(
            "retire",
            Text("废止", "Retire"),
            APPROVE,
            ("draft", "published"),
            "retired",
            reason=True,
        ),
    ),
)

FLOWS = (REQUEST, ARTICLE)

OF_THE_ASKER = ("confirm", "send_back", "withdraw")
"""Steps that belong to whoever asked."""

PUBLIC_STEPS = {"answered": ("confirm", "send_back")}
"""What whoever asked without an account may say by the number they were given."""

PUBLIC_WORDS = {
    "asked": Text("已收到，一周内答复", "Received; you will be answered within the week"),
    "taken": Text("有专人在办理", "Somebody is working on it"),
    "answered": Text("已答复，请确认是否解决", "Answered: please say whether it is solved"),
    "confirmed": Text("已办结", "Done"),
    "refused": Text("不予办理，理由如下", "Not taken up, for this reason"),
    "withdrawn": Text("已撤回", "Withdrawn"),
}

EVENTS = {"escalated": Text("超时督办", "Escalated")}
"""What else is entered in the trail, by name."""
