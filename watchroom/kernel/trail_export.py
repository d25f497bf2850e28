"""The trail as a file that proves itself, and the verifier that needs nothing but the file.

    python -m watchroom.kernel.trail_export FILE [--key HEX]

A file is JSON lines: first what it holds (every chain with its length and head), then the entries,
last an Ed25519 signature over the first line. The heads commit to every entry, the signature to the
heads. Whoever could rewrite the database and all its hashes still cannot match a file exported
before: `against_database` finds that.
"""

import json
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from watchroom.base.text import Text

from . import chain as links
from .chain import Fault

if TYPE_CHECKING:
    from .access import Actor
    from .models import Agency, Chain, Entry

FORMAT = "watchroom-trail-1"
KEY_FILE = "trail-key.pem"

Line = dict[str, Any]


# --- Writing: needs the database ------------------------------------------------------------------


def export(
    actor: "Actor", target: Path | TextIO, *, agency: "Agency | None" = None, month: str = ""
) -> int:
    """Write the chains of an agency and everything below it (all the actor may see if None).

    `month` is "2026-05" or "" for all. Returns how many entries were written. The export itself
    is an entry of the trail.
    """
    chains = _chains(actor, agency, month)
    if isinstance(target, Path):
        partial = target.with_name(target.name + ".part")
        with partial.open("w", encoding="utf-8") as stream:
            written = _write(stream, actor, chains)
        partial.replace(target)
    else:
        written = _write(target, actor, chains)
    _record(actor, chains, written)
    return written


def _chains(actor: "Actor", agency: "Agency | None", month: str) -> "list[Chain]":
    from . import access  # noqa: PLC0415 - the verifier below must run without Django
    from .models import Chain  # noqa: PLC0415

    access.require(actor, "trail.view")
    access.require(actor, "personal.export")
    rows = Chain.objects.select_related("agency").order_by("agency_id", "month")
    if not actor.everywhere:
        both = actor.reach("trail.view") & actor.reach("personal.export")
        rows = rows.filter(agency_id__in=both)
    if agency is not None:
        rows = rows.filter(agency__path__startswith=agency.path)
    return list(rows.filter(month=month) if month else rows)


def _write(stream: TextIO, actor: "Actor", chains: "Sequence[Chain]") -> int:
    from watchroom.base.clock import now  # noqa: PLC0415

    key = signing_key()
    first = links.canonical(
        {
            "format": FORMAT,
            "exported_at": now().isoformat(),
            "exported_by": actor.name,
            "purpose": actor.purpose,
            "key": key.public_key().public_bytes_raw().hex(),
            "chains": [_head(one) for one in chains],
        }
    )
    stream.write(first + "\n")
    written = 0
    for one in chains:
        for entry in _entries(one):
            stream.write(_line(one, entry) + "\n")
            written += 1
    stream.write(json.dumps({"signature": key.sign(first.encode()).hex()}) + "\n")
    return written


def _head(one: "Chain") -> Line:
    return {
        "chain": str(one),
        "agency": one.agency.code,
        "name": one.agency.name,
        "month": one.month,
        "algorithm": one.algorithm,
        "length": one.length,
        "head": one.head,
    }


def _entries(one: "Chain") -> "Iterator[Entry]":
    """Entries up to the length read above: what was added meanwhile is for the next export."""
    from .models import Entry  # noqa: PLC0415

    rows = Entry.objects.filter(chain=one, position__lte=one.length).order_by("position")
    return rows.iterator(2000)


def _line(one: "Chain", entry: "Entry") -> str:
    from . import trail  # noqa: PLC0415

    return links.canonical(
        {"chain": str(one), "hash": entry.hash, "entry": trail.body(entry, one.month)}
    )


def _record(actor: "Actor", chains: "Sequence[Chain]", written: int) -> None:
    from . import audit  # noqa: PLC0415

    audit.note(
        "trail.exported",
        actor=actor,
        data={"chains": [str(one) for one in chains], "entries": written},
        reason=actor.purpose,
    )


def signing_key() -> Ed25519PrivateKey:
    """The key in the data folder, made on first need and readable by its owner only."""
    from django.conf import settings  # noqa: PLC0415

    path = Path(settings.DATA) / KEY_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        made = Ed25519PrivateKey.generate()
        pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(pem)
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} is not an Ed25519 key")
    return key


