"""What can come of a message, a call, a visit and a case: codes, with what each one asks for."""

from collections.abc import Collection, Mapping

from watchroom.base.text import Text

CALL_RESULTS: Mapping[str, Text] = {
    "no_answer": Text("无人接听", "No answer"),
    "engaged": Text("正在通话中", "Engaged"),
    "off": Text("关机或不在服务区", "Switched off"),
    "hung_up": Text("接听后挂断", "Hung up"),
    "wrong_number": Text("不是本人号码", "Somebody else's number"),
}
VISIT_RESULTS: Mapping[str, Text] = {
    "not_home": Text("不在家", "Not at home"),
    "not_opened": Text("不开门", "Does not open"),
    "wrong_address": Text("地址不对", "Wrong address"),
    "danger": Text("现场有危险", "Danger on scene"),
}
HOW: Mapping[str, Text] = {
    "phone": Text("电话", "By telephone"),
    "visit": Text("见面", "In person"),
    "message": Text("短信回复", "Answered the message"),
    "family": Text("家属协助接通", "Through the family"),
}
VERIFIED: Mapping[str, Text] = {
    "seen": Text("当面核对证件", "Identity card seen"),
    "digits": Text("核对证件尾号和姓名", "Name and last digits asked"),
    "registered": Text("实名登记号码接听", "Answered on the registered number"),
    "family": Text("家属确认", "Confirmed by the family"),
}
OUTCOMES: Mapping[str, Text] = {
    "dissuaded": Text("劝阻成功", "Dissuaded"),
    "partly_lost": Text("部分受损，已劝阻", "Partly lost, then dissuaded"),
    "lost": Text("已经受骗", "Already lost"),
    "not_convinced": Text("本人不听劝", "Not convinced"),
    "not_victim": Text("不是被骗", "Not a victim"),
}
BECAUSE: Mapping[str, Text] = {
    "not_victim": Text("不是被骗（误报）", "Not a victim (false alarm)"),
    "duplicate": Text("重复", "Duplicate"),
    "cannot_be_found": Text("查无此人", "Cannot be found"),
    "elsewhere": Text("已转其他地区", "Passed to another district"),
}
EVIDENCE: Mapping[str, Text] = {
    "A": Text("A：银行记录的止付或退回", "A: the bank's record of a stopped or returned transfer"),
    "B": Text("B：转账页面、聊天记录等客观材料", "B: transfer screens, messages or the like"),
    "C": Text("C：本人陈述", "C: what the person says"),
    "none": Text("无金额", "No sum"),
}
REVISIT_RESULTS: Mapping[str, Text] = {
    "safe": Text("没有再受骗", "No further loss"),
    "lost_since": Text("回访前又受骗", "Lost money since"),
    "not_reached": Text("回访未联系上", "Not reached"),
}
DANGERS: Mapping[str, Text] = {
    "transferring": Text("正在转账，拦不住", "Is transferring and cannot be stopped"),
    "going_out": Text("正前往现场交付财物", "Is on the way to hand over valuables"),
    "self_harm": Text("有自伤可能", "May harm themselves"),
    "offender_there": Text("嫌疑人在场", "The offender is there"),
    "visit_failed": Text("上门没有见到", "Not met on the visit"),
}
NEEDED_FIRST = ("message", "call", "not_met")
"""Nobody "cannot be found" before a message, a call and a visit were tried."""
TRIED: Mapping[str, Text] = {
    "message": Text("短信", "a message"),
    "call": Text("电话", "a call"),
    "not_met": Text("上门", "a visit"),
}


def why_not_dismissed(because: str, tried: Collection[str]) -> Text | None:
    """Why a case cannot be ended like this; None where it can."""
    missing = [TRIED[step] for step in NEEDED_FIRST if step not in tried]
    if because != "cannot_be_found" or not missing:
        return None
    zh = "、".join(text.zh for text in missing)
    en = ", ".join(text.en for text in missing)
    return Text(
        f"还没有试过{zh}，不能记为查无此人", f"Not yet tried: {en}. It cannot end as not found"
    )


def why_no_outcome(
    outcome: str, evidence: str, saved_fen: int | None, lost_fen: int | None
) -> Text | None:
    """Why this is no outcome; None where it is. A sum always has its class of evidence."""
    if any(sum_ is not None and sum_ < 0 for sum_ in (saved_fen, lost_fen)):
        return Text("金额不能小于零", "A sum cannot be below zero")
    if evidence == "none" and (saved_fen or lost_fen):
        return Text("写了金额就要选证据类别", "A sum needs its class of evidence")
    if outcome in ("lost", "partly_lost") and not lost_fen:
        return Text("已经受骗的要写损失金额", "Say how much was lost")
    return None
