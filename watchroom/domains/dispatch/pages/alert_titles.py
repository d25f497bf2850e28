"""What the words of CAP 1.2 are called on the screen."""

from collections.abc import Mapping

from watchroom.base.text import Text

CATEGORY: Mapping[str, Text] = {
    "Safety": Text("公共安全", "Public safety"),
    "Security": Text("治安", "Security"),
    "Rescue": Text("救援", "Rescue"),
    "Fire": Text("火灾", "Fire"),
    "Transport": Text("交通", "Transport"),
    "Health": Text("卫生", "Health"),
    "Env": Text("环境", "Environment"),
    "Infra": Text("基础设施", "Infrastructure"),
    "CBRNE": Text("核生化爆", "CBRNE"),
    "Met": Text("气象", "Weather"),
    "Geo": Text("地质", "Geological"),
    "Other": Text("其他", "Other"),
}
URGENCY: Mapping[str, Text] = {
    "Immediate": Text("立即应对", "Immediate"),
    "Expected": Text("一小时内应对", "Expected, within the hour"),
    "Future": Text("近期应对", "Future"),
    "Past": Text("已过去", "Past"),
    "Unknown": Text("不明", "Unknown"),
}
SEVERITY: Mapping[str, Text] = {
    "Extreme": Text("特别严重", "Extreme"),
    "Severe": Text("严重", "Severe"),
    "Moderate": Text("较重", "Moderate"),
    "Minor": Text("一般", "Minor"),
    "Unknown": Text("不明", "Unknown"),
}
CERTAINTY: Mapping[str, Text] = {
    "Observed": Text("已发生", "Observed"),
    "Likely": Text("很可能", "Likely"),
    "Possible": Text("可能", "Possible"),
    "Unlikely": Text("不大可能", "Unlikely"),
    "Unknown": Text("不明", "Unknown"),
}
RESPONSE: Mapping[str, Text] = {
    "Shelter": Text("就地躲避", "Shelter"),
    "Evacuate": Text("撤离", "Evacuate"),
    "Prepare": Text("做好准备", "Prepare"),
    "Execute": Text("按预案行动", "Execute a plan"),
    "Avoid": Text("避开", "Avoid"),
    "Monitor": Text("关注后续", "Monitor"),
    "Assess": Text("研判", "Assess"),
    "AllClear": Text("解除", "All clear"),
    "None": Text("无需行动", "None"),
}
STATUS: Mapping[str, Text] = {
    "Actual": Text("实际", "Actual"),
    "Exercise": Text("演练", "Exercise"),
    "Test": Text("测试", "Test"),
}
VALID: Mapping[str, Text] = {
    "1h": Text("1 小时", "1 hour"),
    "2h": Text("2 小时", "2 hours"),
    "6h": Text("6 小时", "6 hours"),
    "12h": Text("12 小时", "12 hours"),
    "24h": Text("1 天", "1 day"),
    "72h": Text("3 天", "3 days"),
}
