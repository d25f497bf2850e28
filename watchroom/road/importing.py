"""`watchroom import roads FILE.osm.pbf`: from an extract to a folder that every process can map."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from watchroom.base.text import Text
from watchroom.road.network import Network, Progress
from watchroom.road.profile import Profile


@dataclass(frozen=True)
class Imported:
    """What an import brought in."""

    folder: Path
    crossings: int
    segments: int
    edges: int
    split_crossings: int
    """Copies of crossings, by how one comes, for turns that cost time or are restricted."""
    skipped_restrictions: int
    seconds: float

    def text(self) -> Text:
        """The outcome in a sentence."""
        return Text(
            f"已导入 {self.segments} 段道路、{self.crossings} 个路口，其中 {self.split_crossings} "
            f"个进口的转向费时或受限（另有 {self.skipped_restrictions} 条限制在范围外或无法识别），"
            f"用时 {self.seconds:.1f} 秒，存于 {self.folder}。",
            f"Imported {self.segments} street segments and {self.crossings} crossings with "
            f"{self.split_crossings} arms whose turns cost time or are restricted "
            f"({self.skipped_restrictions} restrictions lie outside or could not be understood) "
            f"in {self.seconds:.1f} s into {self.folder}.",
        )


def import_roads(
    source: Path,
    folder: Path,
    progress: Progress | None = None,
    profile: Profile | str = "car",
) -> Imported:
    """Read an OpenStreetMap extract and keep it as a network in `folder` (replaced if there).

    profile: who is to use it (`profiles.toml`); each keeps a network of its own. Raises
    Refusal for a source that is missing, unreadable or without streets.
    """
    begun = time.monotonic()
    network = Network.from_osm(source, progress, profile)
    network.save(folder)
    return Imported(
        folder=folder,
        crossings=len(network),
        segments=len(network.streets.segment_name),
        edges=len(network.streets.edge_ms),
        split_crossings=len(network.topology.base) - len(network),
        skipped_restrictions=network.skipped_restrictions,
        seconds=time.monotonic() - begun,
    )
