"""Undocumented fails the build; so does a page that is no longer true."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from watchroom.figures import proof
from watchroom.figures.indicator import SHARES
from watchroom.kernel.indicators import all_indicators
from watchroom.site.reference import commands
from watchroom.site.reference import pages as reference

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PURE = ("base", "law", "road", "plan", "figures")
STOREYS = (*PURE, "kernel", "domains", "desk", "city", "site")
COMMAND = "python -m watchroom.site.reference"
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
SETTING = re.compile(r"""(?:\benv|environ\.get)\(\s*"([A-Z_]+)\"""")
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])


def _public(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Functions and classes whose names say that others may use them, and their methods."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for node in tree.body:
        if isinstance(node, kinds) and not node.name.startswith("_"):
            yield node.name, node
            for inner in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(inner, kinds) and not inner.name.startswith("_"):
                    yield f"{node.name}.{inner.name}", inner


@pytest.mark.parametrize("storey", PURE)
def test_everything_public_in_the_pure_storeys_says_what_it_is(storey: str) -> None:
    silent = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted((ROOT / "watchroom" / storey).rglob("*.py"))
        for name, node in _public(ast.parse(path.read_text(encoding="utf-8")))
        if not ast.get_docstring(node)
    ]
    assert silent == []


@pytest.mark.parametrize("storey", STOREYS)
def test_every_storey_says_what_it_may_never_do(storey: str) -> None:
    text = (ROOT / "watchroom" / storey / "README.md").read_text(encoding="utf-8")
    assert "may never" in text


def test_the_reference_is_current() -> None:
    for name, page in reference.PAGES.items():
        written = (DOCS / "reference" / name).read_text(encoding="utf-8")
        assert written == page(), f"run `{COMMAND}`"


def test_every_indicator_says_what_it_counts_out_of_what_and_by_which_time() -> None:
    told = (DOCS / "reference" / "indicators.md").read_text(encoding="utf-8")
    for name, one in all_indicators().items():
        assert f"· `{name}`" in told, name
        assert (one.of is not None) == (one.unit in SHARES), f"{name}: out of what?"
        ended = re.search(r'"(closed_at|ended_at)" AS "at"', proof.query(one))
        assert (one.by == "closing") == bool(ended), f"{name}: by which time?"
        assert proof.sources(one), name


def test_every_command_is_in_the_documentation() -> None:
    told = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    assert [name for name in commands.names() if f"## `{name}" not in told] == []


@pytest.mark.parametrize("name", ["install.md", "install.zh-CN.md"])
def test_every_setting_is_in_both_tables_and_no_other(name: str) -> None:
    rows = (DOCS / "how-to" / name).read_text(encoding="utf-8").split("|---|---|---|\n")[1]
    told = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", rows))
    read: set[str] = set()
    for path in (ROOT / "watchroom").rglob("*.py"):
        if "tests" not in path.parts:
            read |= set(SETTING.findall(path.read_text(encoding="utf-8")))
    assert told == read - {"DJANGO_SETTINGS_MODULE"}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = [to for to in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in to]
    assert [to for to in links if not (page.parent / to).exists()] == []


GUIDES = [p for p in PAGES if (p.with_name(p.name.replace(".md", ".zh-CN.md"))).exists()]


@pytest.mark.parametrize("page", GUIDES, ids=lambda p: p.name)
def test_both_editions_have_the_same_parts(page: Path) -> None:
    other = page.with_name(page.name.replace(".md", ".zh-CN.md"))
    shapes = [
        re.findall(r"^(#+) |^(```)", p.read_text("utf-8"), re.MULTILINE) for p in (page, other)
    ]
    assert shapes[0] == shapes[1]
    assert len(GUIDES) >= 6
