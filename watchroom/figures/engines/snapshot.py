"""A snapshot as it lies on disk: one folder, tables in Parquet files, a manifest that names them.

manifest.json
kernel_entry/month=2026-11/part.parquet     by the month in which the matter or entry came in
kernel_agency/part.parquet                  what belongs to no month
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import pyarrow.parquet as pq

FORMAT = "watchroom-snapshot-1"
MANIFEST = "manifest.json"
AGENCIES = "kernel_agency"


@dataclass(frozen=True)
class File:
    """One Parquet file. `month` is "2026-11" or ""."""

    table: str
    month: str
    rows: int
    sha256: str

    @property
    def path(self) -> Path:
        """Where it lies in the folder."""
        folder = Path(self.table)
        return (folder / f"month={self.month}" if self.month else folder) / "part.parquet"


@dataclass(frozen=True)
class Standing:
    """Where an agency stood: `path` are the ids from the root to itself, from `since` to `until`
    (None: always, or still)."""

    agency_id: int
    path: tuple[int, ...]
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Snapshot:
    """What was known at one moment.

    `seen`: PostgreSQL's own name for that moment; `position`: the place in the live stream below
    which everything was there; `until`: the last month of what was recorded, "" for all.
    """

    folder: Path
    made_at: str
    seen: str
    position: int
    until: str
    columns: Mapping[str, Mapping[str, str]]
    files: tuple[File, ...]

    @property
    def hash(self) -> str:
        """SHA-256 over the names, rows and hashes of all files: the same rows, the same hash."""
        told = sorted((str(f.path), f.rows, f.sha256) for f in self.files)
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def parquet(self, table: str) -> list[str]:
        """The files of a table; an empty list where there is none."""
        return [str(self.folder / f.path) for f in self.files if f.table == table]

    def standings(self) -> list[Standing]:
        """Where each agency stood in the tree, and when."""
        rows = pq.read_table(self.parquet(AGENCIES)).to_pylist()
        return [Standing(r["agency_id"], path_of(r["path"]), r["since"], r["until"]) for r in rows]

    def faults(self, progress: Callable[[int, int], None] | None = None) -> list[str]:
        """The files that are missing or are not what was written."""
        wrong = []
        for number, file in enumerate(self.files, 1):
            path = self.folder / file.path
            if not path.is_file() or fingerprint(path) != file.sha256:
                wrong.append(str(file.path))
            if progress:
                progress(number, len(self.files))
        return wrong

    def write(self) -> None:
        """Write the manifest, last of all: a folder without one is no snapshot."""
        files = [{**vars(f), "path": str(f.path)} for f in self.files]
        told = {
            "format": FORMAT,
            "hash": self.hash,
            "made_at": self.made_at,
            "seen": self.seen,
            "position": self.position,
            "until": self.until,
            "columns": self.columns,
            "files": files,
        }
        (self.folder / MANIFEST).write_text(json.dumps(told, indent=1), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The snapshot in a folder. Raises FileNotFoundError, or ValueError if it is no manifest
        of ours or does not hold together."""
        folder = folder.resolve()  # `latest` may move on while it is read
        told: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if told.get("format") != FORMAT:
            raise ValueError(f"{folder} holds no snapshot of ours")
        files = tuple(
            File(**{k: v for k, v in one.items() if k != "path"}) for one in told["files"]
        )
        made = (told["made_at"], told["seen"], told["position"], told["until"])
        found = cls(folder, *made, told["columns"], files)
        if found.hash != told["hash"]:
            raise ValueError(f"the manifest in {folder} was changed")
        return found


def fingerprint(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def path_of(text: str) -> tuple[int, ...]:
    """The ids in a path as it is kept: ".1.4.17."."""
    return tuple(int(one) for one in text.strip(".").split("."))
