"""Fixtures of the browser tests: the bundle built, one Chromium, one small server."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FRONTEND = ROOT / "frontend"
BUILT = ROOT / "watchroom/desk/static/desk/built"
CHROMIUM = os.environ.get("WATCHROOM_CHROMIUM", "/usr/bin/chromium")
sys.path.insert(0, str(HERE))

from desk_server import DeskServer, serving  # noqa: E402
from patience import MILLISECONDS  # noqa: E402

expect.set_options(timeout=MILLISECONDS)  # a machine busy with other things is not a broken page

if not settings.configured and "DJANGO_SETTINGS_MODULE" not in os.environ:
    settings.configure()


def newest(folder: Path) -> float:
    return max(path.stat().st_mtime for path in folder.rglob("*") if path.is_file())


@pytest.fixture(scope="session")
def built() -> Path:
    """The bundle of the sources as they are now."""
    with (FRONTEND / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of several workers one builds, the others find it built
        if not (BUILT / "page.js").exists() or newest(BUILT) < max(
            newest(FRONTEND / "src"), newest(FRONTEND / "styles")
        ):
            build()
    return BUILT


def build() -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("the bundle is not built and there is no npm to build it with")
    if not (FRONTEND / "node_modules").exists():
        subprocess.run([npm, "ci", "--ignore-scripts"], cwd=FRONTEND, check=True)
    subprocess.run([npm, "run", "build"], cwd=FRONTEND, check=True)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Closed with its module: Playwright's loop must not run on into tests of the database."""
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--enable-unsafe-swiftshader"]
        )
        yield browser
        browser.close()


@pytest.fixture
def desk(built: Path) -> Iterator[DeskServer]:
    with serving() as server:
        server.routes["/live/stream"] = lambda _: (204, {}, b"")
        yield server


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about: script errors, refused content, console errors."""
    return []


@pytest.fixture
def screen(chromium: Browser, complaints: list[str]) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(MILLISECONDS)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    yield page
    context.close()
