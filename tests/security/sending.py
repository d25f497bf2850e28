"""What is sent with a row: a body that the schema admits, or a form filled in."""

from collections.abc import Mapping
from typing import Any

from .rows import Row, described, operation

PLAIN = {"integer": 1, "number": 1.0, "boolean": False, "object": {}, "null": None}
FORMATS = {
    "date-time": "2026-05-01T08:00:00+08:00",
    "date": "2026-05-01",
    "time": "08:00:00",
    "uuid": "0197a1f0-0000-7000-8000-000000000001",
    "uri": "https://example.org/",
    "binary": "",
}


def body(row: Row, known: Mapping[str, Any]) -> Any:
    """The smallest JSON that the schema of an operation admits, about things that are there."""
    content = operation(row).get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    return None if schema is None else _about(example(schema), known)


def _about(given: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(given, dict):
        return {key: known.get(key, _about(value, known)) for key, value in given.items()}
    return [_about(value, known) for value in given] if isinstance(given, list) else given


def query(row: Row) -> dict[str, Any]:
    """The parameters that an operation cannot do without."""
    given = operation(row).get("parameters", ())
    return {
        p["name"]: example(p["schema"]) for p in given if p["in"] == "query" and p.get("required")
    }


def example(schema: dict[str, Any]) -> Any:
    """A value that a JSON schema admits: its first choice, its least."""
    schema = _resolved(schema)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if kind := schema.get("type"):
        return _typed(kind, schema)
    return PLAIN["object"]


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return _resolved(schema[choice][0])
    if "$ref" not in schema:
        return schema
    name = schema["$ref"].rsplit("/", 1)[1]
    return _resolved(described()["components"]["schemas"][name])


def _typed(kind: str, schema: dict[str, Any]) -> Any:
    if kind == "object":
        wanted = schema.get("required", ())
        return {name: example(schema["properties"][name]) for name in wanted}
    if kind == "array" and "prefixItems" in schema:
        return [example(one) for one in schema["prefixItems"]]
    if kind == "array":
        return [example(schema["items"])] * schema.get("minItems", 1)
    if kind == "string":
        least = schema.get("minLength", 1)
        return FORMATS.get(schema.get("format", ""), "样" * max(least, 4))
    return max(PLAIN[kind], schema.get("minimum", 1)) if kind != "boolean" else False
