"""Whatever bytes come: what reads them says a result or a sentence, and nothing else.

`WATCHROOM_FUZZ` is how many examples each reader gets (`make security`); 60 without it.
atheris was left out: it drives native code by coverage, and these readers are Python's own.
"""

import io
import json
import os
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchroom.base.refusal import Refusal
from watchroom.desk.live import positions
from watchroom.domains.dispatch.exchange import cap
from watchroom.domains.dispatch.replay import log
from watchroom.domains.dispatch.rules.class_rows import read_plan, words
from watchroom.domains.fraud import files
from watchroom.kernel import organisation, organisation_beats, typed
from watchroom.law.files import read_toml
from watchroom.road.network import Network

EXAMPLES = int(os.environ.get("WATCHROOM_FUZZ", "60"))
OFTEN = settings(max_examples=EXAMPLES)
SELDOM = settings(max_examples=max(5, EXAMPLES // 10))

ODD = st.sampled_from(
    ["\x00", "\ud800", "\U00020000", "\u202e", "\ufeff", "１", "²", "nan", "inf", "1e999", "-0"]
)
TEXT = st.one_of(st.text(st.characters(), max_size=60), ODD)
GBK = st.text(st.characters(codec="gbk"), max_size=40).map(lambda text: text.encode("gbk"))
BYTES = st.one_of(st.binary(max_size=400), GBK, TEXT.map(lambda t: t.encode("utf-8", "replace")))


def _sentence_or_result(read: Callable[[], Any], *also: type[Exception]) -> None:
    try:
        found = read()
        if isinstance(found, Iterable) and not isinstance(found, str | bytes | dict):
            list(found)
    except (Refusal, *also):
        pass


def _in_a_file(name: str, content: bytes, read: Callable[[Path], Any]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        _sentence_or_result(lambda: read(path))


FIELDS = st.dictionaries(
    st.sampled_from(["id", "deviceid", "lat", "lon", "timestamp", "speed", "altitude"]), TEXT
)


@OFTEN
@given(FIELDS)
def test_a_position_of_a_device(fields: dict[str, str]) -> None:
    _sentence_or_result(lambda: positions.read(fields), positions.Unreadable)


NAMES = ("identifier", "sender", "sent", "status", "msgType", "scope", "references", "info", "area")
NODES = st.recursive(
    st.tuples(st.sampled_from(NAMES), TEXT).map(lambda pair: (pair[0], pair[1], [])),
    lambda inner: st.tuples(st.sampled_from(NAMES), TEXT, st.lists(inner, max_size=4)),
    max_leaves=12,
)


def _xml(node: Any) -> str:
    name, said, inner = node
    kept = "".join(c for c in said if c.isprintable() and c not in "<&")
    return f"<{name}>{kept}{''.join(map(_xml, inner))}</{name}>"


@OFTEN
@given(st.one_of(BYTES, st.lists(NODES, max_size=6).map(lambda n: "".join(map(_xml, n)).encode())))
def test_an_alert(content: bytes) -> None:
    whole = b'<alert xmlns="' + cap.NAMESPACE.encode() + b'">' + content + b"</alert>"
    _sentence_or_result(lambda: cap.parse(content))
    _sentence_or_result(lambda: cap.parse(whole))


@OFTEN
@given(BYTES, st.sampled_from([".csv", ".jsonl", ".xlsx", ".txt"]))
def test_a_file_of_warnings(content: bytes, ending: str) -> None:
    _in_a_file(f"warnings{ending}", content, files.rows)


@SELDOM
@given(st.binary(max_size=200), st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml"]))
def test_a_workbook_with_anything_inside(content: bytes, member: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        if member != "xl/workbook.xml":
            book.writestr(member, content)
        book.writestr("[Content_Types].xml", content)
    _in_a_file("warnings.xlsx", packed.getvalue(), files.rows)


TABLES = st.recursive(
    st.one_of(st.booleans(), st.integers(-9, 9), st.text("a是=/.", max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text("abc", min_size=1), inner, max_size=3)
    ),
    max_leaves=6,
)


def _toml(values: dict[str, Any]) -> bytes:
    return "\n".join(f"{key} = {_said(value)}" for key, value in values.items()).encode()


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k} = {_said(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_said, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


MAPPINGS = st.dictionaries(
    st.sampled_from(["columns", "types", "times", "point", "classes", "units", "zone"]), TABLES
).map(_toml)


@OFTEN
@given(st.one_of(BYTES, MAPPINGS))
def test_a_mapping_of_columns_and_a_policy(content: bytes) -> None:
    _in_a_file("mapping.toml", content, files.read_mapping)
    _in_a_file("mapping.toml", content, log.read_mapping)
    _in_a_file("policy.toml", content, read_toml)


@OFTEN
@given(st.lists(TEXT, max_size=6))
def test_a_table_of_the_organisation(lines: list[str]) -> None:
    columns = ("code", "name")
    _sentence_or_result(lambda: organisation.rows_of(["code,name", *lines], columns))
    _sentence_or_result(lambda: organisation.rows_of(lines, columns))


@OFTEN
@given(TEXT)
def test_words_and_plans_of_a_class(said: str) -> None:
    _sentence_or_result(lambda: words(said))
    _sentence_or_result(lambda: read_plan(said))


@OFTEN
@given(TEXT)
def test_numbers_and_moments_that_were_typed(said: str) -> None:
    for read in (typed.whole, typed.moment, lambda text: typed.number(text, -1, 1)):
        _sentence_or_result(lambda read=read: read(said))  # type: ignore[misc]


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["type", "features", "properties", "geometry", "coordinates", "code"]),
            inner,
        ),
    ),
    max_leaves=15,
)


@OFTEN
@given(st.one_of(TEXT, JSON.map(json.dumps), JSON.map(lambda f: json.dumps({"features": f}))))
def test_outlines_of_beats(said: str) -> None:
    _sentence_or_result(lambda: organisation_beats._features(said))


def _framed(block: bytes) -> bytes:
    """A block with the frame that a PBF file begins with."""
    head = b"\x0a\x09OSMHeader\x18" + bytes([len(block)])
    return len(head).to_bytes(4, "big") + head + block


@SELDOM
@given(st.one_of(st.binary(max_size=200), st.binary(max_size=60).map(_framed)))
def test_an_extract_of_streets(content: bytes) -> None:
    _in_a_file("streets.osm.pbf", content, lambda path: Network.from_osm(path, None, "car"))


def test_a_reader_that_fails_otherwise_would_be_seen() -> None:
    with pytest.raises(ZeroDivisionError):
        _sentence_or_result(lambda: 1 / 0)
