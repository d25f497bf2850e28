"""Whatever is done to the trail by somebody with every right, it is found."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.toy import Town
from watchroom.base.refusal import Refusal
from watchroom.kernel import acts, chain, trail, trail_export
from watchroom.kernel.models import Chain, Entry


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path / "data"


@pytest.fixture(params=["sha256", "sm3"])
def algorithm(request: pytest.FixtureRequest, settings: Any) -> str:
    settings.WATCHROOM_CHAIN_HASH = request.param
    return str(request.param)


@pytest.fixture
def written(algorithm: str, town: Town) -> Town:
    """Six entries in one chain."""
    matter = town.open()
    for n in range(5):
        data = {"text": f"第{n}条", "n": n, "share": 0.1 * n}
        acts.record(town.actor("officer"), matter, "note", data=data)
    return town


def by_force(sql: str, *values: object) -> None:
    """What somebody with every right over the tables could do."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_entry DISABLE TRIGGER USER")
        cursor.execute(sql, values or None)
        connection.check_constraints()
        cursor.execute("ALTER TABLE kernel_entry ENABLE TRIGGER USER")


SWAP = """UPDATE kernel_entry SET position = CASE position WHEN 3 THEN 1000 ELSE 3 END
          WHERE position IN (3, 4); UPDATE kernel_entry SET position = 4 WHERE position = 1000"""
INSERT = """UPDATE kernel_entry SET position = position + 100 WHERE position > 3;
    INSERT INTO kernel_entry (chain_id, position, event, from_state, to_state, agency_id,
                              actor_name, occurred_at, entered_at, reason, data, hash)
    SELECT chain_id, 4, event, '', '', agency_id,
           actor_name, occurred_at, entered_at, '', data, hash
    FROM kernel_entry WHERE position = 3;
    UPDATE kernel_entry SET position = position - 99 WHERE position > 100"""
DEEDS = {
    "a changed reason": "UPDATE kernel_entry SET reason = '改' WHERE position = 3",
    "changed data": """UPDATE kernel_entry SET data = '{"text": "改"}' WHERE position = 3""",
    "another person": "UPDATE kernel_entry SET actor_name = '别人' WHERE position = 3",
    "another time": "UPDATE kernel_entry SET occurred_at = now() - interval '1 day' "
    "WHERE position = 3",
    "the first changed": "UPDATE kernel_entry SET reason = '改' WHERE position = 1",
    "the last changed": "UPDATE kernel_entry SET reason = '改' WHERE position = 6",
    "one removed": "DELETE FROM kernel_entry WHERE position = 3",
    "the first removed": "DELETE FROM kernel_entry WHERE position = 1",
    "the tail cut off": "DELETE FROM kernel_entry WHERE position >= 5",
    "all removed": "DELETE FROM kernel_entry",
    "two swapped": SWAP,
    "one inserted": INSERT,
}


def test_an_untouched_trail_holds(written: Town, algorithm: str) -> None:
    assert Entry.objects.count() == 6
    assert Chain.objects.get().algorithm == algorithm
    assert list(trail.verify()) == []


@pytest.mark.parametrize("deed", DEEDS, ids=list(DEEDS))
def test_what_was_done_in_the_database_is_found(written: Town, deed: str) -> None:
    by_force(DEEDS[deed])
    assert list(trail.verify())


def exported(town: Town, folder: Path) -> Path:
    path = folder / "trail.jsonl"
    trail_export.export(town.actor("chief", purpose="review"), path)
    return path


