"""What pydantic found wrong with a request, as sentences."""

from collections.abc import Iterable, Mapping
from typing import Any

from watchroom.base.text import Text

SENTENCES = {
    "missing": Text("必须填写", "is required"),
    "extra_forbidden": Text("没有这个字段", "is not a known field"),
    "string_too_short": Text("至少 {min_length} 个字符", "needs at least {min_length} characters"),
    "string_too_long": Text("最多 {max_length} 个字符", "takes at most {max_length} characters"),
    "greater_than_equal": Text("不得小于 {ge}", "must be at least {ge}"),
    "greater_than": Text("必须大于 {gt}", "must be more than {gt}"),
    "less_than_equal": Text("不得大于 {le}", "must be at most {le}"),
    "less_than": Text("必须小于 {lt}", "must be less than {lt}"),
    "literal_error": Text("只能是：{expected}", "must be one of {expected}"),
    "enum": Text("只能是：{expected}", "must be one of {expected}"),
    "json_invalid": Text("不是有效的 JSON", "is not valid JSON"),
    "timezone_aware": Text("时间必须带时区", "needs a time zone"),
}
BY_KIND = {
    "int": Text("应为整数", "should be a whole number"),
    "float": Text("应为数字", "should be a number"),
    "decimal": Text("应为数字", "should be a number"),
    "bool": Text("应为 true 或 false", "should be true or false"),
    "string": Text("应为文本", "should be text"),
    "datetime": Text("应为日期时间（ISO 8601）", "should be a date and time (ISO 8601)"),
    "date": Text("应为日期（ISO 8601）", "should be a date (ISO 8601)"),
    "list": Text("应为列表", "should be a list"),
    "dict": Text("应为对象", "should be an object"),
    "model": Text("应为对象", "should be an object"),
    "uuid": Text("应为 UUID", "should be a UUID"),
}
OTHER = Text("格式不正确", "has the wrong form")


def field_errors(errors: Iterable[Mapping[str, Any]], lang: str) -> list[dict[str, str]]:
    """One `{"field", "sentence"}` for each thing that is wrong."""
    return [{"field": _field(e), "sentence": _sentence(e).say(lang)} for e in errors]


def _field(error: Mapping[str, Any]) -> str:
    """Where it is wrong: without "body" and the name of the view's argument, which nobody sent."""
    place = [str(part) for part in error["loc"]]
    skip = 2 if place[0] in ("body", "form") and len(place) > 2 else 1
    return ".".join(place[skip:]) or place[-1]


def _sentence(error: Mapping[str, Any]) -> Text:
    kind = str(error["type"])
    text = SENTENCES.get(kind) or BY_KIND.get(kind.split("_", maxsplit=1)[0], OTHER)
    return text.format(**error.get("ctx", {}))
