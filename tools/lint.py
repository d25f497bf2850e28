"""ruff, mypy and import-linter, one after the other; all of them speak before any of them fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECKS = (
    (sys.executable, "-m", "ruff", "check", "."),
    (sys.executable, "-m", "ruff", "format", "--check", "."),
    (sys.executable, "-m", "mypy"),
    (sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"),
)

if __name__ == "__main__":
    codes = [subprocess.run(check, cwd=ROOT, check=False).returncode for check in CHECKS]
    sys.exit(max(map(abs, codes)))
