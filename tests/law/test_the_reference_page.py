import subprocess
import sys
from pathlib import Path

from watchroom.law import limits
from watchroom.law.reference import PAGE, page
from watchroom.law.rulebook import shipped

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "python -m watchroom.law.reference"


def test_the_page_of_limits_is_current() -> None:
    written = (ROOT / PAGE).read_text(encoding="utf-8")
    assert written == page(shipped()), f"the rules have changed: run `{COMMAND}`"


def test_every_rule_is_on_the_page_with_its_source_in_both_languages() -> None:
    lines = page(shipped()).splitlines()
    for rule in limits.rules():
        rows = [line for line in lines if line.startswith(f"| `{rule.id}` |")]
        assert any(rule.source.zh in row and rule.source.en in row for row in rows), rule.id
    assert (
        sum(line.startswith("## ") for line in lines) == len({r.group for r in limits.rules()}) + 3
    )


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    target = tmp_path / "页" / "limits.md"
    command = [sys.executable, "-m", "watchroom.law.reference", str(target)]
    subprocess.run(command, check=True, cwd=ROOT)
    assert target.read_text(encoding="utf-8") == page(shipped())
