"""What comes in from files and what goes out to them: roads, class lists, call logs, the trail."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from watchroom.site.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from watchroom.base.text import Text


def progress(what: str) -> Callable[[int, int], None]:
    """A line on the terminal that counts up."""

    def show(done: int, everything: int) -> None:
        share = 100 * done // max(everything, 1)
        print(f"\r{what} {done}/{everything} {share}%", end="", file=sys.stderr, flush=True)
        if done >= everything:
            print(file=sys.stderr)

    return show


def roads(source: Path, data: Path, *, profile: str = "car", with_map: bool) -> str:
    """Import an OpenStreetMap extract as the road network and, if wanted, as the base map.

    Each profile but the car's keeps a network of its own beside it: `roads-foot`.
    """
    from watchroom.road.importing import import_roads

    def say(stage: Text, share: float) -> None:
        print(f"  {share:4.0%} {stage}", file=sys.stderr, flush=True)

    _must_exist(source)
    folder = data / ("roads" if profile == "car" else f"roads-{profile}")
    done = import_roads(source, folder, say, profile)
    if with_map:
        from watchroom.desk.basemap import ATTRIBUTION, osm_layers
        from watchroom.desk.tiles import build_tiles

        build_tiles(osm_layers(source), data / "map" / "city.pmtiles", attribution=ATTRIBUTION)
    return str(done.text())


def agencies(source: Path) -> str:
    """Import the tree of agencies."""
    from watchroom.kernel.organisation import import_agencies

    _must_exist(source)
    with source.open(encoding="utf-8-sig", newline="") as lines:
        done = import_agencies(lines)
    return f"{done} 个单位 · {done} agencies"


def units(source: Path) -> str:
    """Import units with their crews."""
    from watchroom.kernel.organisation import import_units

    _must_exist(source)
    with source.open(encoding="utf-8-sig", newline="") as lines:
        done = import_units(lines)
    return f"{done} 个警力 · {done} units"


def classes(source: Path) -> str:
    """Import one version of the list of incident classes; rows left out are named."""
    from watchroom.domains.dispatch.actions import import_classes
    from watchroom.kernel.access import system

    _must_exist(source)
    with source.open(encoding="utf-8-sig", newline="") as lines:
        done = import_classes(system(), lines, source=source.name)
    left_out = [f"  {bad.line}: {bad.why}" for bad in done.rejected]
    head = (
        f"版本 {done.version}：{done.accepted} 类 · version {done.version}: {done.accepted} classes"
    )
    return "\n".join([head, *left_out])


def replay(log: Path, mapping: Path, speed: float, rejects: Path | None) -> str:
    """Play a recorded call log through intake; rows that cannot be true go to a file beside it."""
    from watchroom.domains.dispatch.replay.log import read_mapping
    from watchroom.domains.dispatch.replay.play import replay as play
    from watchroom.domains.dispatch.replay.play import write_rejects

    _must_exist(log)
    _must_exist(mapping)
    done = play(log, read_mapping(mapping), speed=speed, say=progress("回放 replay"))
    kept = rejects or log.with_name(f"{log.stem}.rejects.csv")
    if done.rejected:
        write_rejects(done, kept)
    left = len(done.rejected)
    counts = (
        f"{done.rows} 行 = 已回放 {done.played} + 未采用 {left}；{done.calls} 起警情\n"
        f"{done.rows} rows = {done.played} played + {left} left out; {done.calls} calls"
    )
    return f"{counts}\n→ {kept}" if done.rejected else counts


def _must_exist(path: Path) -> None:
    if not path.is_file():
        raise Trouble(f"没有文件 {path}。", f"There is no file {path}.")


def trail(target: Path, agency: str, month: str) -> str:
    """Write chains with their signed heads to a file that can be verified anywhere, offline."""
    from watchroom.kernel import trail_export
    from watchroom.kernel.access import system
    from watchroom.kernel.models import Agency

    found = Agency.objects.filter(code=agency).first() if agency else None
    if agency and found is None:
        raise Trouble(f"没有代码为 {agency} 的单位。", f"There is no agency with code {agency}.")
    count = trail_export.export(system(), target, agency=found, month=month)
    key = trail_export.public_key()
    return f"{count} 条留痕 → {target}\n{count} entries; public key {key}"


def verified(source: Path, key: str) -> list[str]:
    """The faults of an exported trail, a line each; needs no database."""
    from watchroom.kernel.trail_export import verify_export

    _must_exist(source)
    return [f"{f.chain} {f.position}: {f.what}" for f in verify_export(source, key)]
