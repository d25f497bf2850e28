"""Whoever owns the database can rewrite all of it. What a file exported before still proves."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.people import County
from watchroom.domains.dispatch.tests.samples import _call
from watchroom.kernel import chain, trail, trail_export
from watchroom.kernel.access import system
from watchroom.kernel.models import Chain, Entry


@pytest.fixture
def exported(county: County, settings: Any, tmp_path: Path) -> Path:
    """The trail as it was on the day of the deed, in a file that lies elsewhere."""
    settings.DATA = tmp_path
    for number in (1, 2, 3):
        _call(county, number)
    path = tmp_path / "elsewhere.jsonl"
    trail_export.export(system(county.bureau), path)
    return path


def _as_owner(*statements: str) -> None:
    """What the application may never do and the owner of the tables can."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE kernel_entry DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE kernel_chain DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)


def _rehash(one: Chain) -> None:
    """Every hash from the first entry to the head computed anew: inside, all is well."""
    head, length = chain.GENESIS, 0
    for entry in Entry.objects.filter(chain=one).order_by("position"):
        text = chain.canonical(trail.body(entry, one.month))
        head, length = chain.digest(one.algorithm, head, text), length + 1
        _as_owner(f"UPDATE kernel_entry SET hash = '{head}' WHERE id = {entry.pk}")  # noqa: S608
    _as_owner(
        f"UPDATE kernel_chain SET head = '{head}', length = {length} WHERE id = {one.pk}"  # noqa: S608
    )


def test_a_chain_rewritten_with_all_its_hashes_holds_inside_and_not_against_the_file(
    exported: Path,
) -> None:
    assert trail_export.against_database(exported) == []
    entry = Entry.objects.filter(event="dispatch.incident.report").earliest("id")
    _as_owner(
        f"UPDATE kernel_entry SET actor_name = '别人' WHERE id = {entry.pk}"  # noqa: S608
    )
    _rehash(entry.chain)
    again = Chain.objects.get(pk=entry.chain_id)
    inside = StringIO()
    trail_export.export(system(again.agency), inside)
    anew = exported.with_name("anew.jsonl")
    anew.write_text(inside.getvalue(), "utf-8")
    assert trail_export.verify_export(anew) == []  # so far the deed would go unseen
    faults = trail_export.against_database(exported)
    assert [fault.chain for fault in faults] == [str(again)]


def test_what_was_cut_off_is_missed(exported: Path) -> None:
    last = Entry.objects.filter(event="dispatch.incident.report").latest("id")
    one = last.chain
    _as_owner(
        f"DELETE FROM kernel_entry WHERE chain_id = {one.pk} AND position >= {last.position}"  # noqa: S608
    )
    _rehash(one)
    assert [fault.chain for fault in trail_export.against_database(exported)] == [str(one)]


def test_a_file_made_up_afterwards_is_not_signed_with_the_noted_key(
    exported: Path, tmp_path: Path
) -> None:
    """Whoever makes a key of their own cannot match the one that was noted down."""
    noted = trail_export.public_key()
    assert trail_export.verify_export(exported, noted) == []
    (tmp_path / "trail-key.pem").unlink()
    forged = tmp_path / "forged.jsonl"
    trail_export.export(system(), forged)
    assert trail_export.verify_export(forged) == []
    assert trail_export.verify_export(forged, noted)
