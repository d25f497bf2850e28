"""An auditor reads the trail: no entry of ours may show a bare code where a name belongs."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from watchroom.kernel.entry_titles import declared
from watchroom.kernel.registry import registry

ROOT = Path(__file__).resolve().parents[2] / "watchroom"
WRITES = {"record", "happened", "note", "_note"}
"""What writes an entry that is no step of a flow; the event is one of its arguments."""


def written() -> Iterator[tuple[str, Path]]:
    """Each literal event name that the code writes, with the file."""
    for path in sorted(ROOT.rglob("*.py")):
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in WRITES:
                for word in node.args[:3]:
                    if isinstance(word, ast.Constant) and isinstance(word.value, str):
                        yield word.value, path


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


EVENTS = sorted({(event, path.relative_to(ROOT).as_posix()) for event, path in written()})


@pytest.mark.parametrize(("event", "path"), EVENTS)
def test_an_entry_has_a_name_in_both_languages(event: str, path: str) -> None:
    domain = path.split("/")[1] if path.startswith("domains/") else "dispatch"
    kinds = [kind for kind, flow in registry.flows.items() if flow.domain == domain]
    if path == "kernel/people.py":
        kinds = ["staff"]
    full = [event] if "." in event else [f"{kind}.{event}" for kind in kinds]
    for one in full:
        title = declared(one)
        assert title is not None, f"{path} writes {one}, which nobody named"


def test_the_search_found_what_the_code_writes() -> None:
    names = {event for event, _ in EVENTS}
    assert {"escalated", "note", "dispatch.road.closed", "signin.failed"} <= names
