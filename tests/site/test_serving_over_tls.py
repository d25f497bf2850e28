"""TLS without a proxy: with a certificate of one's own, and not without its key."""

import datetime
import os
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from http.client import BadStatusLine
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.plugin import ROOT
from tests.running import free_port
from watchroom.site import serving
from watchroom.site.parent_death import leave_with_parent
from watchroom.site.trouble import Trouble

SERVE = "from watchroom.site import serving; import sys; serving.run('tests.site.hello:application', 'wsgi', 'localhost', int(sys.argv[1]), threads=1)"  # noqa: E501
PATIENCE = 120.0


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for localhost that signed itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = tmp_path / "cert.pem", tmp_path / "key.pem"
    paths[0].write_bytes(made.public_bytes(Encoding.PEM))
    paths[1].touch(mode=0o600)
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


def test_with_a_certificate_only_tls_is_spoken(
    certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    port = free_port()
    named = {"WATCHROOM_CERTIFICATE": str(certificate[0]), "WATCHROOM_KEY": str(certificate[1])}
    log = tmp_path / "server.log"
    with log.open("wb") as said:
        server = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(port)],
            cwd=ROOT,
            env={**os.environ, **named},
            stdout=said,
            stderr=subprocess.STDOUT,
            preexec_fn=leave_with_parent(signal.SIGTERM),  # noqa: PLW1509
        )
    try:
        trust = ssl.create_default_context(cafile=str(certificate[0]))
        assert _asked(f"https://localhost:{port}/", trust, server, log) == b"https"
        with pytest.raises((urllib.error.URLError, ConnectionError, BadStatusLine)):
            urllib.request.urlopen(f"http://localhost:{port}/", timeout=10)
    finally:
        server.terminate()
        server.wait()


def _asked(url: str, trust: ssl.SSLContext, server: subprocess.Popen[bytes], log: Path) -> bytes:
    """What the server answers once it listens; with what it said when it ends before that."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url, context=trust, timeout=10) as answer:  # noqa: S310
                return bytes(answer.read())
        except (urllib.error.URLError, ConnectionError) as error:
            if server.poll() is not None or time.monotonic() > until:
                raise AssertionError(log.read_text("utf-8")) from error
            time.sleep(0.2)


def test_half_a_certificate_is_a_sentence(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WATCHROOM_CERTIFICATE", raising=False)
    monkeypatch.setenv("WATCHROOM_KEY", str(certificate[1]))
    with pytest.raises(Trouble, match="WATCHROOM_CERTIFICATE"):
        serving.certificate_files()


def test_a_key_that_others_can_read_is_a_sentence(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate[1].chmod(0o644)
    monkeypatch.setenv("WATCHROOM_CERTIFICATE", str(certificate[0]))
    monkeypatch.setenv("WATCHROOM_KEY", str(certificate[1]))
    with pytest.raises(Trouble, match="chmod 600"):
        serving.certificate_files()


def test_without_a_certificate_a_proxy_speaks_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WATCHROOM_KEY", raising=False)
    monkeypatch.setenv("WATCHROOM_CERTIFICATE", "/etc/proxy.pem")  # for `check` to look at
    assert serving.certificate_files() == (None, None)


def test_a_host_without_an_address_is_a_sentence() -> None:
    with pytest.raises(Trouble, match="--host"):
        serving.address_of("no-such-host.invalid")
