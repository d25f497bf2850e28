"""What the operations guide and `ops/` say is true: commands run, queries name real series."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.urls import Resolver404, resolve

from tests.plugin import ROOT
from tests.site.conftest import folder, made, pattern
from watchroom.desk import measuring
from watchroom.desk.live import app as live
from watchroom.site.reference import commands

__all__ = ["folder", "made", "pattern"]
OPS = ROOT / "ops"
GUIDES = [ROOT / "docs" / "how-to" / name for name in ("operate.md", "operate.zh-CN.md")]
BLOCK = re.compile(r"^```(\S+)( run)?\n(.*?)^```", re.M | re.S)
METRIC = re.compile(r"\bwatchroom_[a-z_]+")
KNOWN = {name.removeprefix("watchroom ") for name in commands.names()}
UNITS = sorted((OPS / "systemd").iterdir())


def blocks(guide: Path) -> list[tuple[str, bool, list[str]]]:
    found = BLOCK.findall(guide.read_text(encoding="utf-8"))
    return [(kind, bool(run), said.splitlines()) for kind, run, said in found]


def lines(guide: Path, *, run: bool | None = None) -> list[str]:
    every = blocks(guide)
    return [
        one for kind, runs, said in every if kind == "sh" and run in (None, runs) for one in said
    ]


def test_both_languages_tell_the_same_commands() -> None:
    english, chinese = (blocks(guide) for guide in GUIDES)
    assert english == chinese and len(english) >= 8


def test_every_command_of_ours_exists_and_every_file_lies_there() -> None:
    known = KNOWN
    for line in lines(GUIDES[0]):
        words = shlex.split(line)
        if words[0] == "watchroom":
            assert words[1] in known or " ".join(words[1:3]) in known, line
        for word in words:
            if word.startswith("ops/"):
                assert list(ROOT.glob(word)), line
    for guide in GUIDES:
        for said in re.findall(r"`(ops/[\w./-]+)`", guide.read_text(encoding="utf-8")):
            assert (ROOT / said).exists(), said


def test_every_address_in_the_guide_leads_somewhere() -> None:
    for guide in GUIDES:
        for said in re.findall(r"`(/[a-z]+/?)`", guide.read_text(encoding="utf-8")):
            try:
                resolve(said)
            except Resolver404:
                pytest.fail(f"{guide.name}: {said}")


def test_the_lines_that_can_run_here_run(made: Path) -> None:
    """On a database of their own: what is marked `run`, after the first migration."""
    env = {"PATH": "/usr/bin:/bin", "WATCHROOM_DATA": str(made), "PYTHONPATH": str(ROOT)}
    program = [sys.executable, "-m", "watchroom.site.command_line"]
    said: dict[str, subprocess.CompletedProcess[str]] = {}
    for line in ["watchroom migrate", *lines(GUIDES[0], run=True)]:
        said[line] = subprocess.run(
            program + shlex.split(line)[1:], env=env, capture_output=True, text=True, check=False
        )
    for line, done in said.items():
        expected = (0, 1) if line == "watchroom check" else (0,)  # no map yet: it must say so
        assert done.returncode in expected and "Traceback" not in done.stderr, (line, done.stderr)
    assert "✓ 数据库结构是最新的" in said["watchroom check"].stdout


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_the_units_as_they_are(unit: Path, tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not here")
    for one in UNITS:  # a timer wants its service beside it; the program lies elsewhere here
        text = one.read_text(encoding="utf-8")
        text = text.replace("/srv/watchroom/.venv/bin/watchroom", "/bin/true")
        (tmp_path / one.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [program, "verify", "--recursive-errors=no", str(tmp_path / unit.name)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    ours = [line for line in done.stderr.splitlines() if unit.name in line]
    assert not ours, ours


def test_every_service_runs_a_command_that_exists() -> None:
    known = KNOWN
    services = [unit for unit in UNITS if unit.suffix == ".service"]
    assert {unit.stem for unit in services} >= {
        f"watchroom-{n}" for n in ("serve", "live", "worker")
    }
    for unit in services:
        (command,) = re.findall(r"^ExecStart=\S+ (\w+)", unit.read_text(), re.M)
        assert command in known
        assert "User=watchroom" in unit.read_text()


INSTRUCTIONS = {
    "FROM", "WORKDIR", "COPY", "RUN", "USER", "ENV", "VOLUME", "EXPOSE", "HEALTHCHECK",
    "ENTRYPOINT", "CMD",
}  # fmt: skip


def test_the_container_file_reads_well_and_ends_as_nobody_special() -> None:
    """Read, not built: that needs a container engine and a network."""
    text = re.sub(r"\\\n\s*", "", (OPS / "container" / "Containerfile").read_text())
    told = [line.split(maxsplit=1) for line in text.splitlines() if line and line[0] != "#"]
    assert {word for word, _ in told} <= INSTRUCTIONS
    assert [rest for word, rest in told if word == "USER"][-1] == "watchroom"
    assert all(
        ":latest" not in rest and ":" in rest.split()[0] for word, rest in told if word == "FROM"
    )
    for word, rest in told:
        if word in ("CMD", "ENTRYPOINT"):
            assert isinstance(json.loads(rest), list)
        if word == "COPY" and not rest.startswith("--from"):
            assert (ROOT / rest.split()[0]).exists()
    assert not re.search(r"SECRET|PASSWORD|TOKEN", text)


def test_the_services_of_the_compose_file_run_commands_that_exist() -> None:
    told = yaml.safe_load((OPS / "container" / "compose.yaml").read_text())
    known, ours = KNOWN, {"serve", "live", "worker"}
    assert ours <= set(told["services"])
    assert all(told["services"][name]["command"][0] in known for name in ours)


@pytest.fixture
def series(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The name of every series there can be."""
    from datetime import UTC, datetime

    monkeypatch.setattr(measuring.gauges, "worker_silent_s", lambda: 1.0)
    monkeypatch.setattr(measuring.health, "last_backup", lambda: datetime.now(UTC))
    found = {family.name for family in measuring.Standing().collect()}
    found |= {"watchroom_requests_total", *METRIC.findall(live.SERIES)}
    return found | {f"watchroom_request_seconds_{part}" for part in ("bucket", "count", "sum")}


@pytest.mark.django_db
def test_every_query_names_a_series_that_exists(series: set[str]) -> None:
    board: dict[str, Any] = json.loads((OPS / "grafana" / "watchroom.json").read_text())
    queries = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    alerts = yaml.safe_load((OPS / "prometheus" / "alerts.yaml").read_text())
    rules = [rule["expr"] for group in alerts["groups"] for rule in group["rules"]]
    assert len(queries) >= 15 and len(rules) >= 6
    for query in queries + rules:
        named = set(METRIC.findall(query))
        assert named and named <= series, query
    assert set(METRIC.findall(" ".join(queries))) == series - {"watchroom_request_seconds_sum"}, (
        "a series nobody looks at"
    )


def test_the_panels_of_the_dashboard_do_not_overlap() -> None:
    board: dict[str, Any] = json.loads((OPS / "grafana" / "watchroom.json").read_text())
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not taken & cells and at["x"] + at["w"] <= 24
        taken |= cells
