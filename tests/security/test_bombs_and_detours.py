"""Files that grow when opened, XML that fetches, addresses that lead elsewhere, slow patterns."""

import ast
import re
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as patterns  # type: ignore[attr-defined]
from typing import Any

import pytest

from watchroom.base.refusal import Refusal
from watchroom.domains.dispatch.exchange import cap
from watchroom.domains.fraud import files
from watchroom.kernel import outward

ROOT = Path(__file__).resolve().parents[2]
NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE alert [<!ENTITY a "haha">'
    + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1 if n > 1 else chr(32).strip()};" * 10}">' for n in range(1, 9)
    )
    + f']><alert xmlns="{NAMESPACE}"><identifier>&a8;</identifier></alert>'
)
FETCHES = (
    '<?xml version="1.0"?><!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    f'<alert xmlns="{NAMESPACE}"><identifier>&x;</identifier></alert>'
)
DEEP = f'<alert xmlns="{NAMESPACE}">' + "<a>" * 100_000


@pytest.mark.parametrize("message", [LAUGHS, FETCHES, DEEP, "", "<", "\x00", "<alert/>"])
def test_an_alert_that_is_an_attack_is_refused_with_a_sentence(message: str) -> None:
    with pytest.raises(Refusal):
        cap.parse(message.encode())


def test_an_alert_larger_than_its_limit_is_not_even_parsed() -> None:
    with pytest.raises(Refusal, match="512"):
        cap.parse(b" " * (cap.LARGEST + 1))


def _workbook(path: Path, member: str, content: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr(member, content)
    return path


def test_a_workbook_that_grows_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    bomb = _workbook(tmp_path / "warnings.xlsx", "xl/sharedStrings.xml", "0" * 60_000_000)
    assert bomb.stat().st_size < 200_000
    with pytest.raises(Refusal):
        list(files.rows(bomb))


def test_what_is_called_a_workbook_and_is_none_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "warnings.xlsx"
    other.write_text("phone,name\n1,2\n")
    with pytest.raises(Refusal):
        list(files.rows(other))


DISGUISES = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "255.255.255.255", "224.0.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1",  # noqa: S104
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe", "198.18.0.1", "192.0.2.1",
)  # fmt: skip


@pytest.mark.parametrize("address", DISGUISES)
def test_no_disguise_of_an_inner_address_is_asked(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: [(0, 0, 0, "", (address, 443))])
    asked: list[Any] = []
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: asked.append(a))
    with pytest.raises(Refusal):
        outward.post("https://partner.example/hook", b"", {})
    assert not asked


def test_one_inner_answer_among_good_ones_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [(0, 0, 0, "", (address, 443)) for address in ("93.184.216.34", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: rows)
    with pytest.raises(Refusal):
        outward.resolve(outward.check_url("https://partner.example/"))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "gopher://x/", "ftp://x/", "//x/", "https://", "https://u:p@x/",
        "https://x:0/", "https://x:99999/", "https://x/#f", "javascript:alert(1)", "https://[::1",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(url: str) -> None:
    with pytest.raises(Refusal):
        outward.check_url(url)


def test_a_name_is_resolved_once_and_a_redirect_is_an_answer(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """The second answer of a rebinding name is never heard; 302 is not followed."""
    settings.WATCHROOM_OUTWARD_NETWORKS = ["127.0.0.0/8"]
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    names: list[str] = []
    true = socket.getaddrinfo

    def once(host: str, *rest: Any, **more: Any) -> Any:
        if host == "partner.example":
            names.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        return true(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    answered = _answer_once(server)
    assert outward.post(f"http://partner.example:{port}/", b"{}", {}) == 302
    answered.join()
    assert names == ["partner.example"]


def _answer_once(server: socket.socket) -> Any:
    import threading

    def answer() -> None:
        line, _ = server.accept()
        line.recv(65536)
        line.sendall(
            b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
        )
        line.close()
        server.close()

    thread = threading.Thread(target=answer)
    thread.start()
    return thread


def _literals() -> Iterator[tuple[str, str]]:
    """Every pattern that our code compiles, where it is written out."""
    for path in sorted((ROOT / "watchroom").rglob("*.py")):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            named = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
            if named and node.args and isinstance(node.args[0], ast.Constant):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.args[0].value


def _repeats_inside_repeats(tree: Any, inside: bool = False) -> bool:
    """Whether something without end stands inside something without end: the exponential kind."""
    for kind, given in tree:
        if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
            endless = given[1] is kinds.MAXREPEAT or given[1] > 100
            if (endless and inside) or _repeats_inside_repeats(given[2], inside or endless):
                return True
        elif kind is kinds.SUBPATTERN:
            if _repeats_inside_repeats(given[3], inside):
                return True
        elif kind is kinds.BRANCH and any(_repeats_inside_repeats(b, inside) for b in given[1]):
            return True
    return False


def test_no_pattern_of_ours_can_take_exponential_time() -> None:
    found = list(_literals())
    assert len(found) > 30
    bad = [
        where
        for where, said in found
        if isinstance(said, str) and _repeats_inside_repeats(patterns.parse(said))
    ]
    assert not bad


def test_the_check_of_patterns_catches_one() -> None:
    assert _repeats_inside_repeats(patterns.parse(r"(a+)+$"))
    assert _repeats_inside_repeats(patterns.parse(r"(?:(?:x|y*)z?)*"))
    assert not _repeats_inside_repeats(patterns.parse(r"[a-z]+\d+"))
    assert re.compile(r"[a-z]+")
