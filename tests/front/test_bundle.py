"""The bundle: its unit tests, its types, its lock file, and no script or style inside any page."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from frame import guide_rows, render

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "frontend"


def node(*command: str) -> subprocess.CompletedProcess[str]:
    npx = shutil.which("npx")
    if npx is None or not (FRONTEND / "node_modules").exists():
        pytest.skip("node and the installed packages are needed")
    return subprocess.run(
        [npx, *command], cwd=FRONTEND, capture_output=True, text=True, check=False
    )


def test_the_unit_tests_pass() -> None:
    done = node("node", "test.mjs")
    assert done.returncode == 0, done.stdout[-4000:]


def test_the_types_agree() -> None:
    done = node("tsc", "--noEmit")
    assert done.returncode == 0, done.stdout[-4000:]


def test_the_lock_file_names_no_server_to_fetch_from() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    packages = [one for path, one in lock["packages"].items() if path]
    assert packages
    assert [one for one in packages if "resolved" in one] == []
    assert [one for one in packages if "integrity" not in one] == []


def test_every_package_has_a_licence_we_may_ship() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    free = {"MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0", "MPL-2.0", "Zlib"}
    free |= {"MIT OR Apache-2.0", "(MIT OR Apache-2.0)", "BSD-3-Clause AND Apache-2.0", "Unlicense"}
    given = {path: one.get("license") for path, one in lock["packages"].items() if path}
    assert {path: licence for path, licence in given.items() if licence not in free} == {}


def test_pages_carry_no_inline_script_and_no_inline_style() -> None:
    html = render("style_guide.html", rows=guide_rows("zh"))
    assert re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", html) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=", html) == []
