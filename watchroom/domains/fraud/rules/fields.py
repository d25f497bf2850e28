"""What a source may say of a warning, field by field, as people read it."""

from collections.abc import Mapping

from watchroom.base.text import Text

FIELDS: Mapping[str, Text] = {
    "source_id": Text("来源编号", "The source's own number"),
    "type": Text("诈骗类型", "Fraud type"),
    "occurred_at": Text("发生时间", "When it happened"),
    "phone": Text("电话", "Telephone"),
    "id_number": Text("证件号", "Identity number"),
    "name": Text("姓名", "Name"),
    "address": Text("地址", "Address"),
    "words": Text("内容", "Words"),
    "agency": Text("单位代码", "Agency code"),
    "amount": Text("涉及金额（元）", "Sum in danger (yuan)"),
    "score": Text("来源评分", "The source's score"),
    "age": Text("年龄", "Age"),
    "sex": Text("性别", "Sex"),
    "minutes_on_call": Text("通话分钟", "Minutes on the call"),
    "transferred": Text("已转账", "Has transferred"),
    "screen_shared": Text("屏幕共享", "Shares the screen"),
    "lon": Text("经度", "Longitude"),
    "lat": Text("纬度", "Latitude"),
    "corrects": Text("更正的来源编号", "Number of the warning it corrects"),
}
PERSONAL: Mapping[str, str] = {
    "phone": "phone",
    "id_number": "id",
    "name": "name",
    "address": "address",
    "words": "address",
}
"""Fields that tell who it is about, and how each is masked."""
