"""What the entries of the trail are called: those every matter may have, and everybody else's."""

from watchroom.base.text import Text

from .registry import registry

TITLES: dict[str, Text] = {
    "note": Text("备注", "Note"),
    "overdue": Text("超时", "Overdue"),
    "linked": Text("关联事项", "Linked"),
    "document_added": Text("添加文件", "Document added"),
    "document_read": Text("查看文件", "Document read"),
    "unlinked": Text("解除关联", "Unlinked"),
    "extension_asked": Text("申请延长期限", "More time asked for"),
    "extended": Text("批准延长期限", "More time granted"),
    "extension_refused": Text("不予延长期限", "More time refused"),
    "extension_withdrawn": Text("撤回延长申请", "Request for more time withdrawn"),
    "corrected": Text("更正", "Corrected"),
    "personal_read": Text("查看个人信息", "Personal data read"),
    "held": Text("保全", "Put under legal hold"),
    "hold_lifted": Text("解除保全", "Legal hold lifted"),
    "sealed": Text("封存", "Sealed"),
    "unsealed": Text("解除封存", "Seal lifted"),
}
SHELL: dict[str, Text] = {
    "search.person": Text("按号码查找", "Search by a number"),
    "figures.exported": Text("导出指标或图表", "Figures or a chart exported"),
    "trail.exported": Text("导出留痕", "Trail exported"),
    "signin.entered": Text("登录", "Signed in"),
    "signin.left": Text("退出登录", "Signed out"),
    "signin.failed": Text("登录失败", "Sign-in failed"),
    "signin.locked": Text("账号锁定", "Account locked"),
    "trail.verified": Text("校验留痕", "Trail verified"),
    "organisation.agencies_imported": Text("导入单位", "Agencies imported"),
    "organisation.agency_moved": Text("单位调整隶属", "Agency came under another"),
    "organisation.units_imported": Text("导入警力", "Units imported"),
    "organisation.staff_imported": Text("导入人员", "Staff imported"),
    "organisation.beats_imported": Text("导入警格", "Beats imported"),
    "staff.session_ended": Text("结束登录会话", "Session ended"),
    "phone.cut_off": Text("停用遗失手机", "Lost phone cut off"),
    "phone.wiped": Text("手机已清除", "Phone wiped"),
    "staff.added": Text("添加人员", "Person added"),
    "staff.changed": Text("修改人员", "Person changed"),
    "staff.post_given": Text("授予岗位", "Post given"),
    "staff.post_ended": Text("撤销岗位", "Post ended"),
    "staff.unlocked": Text("解除锁定", "Unlocked"),
    "staff.password_changed": Text("修改密码", "Password changed"),
    "staff.password_reset": Text("重置密码", "Password reset"),
    "staff.signed_out_everywhere": Text("所有设备退出", "Signed out everywhere"),
    "staff.second_factor_on": Text("开启两步验证", "Second factor on"),
    "staff.second_factor_off": Text("关闭两步验证", "Second factor off"),
    "staff.provider_linked": Text("关联统一身份", "Identity provider linked"),
    "token.created": Text("发放令牌", "Token issued"),
    "token.revoked": Text("吊销令牌", "Token revoked"),
    "webhook.subscribed": Text("订阅推送", "Webhook subscribed"),
    "webhook.paused": Text("暂停推送", "Webhook paused"),
    "webhook.resumed": Text("恢复推送", "Webhook resumed"),
    "webhook.ended": Text("停止推送", "Webhook ended"),
    "retention.erased": Text("到期清除个人信息", "Personal data erased when its time was over"),
    "retention.policy_set": Text("设定清除须批准", "Said what must be approved before erasure"),
    "retention.proposed": Text("提出清除清单", "Erasure proposed"),
    "retention.approved": Text("批准清除", "Erasure approved"),
    "retention.refused": Text("不予清除", "Erasure refused"),
    "subject.asked": Text("申请查阅本人信息", "Own data asked for"),
    "subject.approved": Text("批准查阅本人信息", "Own data approved to be given"),
    "subject.refused": Text("不予查阅本人信息", "Own data refused"),
    "subject.exported": Text("导出本人信息", "Own data exported"),
    "looks.reviewed": Text("复核个人信息查阅", "Look at personal data reviewed"),
    "kernel.history.brought_in": Text("导入历史", "History brought in"),
}


def of(event: str) -> Text:
    """What an event is called; the bare name of one that nobody named."""
    return declared(event) or Text(event, event)


def declared(event: str) -> Text | None:
    """What an event is called, or None for one that nobody named.

    A step has its flow's title; a domain names its other events in `flow.EVENTS` by the last part
    of their names or in full.
    """
    if event in SHELL:
        return SHELL[event]
    kind, _, name = event.rpartition(".")
    flow = registry.flows.get(kind)
    if flow is None:
        return _in_domain(event.split(".", maxsplit=1)[0], event, name)
    if name in flow.by_name:
        return flow.by_name[name].title
    return TITLES.get(name) or _in_domain(flow.domain, event, name)


def _in_domain(domain: str, event: str, name: str) -> Text | None:
    if domain not in registry.domains:
        return None
    said: dict[str, Text] = registry.domains[domain].part("flow", "EVENTS", {})
    return said.get(event) or said.get(name)
