"""The access matrix as a page of the documents: `python -m tests.security.document` writes it."""

import os
from collections.abc import Iterator
from pathlib import Path

import django
from django.apps import apps

if not apps.ready:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "watchroom.site.settings")
    django.setup()

from watchroom.kernel.roles import ROLES, permissions_of

from .expected import need_of
from .needs import NEEDED, Need
from .rows import rows

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "security" / "access-matrix.md"

HEAD = """# Who gets in where

Written by `python -m tests.security.document` from the addresses there are, what is expected of
each (`tests/security/expected.toml`) and the roles as they are laid down on the first day. The
suite asks every row; `make security` asks every row as every role in every relation. An address
without an expectation fails the build.

`+` gets in · `n` gets in where involved (a matter one was given, a beat of one's own) ·
`·` is kept out, with the answer that a thing which is not there gives.
*here*: where the thing's agency lies at or below the post, or where needed. *over*: there outright,
or in a beat of one's own. *own*: only whoever it belongs to. *anywhere*: a list or a form, which
shows what one may see. In a neighbouring agency, without a post, signed out, with an expired
session or after leaving the service, every row but *signed-in*, *anywhere* and *everybody* is
`·`; a machine gets in by its scopes, in its agency and below, and only under `/api/`.
"""


def written() -> str:
    """The page."""
    held = {key: frozenset(permissions_of(key)) for key in ROLES}
    parts = [HEAD, *_tables(held)]
    return "\n".join(parts) + "\n"


def _tables(held: dict[str, frozenset[str]]) -> Iterator[str]:
    titles = " | ".join(ROLES[key].title.en for key in held)
    last = ""
    for row in rows():
        need = need_of(row)
        if need.mode == "no-method":
            continue
        name = _heading(row.route, row.step is not None)
        if name != last:
            yield f"\n## {name}\n\n| | asks for | {titles} |\n|---|---|{'---|' * len(held)}"
            last = name
        said = f"{need.mode} {need.permission}".strip()
        key = row.key.replace("|", "\\|")
        yield f"| `{key}` | {said} | {' | '.join(_mark(need, one) for one in held.values())} |"


def _heading(route: str, step: bool) -> str:
    if step:
        return "Steps of matters"
    if route.startswith("api/"):
        return f"Machines: {route.split('/')[2] or 'root'}"
    return "Pages"


def _mark(need: Need, permissions: frozenset[str]) -> str:
    if need.mode in ("everybody", "signed-in"):
        return "+"
    if need.mode in ("own", "nobody"):
        return "·"
    marks = {_part(need.mode, part.split("|"), permissions) for part in need.permission.split("+")}
    return next(mark for mark in "·n+" if mark in marks)


def _part(mode: str, asked: list[str], permissions: frozenset[str]) -> str:
    if any(p in permissions for p in asked):
        return "+"
    if any(p + NEEDED in permissions for p in asked):
        return "+" if mode == "anywhere" else "n"
    return "·"


def main() -> None:
    """Write it."""
    DOCUMENT.parent.mkdir(parents=True, exist_ok=True)
    DOCUMENT.write_text(written(), "utf-8")


if __name__ == "__main__":
    main()