def public_key() -> str:
    """The public key as hex: note it down outside this machine."""
    return signing_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def against_database(path: Path) -> list[Fault]:
    """Compare the heads of an earlier export with the chains as they are in the database now."""
    from .models import Entry  # noqa: PLC0415

    faults = []
    for head in _first(path)["chains"]:
        agency, month = head["chain"].split("/")
        now = Entry.objects.filter(
            chain__agency_id=agency, chain__month=month, position=head["length"]
        ).values_list("hash", flat=True)
        if head["length"] and list(now) != [head["head"]]:
            faults.append(Fault(head["chain"], head["length"], REWRITTEN))
    return faults


# --- Verifying: needs nothing but the file --------------------------------------------------------

REWRITTEN = Text("与以前的导出不符：其后被改写", "rewritten since it was exported")
NOT_SIGNED = Text("签名不符", "the signature does not match")
OTHER_KEY = Text("不是用给定的密钥签名", "not signed with the key you gave")
NOT_ONE = Text("不是留痕导出文件", "not an export of a trail")
NO_HEAD = Text("文件头没有这条链", "the first line names no such chain")
UNREADABLE = Text("这一行无法读取", "this line cannot be read")


def verify_export(path: Path, key: str = "") -> list[Fault]:
    """Every fault of an exported file: changed, removed, added, reordered entries, cut-off end,
    changed heads, missing signature. `key` (hex): the public key it must be signed with.
    """
    try:
        first = _first(path)
        heads = {head["chain"]: head for head in first["chains"]}
    except (ValueError, KeyError, TypeError, UnicodeDecodeError):
        return [Fault(path.name, 0, NOT_ONE)]
    faults = [*_signature(path, first, key)]
    lines: dict[str, list[tuple[int, str, str]]] = {name: [] for name in heads}
    for number, line in enumerate(_lines(path), start=2):
        faults.extend(_sort(number, line, lines))
    for name, head in heads.items():
        end = (head["length"], head["head"])
        faults.extend(links.check(name, head["algorithm"], lines[name], end))
    return faults


def _first(path: Path) -> Line:
    with path.open(encoding="utf-8") as stream:
        first = json.loads(stream.readline())
    if first.get("format") != FORMAT:
        raise ValueError(first)
    return dict(first)


def _lines(path: Path) -> Iterator[Line | None]:
    """The lines between the first and the signature; None for one that is no JSON object."""
    with path.open(encoding="utf-8", errors="replace") as stream:
        stream.readline()
        for text in stream:
            try:
                line = json.loads(text)
            except ValueError:
                line = None
            if not (isinstance(line, dict) and set(line) == {"signature"}):
                yield line if isinstance(line, dict) else None


def _sort(
    number: int, line: Line | None, lines: dict[str, list[tuple[int, str, str]]]
) -> Iterator[Fault]:
    try:
        if line is None:
            raise ValueError
        entry = line["entry"]
        item = (int(entry["position"]), str(line["hash"]), links.canonical(entry))
        name = str(line["chain"])
    except (KeyError, TypeError, ValueError):
        yield Fault("", number, UNREADABLE)
        return
    if name not in lines:
        yield Fault(name, item[0], NO_HEAD)
    elif name != f"{entry.get('agency')}/{entry.get('month')}":
        yield Fault(name, item[0], links.CHANGED)
    else:
        lines[name].append(item)


def _signature(path: Path, first: Line, key: str) -> Iterator[Fault]:
    if key and key.lower() != first.get("key"):
        yield Fault(path.name, 1, OTHER_KEY)
    with path.open("rb") as stream:
        text = stream.readline().rstrip(b"\n")
        last = (deque(stream, maxlen=1) or [b""])[0]
    try:
        signature = bytes.fromhex(json.loads(last)["signature"])
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(first["key"])).verify(signature, text)
    except (InvalidSignature, KeyError, TypeError, ValueError):
        yield Fault(path.name, 1, NOT_SIGNED)


def main(arguments: Sequence[str]) -> int:
    """Verify a file; 0 if it holds, 1 with one line a fault if not, 2 for wrong use."""
    if not arguments or (arguments[1:] and (arguments[1] != "--key" or len(arguments) != 3)):
        print(__doc__, file=sys.stderr)
        return 2
    path = Path(arguments[0])
    faults = verify_export(path, arguments[2] if len(arguments) == 3 else "")
    for fault in faults:
        print(fault)
    if not faults:
        print(Text("完好：{f}", "holds: {f}").format(f=path.name), f"key {_first(path)['key']}")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
