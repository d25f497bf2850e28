"""The page of flows, permissions and roles, from the registry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from watchroom.base.text import Text

if TYPE_CHECKING:
    from watchroom.kernel.flow import Flow, Step
    from watchroom.kernel.registry import Domain

STEP = ("步骤 Step", "从 From", "到 To", "权限 Permission", "时限 Clocks", "要求 Asks")
_INTRODUCTION = """\
# 流程与权限一览 Flows and permissions

<!-- Written by `python -m watchroom.site.reference`. Do not edit: change what it shows. -->

本页由各业务的 `flow.py`、`domain.py` 和 `kernel/roles.py` 生成；按钮、检查和测试出自同一份数据。
时限的出处见 [时限一览](limits.md)。

This page is written from each domain's `flow.py` and `domain.py` and from `kernel/roles.py`;
buttons, checks and tests come from the same data. Where a limit comes from stands in
[the limits](limits.md).

图中以圆点起止；停在原状态的步骤只列在表里。标“◦”的步骤不在事项页上：由专门的界面办理，或由系统随别的操作办理。
In the diagrams a dot begins and ends a life; steps that stay where they are stand in the table
only. A step marked ◦ is not on the page of the matter: it has a screen of its own, or the system
takes it along with another act.
"""


def page() -> str:
    """The whole page, in both languages."""
    from watchroom.kernel.registry import registry

    parts = [_INTRODUCTION]
    for domain in registry.domains.values():
        parts.append(f"\n## {_both(domain.title)} · `{domain.key}`\n")
        parts += [_flow(flow) for flow in domain.flows]
        parts.append(_permissions(domain))
    return "\n".join([*parts, _shell(), _roles()])


def _both(text: Text) -> str:
    return f"{text.zh} {text.en}"


def _flow(flow: Flow) -> str:
    lines = [f"### {_both(flow.title)} · `{flow.kind}`", ""]
    lines += [f"编号 Numbers: `{flow.prefix}…` · 查看 To see it: `{flow.view_permission}`", ""]
    lines += ["```mermaid", *_diagram(flow), "```", ""]
    lines += _table(STEP, (_step(flow, step) for step in flow.steps))
    if flow.clocks:
        rows = ((f"`{k}` {_both(c.title)}", f"`{c.rule}`") for k, c in flow.clocks.items())
        lines += ["", *_table(("时限 Clock", "规则 Rule"), rows)]
    return "\n".join([*lines, ""])


def _diagram(flow: Flow) -> Iterator[str]:
    yield "stateDiagram-v2"
    for name, state in flow.states.items():
        yield f'    state "{_both(state.title)}" as {name}'
    for step in flow.steps:
        if step.target:
            for source in step.sources or ("[*]",):
                yield f"    {source} --> {step.target}: {_both(step.title)}"
    yield from (f"    {name} --> [*]" for name, state in flow.states.items() if state.final)


def _step(flow: Flow, step: Step) -> tuple[str, ...]:
    states = flow.states
    return (
        f"`{step.name}` {_both(step.title)}" + (" ◦" if step.hidden else ""),
        "、".join(states[s].title.zh for s in step.sources) or "—",
        _both(states[step.target].title) if step.target else "＝",
        f"`{step.permission}`",
        " ".join(_clocks(step)) or "—",
        " ".join(_asks(step)) or "—",
    )


def _clocks(step: Step) -> Iterator[str]:
    marks = {"starts": "▶", "stops": "■", "pauses": "‖", "resumes": "▷", "restarts": "↻"}
    for verb, mark in marks.items():
        yield from (f"{mark}`{clock}`" for clock in getattr(step, verb))


def _asks(step: Step) -> Iterator[str]:
    yield from (f"`{name}`" for name in step.needs)
    if step.reason:
        yield "理由 a reason"
    if step.other_person:
        yield "另一人 another person"


def _permissions(domain: Domain) -> str:
    rows = ((f"`{key}`", _both(title)) for key, title in domain.permissions.items())
    return "\n".join([*_table(("权限 Permission", "含义 Meaning"), rows), ""])


def _shell() -> str:
    from watchroom.kernel.registry import SHELL

    rows = ((f"`{key}`", _both(title)) for key, title in SHELL.items())
    return "\n".join(
        ["\n## 平台权限 Permissions of the shell\n", *_table(("权限", "含义"), rows), ""]
    )


def _roles() -> str:
    from watchroom.kernel.roles import ROLES, permissions_of

    said = """
## 岗位 Roles

新单位启用时的岗位；之后由单位自行调整。`:needed` 只在本人参与的事项上有效。
Roles as they are laid down; an agency may change them afterwards. `:needed` holds only on matters
one is involved in.
"""
    rows = (
        (f"`{key}` {_both(role.title)}", " ".join(f"`{p}`" for p in permissions_of(key)))
        for key, role in ROLES.items()
    )
    return "\n".join([said, *_table(("岗位 Role", "权限 Permissions"), rows), ""])


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *map(list, rows)]
    return ["| " + " | ".join(cells) + " |" for cells in lines]
