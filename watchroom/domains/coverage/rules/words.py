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
STREETS: Mapping[str, Text] = {
    "motorway": Text("高速公路", "Motorways"),
    "motorway_link": Text("高速匝道", "Motorway ramps"),
    "trunk": Text("快速路", "Trunk roads"),
    "trunk_link": Text("快速路匝道", "Trunk ramps"),
    "primary": Text("主干路", "Main roads"),
    "primary_link": Text("主干路匝道", "Main-road ramps"),
    "secondary": Text("次干路", "Secondary roads"),
    "secondary_link": Text("次干路匝道", "Secondary-road ramps"),
    "tertiary": Text("支路", "Minor roads"),
    "tertiary_link": Text("支路匝道", "Minor-road ramps"),
    "unclassified": Text("其他公路", "Other roads"),
    "residential": Text("居住区道路", "Residential streets"),
    "living_street": Text("生活街巷", "Living streets"),
    "service": Text("内部道路", "Service roads"),
    "track": Text("机耕路", "Tracks"),
    "pedestrian": Text("步行街", "Pedestrian streets"),
    "busway": Text("公交专用道", "Busways"),
}
OTHER_STREET = Text("其他道路", "Other streets")
BANDS = (
    Text("夜间 22–6 时", "Night, 22–6"),
    Text("工作日高峰 7–9、17–19 时", "Weekday peaks, 7–9, 17–19"),
    Text("白天", "Day"),
    Text("傍晚 19–22 时", "Evening, 19–22"),
)
"""The bands of hours of `road.learned.BANDS`, in their order."""
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
