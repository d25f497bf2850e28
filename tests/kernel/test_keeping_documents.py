"""Files of a matter: kept by content, judged by content, read with a reason."""

import io
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from PIL import Image

from tests.toy import Town
from watchroom.base.refusal import Refusal
from watchroom.kernel import access, documents
from watchroom.kernel.models import Document, Entry


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "文书"
    return tmp_path / "文书"


def picture(kind: str = "png") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(made, kind)
    return made.getvalue()


def package(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members.items():
            out.writestr(name.replace("__", "/"), data)
    return made.getvalue()


DOCX = package(**{"[Content_Types].xml": b"<Types/>", "word__document.xml": b"<w/>"})
OFFICE = "application/vnd.openxmlformats-officedocument"
XLSX = package(**{"xl__workbook.xml": b"<w/>"})


def add(town: Town, name: str, data: bytes, **given: object) -> Document:
    matter = town.open()
    return documents.add(town.actor("officer"), matter.pk, name, [data[:5], data[5:]], **given)


@pytest.mark.parametrize(
    ("name", "data", "kept"),
    [
        ("现场.exe", picture("png"), ("image/png", "现场.png")),
        ("照片.jpg", picture("jpeg"), ("image/jpeg", "照片.jpg")),
        ("a.webp", picture("webp"), ("image/webp", "a.webp")),
        ("笔录.txt", b"%PDF-1.7\n1 0 obj", ("application/pdf", "笔录.pdf")),
        ("笔录.docx", DOCX, (f"{OFFICE}.wordprocessingml.document", "笔录.docx")),
        ("表", XLSX, (f"{OFFICE}.spreadsheetml.sheet", "表.xlsx")),
        ("说明.html", "情况说明\n第二行".encode(), ("text/plain", "说明.txt")),
        ("说明.txt", "情况说明".encode("gb18030"), ("text/plain", "说明.txt")),
        ("录音.m4a", b"RIFF\x24\0\0\0WAVEfmt " + bytes(30), ("audio/wav", "录音.wav")),
    ],
)
def test_the_content_says_what_it_is(
    town: Town, name: str, data: bytes, kept: tuple[str, str]
) -> None:
    document = add(town, name, data)
    assert (document.media_type, document.name) == kept
    assert documents.place(document.sha256).read_bytes() == data


MACROS = package(**{"word__document.xml": b"<w/>", "word__vbaProject.bin": b"x"})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ" + bytes(200),
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>",
        b"\x7fELF" + bytes(100),
        package(a=b"x"),
        MACROS,
        b"PK\x03\x04 broken",
        b"\x00\x01\x02\x03" * 10,
    ],
)
def test_what_is_not_on_the_list_is_refused_and_leaves_nothing(
    town: Town, folder: Path, data: bytes
) -> None:
    with pytest.raises(Refusal):
        add(town, "照片.jpg", data)
    assert not [path for path in folder.rglob("*") if path.is_file()]
    assert not Document.objects.exists()
    assert not Entry.objects.filter(event="toy.thing.document_added").exists()


def test_a_packed_bomb_is_refused(town: Town) -> None:
    with pytest.raises(Refusal, match="过大"):
        add(town, "a.docx", package(**{"word__document.xml": bytes(60_000_000)}))


def test_too_large_is_refused_while_it_arrives(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LARGEST", 10)
    with pytest.raises(Refusal, match="MB"):
        add(town, "a.txt", b"elf Zeichen")


def test_the_same_file_lies_on_the_disk_once(town: Town, folder: Path) -> None:
    data = picture()
    first, second = add(town, "甲.png", data), add(town, "乙.png", data)
    assert first.sha256 == second.sha256
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


def test_sent_twice_it_is_kept_once(town: Town) -> None:
    matter, act_id = town.open(), uuid4()
    for _ in range(2):
        documents.add(town.actor("officer"), matter.pk, "a.png", [picture()], act_id=act_id)
    assert Document.objects.count() == 1


def test_reading_personal_data_needs_a_purpose_and_is_recorded(town: Town) -> None:
    document = add(town, "身份证.png", picture())
    with pytest.raises(Refusal, match="用途"):
        documents.read(town.actor("officer"), document.pk)
    _, path = documents.read(town.actor("officer", purpose="handling"), document.pk)
    assert path.read_bytes() == picture()
    entry = Entry.objects.get(event="toy.thing.document_read")
    assert (entry.reason, entry.data["name"]) == ("handling", "身份证.png")


def test_a_plain_file_needs_no_purpose_but_is_recorded_too(town: Town) -> None:
    document = add(town, "地图.png", picture(), personal=False)
    documents.read(town.actor("colleague"), document.pk)
    assert Entry.objects.filter(event="toy.thing.document_read").count() == 1


def test_a_stranger_learns_nothing(town: Town) -> None:
    document = add(town, "a.png", picture())
    for number in (document.pk, 10**9):
        with pytest.raises(access.NotFound):
            documents.read(town.actor("stranger", purpose="handling"), number)
    with pytest.raises(access.NotFound):
        documents.add(town.actor("stranger"), document.matter_id, "b.png", [picture()])


def test_a_damaged_file_is_not_handed_out(town: Town) -> None:
    document = add(town, "a.png", picture(), personal=False)
    documents.place(document.sha256).write_bytes(b"other")
    with pytest.raises(Refusal, match="损坏"):
        documents.read(town.actor("officer"), document.pk)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd.txt"),
        ("C:\\照片\\现场.jpeg", "现场.txt"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie x.txt"),
        ("..", "file.txt"),
        ("长" * 300, "长" * 150 + ".txt"),
    ],
)
def test_names_are_cleaned(name: str, clean: str) -> None:
    assert documents.clean_name(name, "txt") == clean


def test_over_the_browser(town: Town) -> None:
    matter = town.open()
    client = Client()
    client.force_login(town.staff["officer"])
    file = io.BytesIO(picture())
    file.name = "现场.png"
    sent = {"file": file, "personal": "on"}
    page = client.post(f"/m/{matter.number}/documents/", sent, follow=True)
    assert "现场.png" in page.text
    address = f"/documents/{Document.objects.get().pk}/"
    asked = client.get(address)
    assert asked.headers["Location"].startswith(f"/matters/{matter.pk}/purpose/")
    got = client.post(asked.headers["Location"], {"code": "handling", "next": address}, follow=True)
    assert b"".join(got.streaming_content) == picture()
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    stranger = Client()
    stranger.force_login(town.staff["stranger"])
    assert stranger.get(address).status_code == 404
    assert stranger.get("/documents/99999999/").status_code == 404
    file.seek(0)
    assert stranger.post(f"/m/{matter.number}/documents/", sent).status_code == 404
