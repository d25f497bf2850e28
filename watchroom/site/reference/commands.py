"""The page of commands, from the command line itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from watchroom.site.command_line import app

_INTRODUCTION = """\
# 命令一览 Commands

<!-- Written by `python -m watchroom.site.reference`. Do not edit: change the commands. -->

在克隆里用 `.venv/bin/watchroom`，安装后用 `watchroom`。任何命令加 `--help` 都会说明自己。
In a clone it is `.venv/bin/watchroom`, once installed `watchroom`. Every command explains itself
with `--help`.
"""


def page() -> str:
    """The whole page, in both languages."""
    return "\n".join([_INTRODUCTION, *_told(typer.main.get_command(app), "watchroom")])


def names() -> list[str]:
    """Every command, in full: "watchroom trail verify"."""
    return [path for path, _ in _every(typer.main.get_command(app), "watchroom")]


def _every(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Each command that does something, with its full name; a group may do something itself."""
    inner = getattr(command, "commands", {})
    if not inner or command.invoke_without_command:
        yield path, command
    for name, one in inner.items():
        yield from _every(one, f"{path} {name}")


def _told(command: Any, path: str) -> Iterator[str]:
    for name, one in _every(command, path):
        arguments = [p for p in one.params if p.param_type_name == "argument"]
        options = [p for p in one.params if p.param_type_name == "option"]
        yield f"## `{' '.join([name, *(_placed(p) for p in arguments)])}`\n\n{_help(one.help)}\n"
        if arguments or options:
            yield "| | 含义 Meaning | 默认 Default |\n| --- | --- | --- |"
            yield from (f"| `{_placed(p)}` | {_help(p.help)} | {_usual(p)} |" for p in arguments)
            yield from (
                f"| `{'` `'.join(_opts(p))}` | {_help(p.help)} | {_usual(p)} |" for p in options
            )
            yield ""


def _placed(argument: Any) -> str:
    name = argument.name.upper()
    return name if argument.required else f"[{name}]"


def _opts(option: Any) -> list[str]:
    return [*option.opts, *option.secondary_opts]


def _help(text: str | None) -> str:
    return " ".join((text or "").split())


def _usual(param: Any) -> str:
    if param.required:
        return "必填 required"
    return f"`{param.default}`" if param.default not in (None, "", [], ()) else "—"
