"""What comes in from files and what goes out to them: roads, class lists, call logs, the trail."""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watchroom.base.cells import Cell, guarded
from watchroom.site.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from watchroom.base.text import Text
    from watchroom.kernel.models import Staff
    from watchroom.kernel.organisation import Outcome


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


def snapshot(folder: Path | None, until: str) -> str:
    """Make a snapshot of what figures are made of."""
    from watchroom.kernel import snapshots
    from watchroom.site.postgres import data_folder

    if until and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", until):
        raise Trouble("月份写作 2026-10。", "A month is written 2026-10.")
    root = folder or data_folder() / snapshots.FOLDER
    made = snapshots.take(root, until=until, progress=progress("快照 · snapshot"))
    rows = sum(file.rows for file in made.files)
    return f"{made.folder}\n{rows} 行 · rows · {made.hash}"


def agencies(source: Path) -> str:
    """Import the tree of agencies."""
    from watchroom.kernel.organisation import import_agencies

    done = import_agencies(_lines(source))
    return f"{done} 个单位 · {done} agencies"


def units(source: Path) -> str:
    """Import units with their crews."""
    from watchroom.kernel.organisation import import_units

    done = import_units(_lines(source))
    return f"{done} 个警力 · {done} units"


def staff(source: Path, sheet: Path | None, *, with_passwords: bool) -> str:
    """Import people with their posts; temporary passwords go to a sheet only the owner can read."""
    from watchroom.kernel import organisation_staff as table

    sheet = sheet or source.with_name(f"{source.stem}.first-passwords.csv")
    if with_passwords and sheet.exists():
        raise Trouble(
            f"已有 {sheet}：请先发放并删除上一批初始密码。",
            f"{sheet} exists: hand out the last temporary passwords and delete it first.",
        )

    def hand_out(person: Staff, password: str) -> None:
        row = [person.username, person.name, person.agency.name, password]
        _write_csv(sheet, ["username", "name", "agency", "temporary_password"], [row])

    done = table.import_staff(_lines(source), hand_out if with_passwords else None)
    told = [_counts(done)]
    if done.rejected:
        kept = source.with_name(f"{source.stem}.rejects.csv")
        kept.unlink(missing_ok=True)
        rows = [[r.line, r.why.zh, r.why.en, *r.row.values()] for r in done.rejected]
        _write_csv(kept, ["line", "why", "why_en", *table.COLUMNS], rows)
        told.append(_kept(done, kept))
    if with_passwords and sheet.exists():
        told.append(
            f"初始密码 → {sheet}：首次登录须更换；发放后请删除。\n"
            f"Temporary passwords → {sheet}: changed at the first sign-in; hand out, then delete."
        )
    return "\n".join(told)


def of_domain(key: str, name: str, source: Path) -> str:
    """Import a table that a domain declares; rows left out are kept with the reason."""
    from watchroom.kernel.registry import registry

    domain = registry.domains[key]
    one = domain.imports[name]
    done: Outcome = domain.part("actions", one.does)(_lines(source))
    if not done.rejected:
        return _counts(done)
    kept = source.with_name(f"{source.stem}.rejects.csv")
    kept.unlink(missing_ok=True)
    rows = [[r.line, r.why.zh, r.why.en, *r.row.values()] for r in done.rejected]
    _write_csv(kept, ["line", "why", "why_en", *one.columns], rows)
    return f"{_counts(done)}\n{_kept(done, kept)}"


def beats(source: Path, *, in_gcj02: bool) -> str:
    """Import beats; features left out are kept with the reason, ready to be put right."""
    from watchroom.kernel.organisation_beats import import_beats

    done = import_beats("".join(_lines(source)), in_gcj02=in_gcj02)
    if not done.rejected:
        return _counts(done)
    kept = source.with_name(f"{source.stem}.rejects.geojson")
    left = [_with_reason(r.row, r.why) for r in done.rejected]
    text = json.dumps({"type": "FeatureCollection", "features": left}, ensure_ascii=False)
    kept.write_text(text, encoding="utf-8")
    return f"{_counts(done)}\n{_kept(done, kept)}"


def _with_reason(feature: Any, why: Text) -> Any:
    if not isinstance(feature, dict):
        return {"type": "Feature", "properties": {"why": why.zh, "why_en": why.en}}
    said = feature.get("properties")
    reason = {"why": why.zh, "why_en": why.en}
    return {**feature, "properties": {**(said if isinstance(said, dict) else {}), **reason}}


