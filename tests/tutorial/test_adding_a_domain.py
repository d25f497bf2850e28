"""The tutorial "add a domain", followed to the letter in a copy of the tree."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.people import committed_county

__all__ = ["committed_county"]

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("add-a-domain.md", "add-a-domain.zh-CN.md")
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
ADDED = "watchroom/domains/lost_property/"
WRITTEN = {f"docs/reference/{name}.md" for name in ("flows", "indicators", "limits")}
INHERITED = "lost_property or sample_in_every_state or look_the_same or one_language"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def blocks(name: str) -> list[str]:
    """The commands a reader of the page runs."""
    text = (ROOT / "docs" / "tutorial" / name).read_text(encoding="utf-8")
    return [str(block) for block in BLOCK.findall(text)]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """What a clone holds, without its history or data: what git keeps, and no more."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        target = tmp_path / "clone" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    return tmp_path / "clone"


@pytest.fixture
def run(tree: Path) -> Run:
    """Runs a command in the copy, with this Python first on the path."""

    def do(*command: str, **env: str) -> "subprocess.CompletedProcess[str]":
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        place = {**os.environ, "PATH": path, "DJANGO_SETTINGS_MODULE": "watchroom.site.settings"}
        place.pop("PYTEST_ADDOPTS", None)
        done = subprocess.run(
            command, check=False, cwd=tree, env={**place, **env}, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done

    return do


@pytest.fixture
def added(tree: Path, run: Run) -> set[str]:
    """The tutorial done; the names of the files that changed by it."""
    before = _files(tree)
    for block in blocks(PAGES[0]):
        run("sh", "-euc", block)
    after = _files(tree)
    return {name for name in after if after[name] != before.get(name)}


def _files(tree: Path) -> dict[str, bytes]:
    skipped = ("__pycache__", ".import_linter_cache", ".ruff_cache")
    return {
        str(path.relative_to(tree)): path.read_bytes()
        for path in tree.rglob("*")
        if path.is_file() and not any(part in skipped for part in path.parts)
    }


def test_both_languages_run_the_same_commands() -> None:
    assert blocks(PAGES[0]) == blocks(PAGES[1])
    assert any(block.startswith("cp -r ") for block in blocks(PAGES[0]))


def test_a_domain_is_added_with_no_edit_elsewhere(
    run: Run, added: set[str], committed_county: SimpleNamespace
) -> None:
    assert {name for name in added if not name.startswith(ADDED)} == WRITTEN
    url = committed_county.database.owner_url
    saw: dict[str, Any] = json.loads(
        run(sys.executable, "-m", "tests.tutorial.walk", DATABASE_URL=url).stdout.splitlines()[-1]
    )
    _roles_received_it(saw)
    _the_right_people_see_it(saw)
    assert saw["worklist"] is True
    assert saw["figures"] is saw["counted"] is True


def _roles_received_it(saw: dict[str, Any]) -> None:
    assert not any(saw["before"].values())
    assert saw["fell"]["station_chief"] == [
        "lost_property.approve",
        "lost_property.respond",
        "lost_property.view",
    ]
    assert saw["fell"]["patrol_officer"] == [
        "lost_property.respond:needed",
        "lost_property.view:needed",
    ]
    assert saw["fell"]["it_admin"] == []
    assert saw["again"] == saw["fell"]


def _the_right_people_see_it(saw: dict[str, Any]) -> None:
    keeper, chief, colleague, stranger, elsewhere = saw["opened"].values()
    assert (keeper, chief, colleague, stranger, elsewhere) == (200, 200, 404, 404, 404)
    assert list(saw["found"].values()) == [True, True, False, False, False]
    assert list(saw["menu"].values()) == [True, True, True, False, False]
    assert list(saw["list"].values()) == [200, 200, 200, 403, 403]


def test_its_own_tests_and_the_inherited_ones_pass(
    run: Run, added: set[str], django_db_setup: None
) -> None:
    assert added
    run(
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        *("watchroom/domains/lost_property", "tests/conformance", "-k", INHERITED),
        WATCHROOM_TEST_DATABASE="test_tutorial",
        WATCHROOM_WRITE_BASELINES="1",  # as the page says, for a new domain
    )