def test_an_export_holds_without_a_database(written: Town, tmp_path: Path) -> None:
    path = exported(written, tmp_path)
    assert trail_export.verify_export(path) == []
    assert trail_export.verify_export(path, trail_export.public_key()) == []
    command = [sys.executable, "-m", "watchroom.kernel.trail_export", str(path)]
    env = {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    assert "holds" in done.stdout


Lines = list[str]


def _changed(lines: Lines) -> Lines:
    return [*lines[:3], lines[3].replace("第1条", "第9条"), *lines[4:]]


def _rehashed(lines: Lines) -> Lines:
    """Everything hashed again after a change, the head in the first line too: not the signature."""
    first, body = json.loads(lines[0]), [json.loads(line) for line in lines[1:-1]]
    body[2]["entry"]["reason"] = "改"
    head, algorithm = chain.GENESIS, first["chains"][0]["algorithm"]
    for line in body:
        head = line["hash"] = chain.digest(algorithm, head, chain.canonical(line["entry"]))
    first["chains"][0]["head"] = head
    return [json.dumps(first), *map(json.dumps, body), lines[-1]]


def _shorter(lines: Lines) -> Lines:
    first = json.loads(lines[0])
    first["chains"][0] |= {"length": 5, "head": json.loads(lines[5])["hash"]}
    return [json.dumps(first), *lines[1:6], lines[-1]]


def _renamed(lines: Lines) -> Lines:
    return [*lines[:3], lines[3].replace('"chain":"', '"chain":"9'), *lines[4:]]


TRICKS: dict[str, Callable[[Lines], Lines]] = {
    "changed": _changed,
    "removed": lambda lines: [*lines[:3], *lines[4:]],
    "reordered": lambda lines: [*lines[:3], lines[4], lines[3], *lines[5:]],
    "inserted": lambda lines: [*lines[:3], lines[3], *lines[3:]],
    "tail cut off with the signature": lambda lines: lines[:-2],
    "tail cut off before the signature": lambda lines: [*lines[:-2], lines[-1]],
    "signature removed": lambda lines: lines[:-1],
    "head changed": lambda lines: [lines[0].replace('"length":6', '"length":7'), *lines[1:]],
    "rehashed": _rehashed,
    "shortened": _shorter,
    "a line of rubbish": lambda lines: [*lines[:3], "rubbish", *lines[3:]],
    "another chain's name": _renamed,
    "emptied": lambda lines: [],
}


@pytest.mark.parametrize("trick", TRICKS, ids=list(TRICKS))
def test_what_was_done_to_an_export_is_found(written: Town, tmp_path: Path, trick: str) -> None:
    path = exported(written, tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(TRICKS[trick](lines)) + "\n", encoding="utf-8")
    assert trail_export.verify_export(path)
    assert trail_export.main([str(path)]) == 1


def test_another_key_is_found(written: Town, tmp_path: Path) -> None:
    path = exported(written, tmp_path)
    assert trail_export.verify_export(path, "00" * 32)


def test_a_rewritten_database_does_not_match_an_earlier_export(
    written: Town, tmp_path: Path
) -> None:
    """Every hash computed again: the database alone looks whole, the export does not."""
    path = exported(written, tmp_path)
    assert trail_export.against_database(path) == []
    by_force("UPDATE kernel_entry SET reason = '改' WHERE position = 3")
    one, head = Chain.objects.get(agency=written.east), chain.GENESIS
    for entry in Entry.objects.filter(chain=one).order_by("position"):
        text = trail.canonical(entry, one.month)
        head = chain.digest(one.algorithm, head, text)
        by_force("UPDATE kernel_entry SET hash = %s WHERE id = %s", head, entry.pk)
    Chain.objects.filter(pk=one.pk).update(head=head)
    assert list(trail.verify()) == []
    assert trail_export.against_database(path)


def test_an_earlier_export_still_fits_after_more_was_written(written: Town, tmp_path: Path) -> None:
    path = exported(written, tmp_path)
    written.open("又一件")
    assert trail_export.against_database(path) == []


def test_the_export_is_an_entry_itself_and_a_permission(written: Town) -> None:
    with pytest.raises(Refusal):
        trail_export.export(written.actor("officer"), io.StringIO())
    trail_export.export(written.actor("chief", purpose="review"), io.StringIO())
    entry = Entry.objects.get(event="trail.exported")
    assert (entry.actor_name, entry.reason) == ("周局", "review")


def test_an_export_holds_only_what_the_reader_oversees(written: Town) -> None:
    stream = io.StringIO()
    trail_export.export(written.actor("chief"), stream, agency=written.west)
    assert json.loads(stream.getvalue().splitlines()[0])["chains"] == []


def test_the_signing_key_is_its_owners_alone(town: Town, settings: Any) -> None:
    trail_export.public_key()
    assert (Path(settings.DATA) / trail_export.KEY_FILE).stat().st_mode & 0o077 == 0
    assert trail_export.public_key() == trail_export.public_key()


plain = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=8)
numbers = st.floats(allow_nan=False, allow_infinity=False)


def named(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)


facts = st.recursive(plain | numbers, named, max_leaves=8)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.dictionaries(st.text(max_size=5), facts, max_size=3), reason=st.text(max_size=20))
def test_whatever_is_written_verifies_when_read_back(
    town: Town, data: dict[str, object], reason: str
) -> None:
    matter = town.open()
    acts.record(town.actor("officer"), matter, "note", data=data, reason=reason)
    assert list(trail.verify()) == []
