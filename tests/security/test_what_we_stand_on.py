"""Parts of others: pinned by their hashes, under licences we may use, named in a bill."""

import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement

from tools import sbom

ROOT = Path(__file__).resolve().parents[2]
LOCKS = (ROOT / "requirements.lock", ROOT / "requirements-dev.lock")
NPM = ROOT / "frontend" / "package-lock.json"
ALLOWED = re.compile(
    r"\b(MIT|MIT-0|MIT-CMU|BSD|ISC|ISCL|Apache|0BSD|PSF|Python Software Foundation|MPL|Mozilla"
    r"|LGPL(v3)?|Zlib|Unlicense|HPND|CC0|BlueOak)\b",
    re.IGNORECASE,
)
FORBIDDEN = re.compile(
    r"(?<!L)\bA?GPL|(?<!Lesser )General Public|SSPL|Commons Clause", re.IGNORECASE
)
LOOKED_AT = {
    "ciw": "MIT, in its LICENSE file",
    "routingkit-cch": "BSD-2-Clause, in its LICENSE file; a peer of the benchmarks only",
    "axe-playwright-python": "MIT, in its LICENSE file",
}
"""Silent in their metadata; somebody read the licence."""


def _bare(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pinned(lock: Path) -> list[str]:
    return [part["name"] for part in sbom.python_parts(lock)]


def test_every_pinned_part_has_its_hashes() -> None:
    for lock in LOCKS:
        parts = list(sbom.python_parts(lock))
        assert len(parts) > 50
        assert [part["name"] for part in parts if not part["hashes"]] == []


def test_no_part_is_under_a_licence_we_may_not_use() -> None:
    bad = {}
    for name in {_bare(name) for lock in LOCKS for name in _pinned(lock)}:
        said = sbom.licence_of(name)
        if not said:
            installed = _is_installed(name)
            if installed and name not in LOOKED_AT:
                bad[name] = "silent"
        elif FORBIDDEN.search(said) or not ALLOWED.search(said):
            bad[name] = said
    assert bad == {}


def _is_installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def test_the_same_of_what_the_browser_gets_and_of_what_builds_it() -> None:
    packages = json.loads(NPM.read_text("utf-8"))["packages"]
    bad = {
        path: one.get("license")
        for path, one in packages.items()
        if path and (not ALLOWED.search(one.get("license", "")))
    }
    assert bad == {}
    assert [p for p, one in packages.items() if p and not one.get("integrity")] == []


def test_no_script_of_a_package_runs_when_it_is_installed() -> None:
    packages = json.loads(NPM.read_text("utf-8"))["packages"]
    wanting = {path for path, one in packages.items() if one.get("hasInstallScript")}
    assert wanting <= {"node_modules/esbuild"}  # it works without
    assert "--ignore-scripts" in (ROOT / "tools" / "frontend.py").read_text("utf-8")


def test_what_is_installed_fits_together() -> None:
    """What `pip check` asks, of every part we have pinned."""
    wrong = []
    for name in {_bare(name) for name in _pinned(LOCKS[0])}:
        if not _is_installed(name):
            continue
        for line in metadata.requires(name) or ():
            need = Requirement(line)
            if need.marker and not Marker(str(need.marker)).evaluate({"extra": ""}):
                continue
            if not _is_installed(need.name):
                wrong.append(f"{name} needs {need}")
            elif metadata.version(need.name) not in need.specifier:
                wrong.append(f"{name} needs {need}, there is {metadata.version(need.name)}")
    assert wrong == []


def test_the_bill_of_materials_names_every_part_once(tmp_path: Path) -> None:
    target = tmp_path / "sbom.cdx.json"
    subprocess.run([sys.executable, "tools/sbom.py", str(target)], cwd=ROOT, check=True)
    bill = json.loads(target.read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    refs = [part["bom-ref"] for part in bill["components"]]
    assert len(refs) == len(set(refs))
    named = {part["name"] for part in bill["components"]}
    assert set(_pinned(LOCKS[0])) <= named
    assert {"maplibre-gl", "echarts", "htmx.org"} <= named
    assert "esbuild" not in named and "pytest" not in named
