"""What a release stands on, as CycloneDX 1.6 (JSON): `python tools/sbom.py [FILE]`.

From the lock files alone: every part with its version and the hashes it may have. Licences come
from what is installed, where it is installed. Run it in the environment the release is built in.
"""

from __future__ import annotations

import json
import re
import sys
from base64 import b64decode
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

ROOT = Path(__file__).resolve().parents[1]
PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^ ;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
Part = dict[str, Any]


def python_parts(lock: Path) -> Iterator[Part]:
    """The pinned distributions of a lock file."""
    part: Part | None = None
    for line in lock.read_text("utf-8").splitlines():
        if found := PINNED.match(line):
            if part:
                yield part
            name, version = found.groups()
            part = _part(name, version, f"pkg:pypi/{name.lower()}@{version}", licence_of(name))
        if part:
            part["hashes"] += [{"alg": "SHA-256", "content": one} for one in HASH.findall(line)]
    if part:
        yield part


def npm_parts(lock: Path) -> Iterator[Part]:
    """The packages that the browser gets; what only builds is left out."""
    for path, one in json.loads(lock.read_text("utf-8"))["packages"].items():
        if not path or one.get("dev") or one.get("optional"):
            continue
        name = path.rpartition("node_modules/")[2]
        purl = f"pkg:npm/{name.replace('@', '%40')}@{one['version']}"
        part = _part(name, one["version"], purl, one.get("license", ""))
        kind, _, digest = one.get("integrity", "").partition("-")
        if kind == "sha512":
            part["hashes"].append({"alg": "SHA-512", "content": b64decode(digest).hex()})
        yield part


def _part(name: str, version: str, purl: str, licence: str) -> Part:
    part: Part = {"type": "library", "bom-ref": purl, "name": name, "version": version}
    part |= {"purl": purl, "hashes": []}
    if licence:
        part["licenses"] = [{"license": {"name": licence}}]
    return part


def licence_of(name: str) -> str:
    """What an installed distribution says of its licence, in a line; empty where it is silent."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    kinds = [
        line.rpartition("::")[2].strip()
        for line in said.get_all("Classifier") or ()
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    written = "".join(said.get_all("License-Expression") or ()).strip()
    plain = "".join(said.get_all("License") or ()).strip().splitlines()
    return written or " AND ".join(kinds) or (plain[0][:80] if plain else "")


def bill() -> dict[str, Any]:
    """The whole bill of materials; the same lock files make the same bill."""
    parts = [
        *python_parts(ROOT / "requirements.lock"),
        *npm_parts(ROOT / "frontend" / "package-lock.json"),
    ]
    said = json.dumps(parts, sort_keys=True)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, said)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "watchroom"}},
        "components": parts,
    }


def main(arguments: list[str]) -> None:
    """Write it to a file, or to standard output."""
    text = json.dumps(bill(), indent=1, ensure_ascii=False) + "\n"
    if arguments:
        target = Path(arguments[0])
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