def _counts(done: Outcome) -> str:
    n = done.counts
    return (
        f"{n['rows']} 行 = 新增 {n['new']} + 更新 {n['changed']} + 未变 {n['same']}"
        f" + 未采用 {n['rejected']}\n{n['rows']} rows = {n['new']} new + {n['changed']} changed"
        f" + {n['same']} the same + {n['rejected']} left out"
    )


def _kept(done: Outcome, kept: Path) -> str:
    first = done.rejected[0].why
    return f"{first.zh} · {first.en}\n→ {kept}"


def _write_csv(target: Path, head: list[str], rows: Iterable[Iterable[Cell]]) -> None:
    """Add rows to a table that only its owner can read; a new one gets its head. Excel opens it."""
    fresh = not target.exists()
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8-sig" if fresh else "utf-8", newline="") as file:
        lines = ([guarded(cell) for cell in row] for row in rows)
        csv.writer(file).writerows([head, *lines] if fresh else lines)


def _lines(source: Path) -> list[str]:
    """The lines of a table in UTF-8 or, as Excel writes it in China, GB 18030."""
    _must_exist(source)
    raw = source.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding).splitlines(keepends=True)
        except UnicodeDecodeError:
            continue
    raise Trouble(
        f"{source} 的编码读不懂，请存为 UTF-8。", f"{source} is neither UTF-8 nor GB 18030."
    )


def classes(source: Path) -> str:
    """Import one version of the list of incident classes; rows left out are named."""
    from watchroom.domains.dispatch.actions import import_classes
    from watchroom.kernel.access import system

    done = import_classes(system(), _lines(source), source=source.name)
    left_out = [f"  {bad.line}: {bad.why}" for bad in done.rejected]
    head = (
        f"版本 {done.version}：{done.accepted} 类 · version {done.version}: {done.accepted} classes"
    )
    return "\n".join([head, *left_out])


def warnings(source: Path, feed: str, mapping: Path | None) -> str:
    """Send a file of fraud warnings through intake; refused rows are kept with their sentence."""
    from watchroom.domains.fraud.files import bring_in, read_mapping
    from watchroom.kernel.access import NotFound, system

    _must_exist(source)
    try:
        done = bring_in(system(), feed, source, read_mapping(mapping))
    except NotFound:
        raise Trouble(
            f"没有预警来源“{feed}”：先在反诈台登记。",
            f"There is no source of warnings “{feed}”: register it first.",
        ) from None
    refused = len(done.refused)
    counts = (
        f"{done.rows} 行 = 新增 {done.accepted} + 已有 {done.repeated} + 退回 {refused}\n"
        f"{done.rows} rows = {done.accepted} new + {done.repeated} known + {refused} refused"
    )
    return "\n".join([counts, *[f"  {why}" for why in done.refused[:20]]])


def trained(folder: Path, data: Path) -> str:
    """Learn which fraud type words point to; says on a part kept aside how well that goes."""
    from watchroom.domains.fraud.rules import suggesting

    if not folder.is_dir():
        raise Trouble(f"没有文件夹 {folder}。", f"There is no folder {folder}.")
    told = suggesting.read_folder(folder)
    known, asked = suggesting.folds(told)
    try:
        model = suggesting.train(known)
        suggesting.train(told).save(data / "fraud" / "suggestions.json")
    except ValueError:
        raise Trouble(
            "至少要有两类文本，每类一个文件。", "Two types of text at least, a file for each."
        ) from None
    found = suggesting.scores([(label, suggesting.suggest(model, text)) for text, label in asked])
    return "\n".join(
        f"{one.label:<24} {one.texts:>6}  "
        f"{'—' if one.precision is None else f'{one.precision:.3f}':>6}  {one.recall:.3f}"
        for one in found
    )


def replay(log: Path, mapping: Path, speed: float, rejects: Path | None) -> str:
    """Play a recorded call log through intake; rows that cannot be true go to a file beside it."""
    from watchroom.base.clock import local_date
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
    told = [counts]
    if done.first and done.last:
        days = f"since={local_date(done.first)}&until={local_date(done.last)}"
        told.append(f"指标 Figures: /figures/?{days}")
    return "\n".join([*told, f"→ {kept}"] if done.rejected else told)


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
