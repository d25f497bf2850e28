"""New keys: what lies sealed stays readable, and the old ones go."""

import json
import stat
from pathlib import Path

import pytest
from cryptography.fernet import InvalidToken
from hypothesis import given
from hypothesis import strategies as st

from tests.people import County
from watchroom.kernel import ciphers, sealing
from watchroom.kernel.models import Staff
from watchroom.kernel.registry import registry
from watchroom.site import keys

A_KEY = b"k" * 32


def _use(settings: object, kept: dict[str, str]) -> None:
    settings.SECRET_KEY = kept[keys.SECRET]  # type: ignore[attr-defined]
    settings.SECRET_KEY_FALLBACKS = kept.get(keys.OLD, "").split()  # type: ignore[attr-defined]


def test_secrets_are_made_at_the_first_start_for_their_owner_only(tmp_path: Path) -> None:
    first = keys.load_keys(tmp_path)
    assert len(first[keys.SECRET]) >= 43
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert keys.load_keys(tmp_path) == first


def test_after_a_rotation_the_old_secret_still_opens_and_the_new_one_closes(
    tmp_path: Path, settings: object
) -> None:
    before = keys.load_keys(tmp_path)
    _use(settings, before)
    kept = sealing.seal("totp", "JBSWY3DP")
    keys.rotate(tmp_path)
    after = keys.load_keys(tmp_path)
    assert after[keys.SECRET] != before[keys.SECRET]
    assert after[keys.OLD] == before[keys.SECRET]
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    _use(settings, after)
    assert sealing.unseal("totp", kept) == "JBSWY3DP"
    fresh = sealing.seal("totp", "JBSWY3DP")
    _use(settings, {keys.SECRET: before[keys.SECRET]})
    with pytest.raises(InvalidToken):
        sealing.unseal("totp", fresh)


def test_twice_rotated_the_oldest_opens_too_until_it_is_forgotten(
    tmp_path: Path, settings: object
) -> None:
    _use(settings, keys.load_keys(tmp_path))
    kept = sealing.seal("webhook", "whsec")
    keys.rotate(tmp_path)
    keys.rotate(tmp_path)
    _use(settings, keys.load_keys(tmp_path))
    assert sealing.unseal("webhook", kept) == "whsec"
    assert keys.forget_old(tmp_path) == 2
    assert keys.OLD not in json.loads((tmp_path / "secrets.json").read_text())
    _use(settings, keys.load_keys(tmp_path))
    with pytest.raises(InvalidToken):
        sealing.unseal("webhook", kept)


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
def test_sealed_anew_everything_opens_without_the_old_secret(
    county: County, settings: object, cipher: str
) -> None:
    _use(settings, {keys.SECRET: "first"})
    officer = county.staff["officer"]
    Staff.objects.filter(pk=officer.pk).update(totp_secret=sealing.seal("totp", "JBSWY3DP"))
    _use(settings, {keys.SECRET: "second", keys.OLD: "first"})
    settings.WATCHROOM_SEAL = cipher  # type: ignore[attr-defined]
    assert sealing.reseal() == 1
    _use(settings, {keys.SECRET: "second"})
    officer.refresh_from_db()
    assert sealing.unseal("totp", officer.totp_secret) == "JBSWY3DP"
    assert officer.totp_secret.startswith("sm4:") is (cipher == "sm4")


def test_every_column_that_is_sealed_is_known() -> None:
    """Whoever seals a second thing says so, or it would be lost with the next rotation."""
    known = {(one.model._meta.label, one.column) for one in sealing.everywhere()}
    wanted = {
        ("kernel.Staff", "totp_secret"),
        ("kernel.Webhook", "secret"),
        ("kernel.SubjectRequest", "sought"),
        ("fraud.Bank", "secret"),
    }
    assert known == wanted
    root = Path(sealing.__file__).resolve().parents[1]
    callers = [
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if "sealing.seal(" in path.read_text("utf-8") and "tests" not in path.parts
    ]
    assert sorted(callers) == [
        "domains/fraud/actions/banks.py", "kernel/subject_access.py", "kernel/totp.py",
        "kernel/webhooks.py",
    ]  # fmt: skip
    assert registry.domains


@given(secret=st.binary(max_size=200), cipher=st.sampled_from(sorted(ciphers.CIPHERS)))
def test_what_is_sealed_opens_again_and_changed_by_a_letter_it_does_not(
    secret: bytes, cipher: str
) -> None:
    kept = ciphers.CIPHERS[cipher].seal(A_KEY, secret)
    assert ciphers.of(kept).unseal(A_KEY, kept) == secret
    place = len(kept) // 2
    changed = kept[:place] + ("A" if kept[place] != "A" else "B") + kept[place + 1 :]
    with pytest.raises(InvalidToken):
        ciphers.of(changed).unseal(A_KEY, changed)
    with pytest.raises(InvalidToken):
        ciphers.of(kept).unseal(b"x" * 32, kept)


def test_sm4_is_the_sm4_of_the_standard() -> None:
    """GB/T 32907, example 1: one block under itself."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    block = bytes.fromhex("0123456789abcdeffedcba9876543210")
    work = Cipher(algorithms.SM4(block), modes.ECB()).encryptor()  # noqa: S305 - the standard's
    assert (work.update(block) + work.finalize()).hex() == "681edf34d206965e86b3e94f536e4246"


def test_the_trails_old_key_is_put_aside_and_not_lost(tmp_path: Path) -> None:
    (tmp_path / "trail-key.pem").write_bytes(b"old")
    aside = keys.rotate_trail_key(tmp_path)
    assert not (tmp_path / "trail-key.pem").exists()
    assert (tmp_path / aside).read_bytes() == b"old"
