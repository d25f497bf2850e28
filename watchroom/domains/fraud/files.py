"""Warnings from a file: CSV, XLSX or JSONL, read by a mapping that says which column is which."""

import csv
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile
from zoneinfo import ZoneInfo

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import document_types
from watchroom.kernel.access import Actor

from . import actions

BATCH = 5000


@dataclass(frozen=True)
class Columns:
    """Our field → their column; their types → ours; how they write times."""

    columns: Mapping[str, str]
    types: Mapping[str, str]
    time_format: str
    zone: ZoneInfo


@dataclass
class Told:
    """What a file brought: rows = accepted + repeated + refused."""

    rows: int = 0
    accepted: int = 0
    repeated: int = 0
    refused: list[Text] = field(default_factory=list)


def read_mapping(path: Path | None) -> Columns:
    """The mapping in a TOML file; without one the columns have our names. Refusal where unusable.

    [columns] source_id = "流水号"   [types] 刷单 = "rebate"   [times] format, zone
    """
    if path is None:
        return Columns({}, {}, "", ZoneInfo("Asia/Shanghai"))
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        times = said.get("times", {})
        zone = ZoneInfo(times.get("zone", "Asia/Shanghai"))
        return Columns(
            dict(said["columns"]), dict(said.get("types", {})), times.get("format", ""), zone
        )
    except (KeyError, ValueError, TypeError, AttributeError, OSError) as error:
        raise Refusal(
            Text(f"映射文件有误：{error}", f"The mapping cannot be used: {error}")
        ) from error


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a file by its columns' own names; Refusal where it cannot be read as such."""
    try:
        yield from _rows(path)
    except UnicodeError as error:
        raise _unreadable("不是 UTF-8 文字", "it is no text in UTF-8") from error
    except (csv.Error, BadZipFile, SyntaxError) as error:  # of XML too, whichever library reads it
        raise _unreadable(f"{type(error).__name__}", f"{type(error).__name__}") from error


def _unreadable(zh: str, en: str) -> Refusal:
    return Refusal(Text(f"文件无法读取：{zh}", f"The file cannot be read: {en}"))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    match path.suffix.lower():
        case ".jsonl" | ".ndjson":
            yield from _lines(path)
        case ".xlsx":
            yield from _sheet(path)
        case ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                yield from csv.DictReader(file)
        case other:
            raise Refusal(
                Text(
                    f"不支持 {other} 文件：请用 CSV、XLSX 或 JSONL", f"No {other}: CSV, XLSX, JSONL"
                )
            )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            try:
                row = json.loads(line)
            except json.JSONDecodeError:
                row = {"words": line[:400]}
            yield row if isinstance(row, dict) else {"words": str(row)[:400]}


def _sheet(path: Path) -> Iterator[dict[str, Any]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to import, seldom needed

    if document_types.judge(path).ending != "xlsx":
        raise Refusal(Text("这不是 XLSX 工作簿", "This is no XLSX workbook"))
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        # The library says by any of these that a part of the package is missing or is another.
        raise _unreadable("工作簿残缺", "the workbook is not whole") from error
    if not book.worksheets:
        raise _unreadable("工作簿没有工作表", "the workbook has no sheet")
    lines = book.worksheets[0].iter_rows(values_only=True)
    head = [str(name or "").strip() for name in next(lines, ())]
    for line in lines:
        if any(value is not None for value in line):
            yield dict(zip(head, line, strict=False))
    book.close()


def mapped(row: Mapping[str, Any], mapping: Columns) -> dict[str, Any]:
    """A row under our names, with our type codes and a time that has its zone."""
    found = {k: row.get(v) for k, v in mapping.columns.items()} if mapping.columns else dict(row)
    said = str(found.get("type") or "").strip()
    found["type"] = mapping.types.get(said, said)
    found["occurred_at"] = _moment(found.get("occurred_at"), mapping)
    return found


def _moment(value: Any, mapping: Columns) -> Any:
    try:
        if isinstance(value, datetime):
            moment = value
        elif mapping.time_format:
            moment = datetime.strptime(str(value).strip(), mapping.time_format)  # noqa: DTZ007
        else:
            moment = datetime.fromisoformat(str(value).strip())
    except ValueError:
        return value  # intake refuses it with a sentence and keeps the row
    return moment if moment.tzinfo else moment.replace(tzinfo=mapping.zone)


def bring_in(actor: Actor, feed: str, path: Path, mapping: Columns) -> Told:
    """Send a whole file through intake. Stopped and run again it goes on where it matters: what is
    there already is counted as repeated."""
    told = Told()
    source = (mapped(row, mapping) for row in rows(path))
    batches = iter(lambda: list(islice(source, BATCH)), [])
    for done in actions.receive_many(actor, feed, batches):
        told.rows += done.accepted + done.repeated + len(done.refused)
        told.accepted += done.accepted
        told.repeated += done.repeated
        told.refused += [bad.why for bad in done.refused]
    return told
