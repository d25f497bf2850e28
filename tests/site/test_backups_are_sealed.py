"""A backup is read with its key and no other, whole or not at all, from a folder or a bucket."""

from __future__ import annotations

import io
from pathlib import Path
from unittest.mock import patch

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tests.site.a_bucket import a_bucket
from watchroom.site import sealed_files
from watchroom.site.backup_store import Bucket, Folder, Store
from watchroom.site.sealed_files import PIECE, TAG, seal, unseal
from watchroom.site.trouble import Trouble

KEY = X25519PrivateKey.generate()
HEAD = len(sealed_files.MAGIC) + 40


def sealed(content: bytes) -> bytes:
    return b"".join(seal(io.BytesIO(content), KEY.public_key()))


def opened(content: bytes, key: X25519PrivateKey = KEY) -> bytes:
    return b"".join(unseal(io.BytesIO(content), key, "the backup"))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_is_sealed_is_opened_again(size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    assert opened(sealed(content[:size])) == content[:size]


def test_another_key_is_refused_in_a_sentence() -> None:
    with pytest.raises(Trouble, match="does not open the backup: it was sealed for"):
        opened(sealed(b"x"), X25519PrivateKey.generate())


@given(st.data())
def test_whatever_is_changed_is_found(data: st.DataObject) -> None:
    whole = bytearray(sealed(b"y" * 300))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Trouble):
        opened(bytes(whole))


@given(st.integers(0, 400))
def test_whatever_is_cut_off_is_found(length: int) -> None:
    whole = sealed(b"y" * 300)
    with pytest.raises(Trouble):
        opened(whole[: min(length, len(whole) - 1)])


def test_pieces_left_out_or_moved_are_found() -> None:
    whole, one = sealed(b"z" * (3 * PIECE + 5)), PIECE + TAG
    pieces = [whole[HEAD + n * one : HEAD + (n + 1) * one] for n in range(4)]
    for order in ([0, 2, 3], [0, 1, 2], [1, 0, 2, 3], [0, 1, 1, 2, 3]):
        with pytest.raises(Trouble):
            opened(whole[:HEAD] + b"".join(pieces[n] for n in order))


def test_the_private_key_is_for_its_owner_only_and_may_leave(tmp_path: Path) -> None:
    key, said = sealed_files.public_key(tmp_path)
    private = tmp_path / sealed_files.PRIVATE
    assert said == str(private)
    assert private.stat().st_mode & 0o777 == 0o600
    assert sealed_files.private_key(private).public_key() == key
    private.unlink()
    assert sealed_files.public_key(tmp_path) == (key, "")


def keeps(store: Store) -> None:
    """What every store does."""
    store.put("wal/0001", [b"a", b"b" * 100])
    store.put("base/x/cluster.tar", (b"c" * (6 << 20) for _ in range(4)))
    assert store.names() == ["base/x/cluster.tar", "wal/0001"]
    assert store.names("wal/") == ["wal/0001"]
    with store.open("wal/0001") as file:
        assert file.read() == b"a" + b"b" * 100
    with store.open("base/x/cluster.tar") as file:
        assert sum(len(p) for p in iter(lambda: file.read(1 << 20), b"")) == 24 << 20
    store.remove("wal/0001")
    assert store.names("wal/") == []
    with pytest.raises(Trouble, match="There is no wal/0001"), store.open("wal/0001"):
        pass


def test_in_a_folder(tmp_path: Path) -> None:
    keeps(Folder(tmp_path / "kept"))


def test_in_a_bucket() -> None:
    with a_bucket() as (told, held), patch.dict("os.environ", told):
        keeps(Bucket("police", "county"))
        assert set(held) == {"police/county/base/x/cluster.tar"}


def test_a_store_that_is_not_there_is_a_sentence() -> None:
    with a_bucket() as (told, _):
        pass
    with (
        patch.dict("os.environ", told),
        pytest.raises(Trouble, match="The store did not take or give"),
    ):
        Bucket("police", "").names()


def test_a_half_written_file_is_no_file(tmp_path: Path) -> None:
    def breaks() -> object:
        yield b"a"
        raise OSError("the wire is cut")

    store = Folder(tmp_path)
    with pytest.raises(OSError, match="cut"):
        store.put("base", breaks())  # type: ignore[arg-type]
    assert store.names() == []
