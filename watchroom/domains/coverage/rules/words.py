"""What kinds of things are called."""

from collections.abc import Mapping

from watchroom.base.text import Text

POSTS: Mapping[str, Text] = {
    "duty": Text("执勤岗", "Duty post"),
    "quick": Text("快反点", "Quick-response point"),
    "school": Text("护学岗", "School post"),
    "gate": Text("卡口", "Gate post"),
    "joint": Text("联勤岗", "Joint patrol"),
    "zone": Text("巡区", "Patrol zone"),
}
PLANS: Mapping[str, Text] = {
    "daily": Text("日常勤务", "Daily duty"),
    "night": Text("夜间巡逻", "Night patrol"),
    "school": Text("护学勤务", "School duty"),
    "joint": Text("联勤联动", "Joint patrol"),
    "event": Text("专项勤务", "Special duty"),
}
FINDINGS: Mapping[str, Text] = {
    "absent": Text("无人在岗", "Nobody there"),
    "short": Text("人数不足", "Too few people"),
    "late": Text("迟到", "Late"),
    "equipment": Text("装备不齐", "Equipment missing"),
    "conduct": Text("履职不规范", "Conduct"),
    "records": Text("台账不全", "Records incomplete"),
    "place": Text("不在规定位置", "Not where the post is"),
    "other": Text("其他", "Something else"),
}
HOW: Mapping[str, Text] = {
    "position": Text("定位", "by position"),
    "qr": Text("扫码", "by QR code"),
    "desk": Text("代签", "by the desk"),
}
DAYS = (
    Text("周一", "Mon"),
    Text("周二", "Tue"),
    Text("周三", "Wed"),
    Text("周四", "Thu"),
    Text("周五", "Fri"),
    Text("周六", "Sat"),
    Text("周日", "Sun"),
)
"""Monday first: day 1 is DAYS[0]."""
