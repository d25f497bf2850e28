"""The Chinese font that papers (PDF) are printed with, enclosed in each.

No font is shipped: it is found on the machine, or named by WATCHROOM_PDF_FONT. Into a PDF go only
the characters it uses. Fonts with PostScript outlines (Noto CJK as most systems have it) cannot be
enclosed by reportlab as they are: their outlines are turned into TrueType's once, and kept in the
data folder. With no font at all the PDF names one (STSong-Light), and whoever opens it needs one.
"""

import hashlib
import io
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from threading import Lock

from django.conf import settings
from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, newTable
from fontTools.ttLib import TTFont as Source
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

NAMED = "STSong-Light"
LIKELY = (
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/Hiragino Sans GB.ttc",
    "/System/Library/Fonts/STHeiti Medium.ttc",
    "/Library/Fonts/Arial Unicode.ttf",
    "C:/Windows/Fonts/msyh.ttc",
    "C:/Windows/Fonts/simsun.ttc",
)
CHINESE = ("CJKsc", "CJK SC", "SansSC", "Sans SC", "GB")
"""What the Simplified Chinese face of a collection is called; else the first is taken."""
_lock = Lock()
_asked: set[str] = set()
_name = ""


def find() -> Path | None:
    """The font file that is enclosed; None where there is none to find."""
    wish = settings.WATCHROOM_PDF_FONT
    places = [wish] if wish else LIKELY
    return next((path for place in places if (path := Path(place)).is_file()), None)


def covering(text: str) -> str:
    """The name of a registered font that draws these characters, as far as the font has them."""
    global _name  # noqa: PLW0603 - one font a process, made anew when a character is missing
    with _lock:
        path = find()
        if path is None:
            return _named()
        if not _name or not _asked.issuperset(text):
            _asked.update(_usual(), text)
            body = _kept(path, "".join(sorted(_asked)))
            _name = f"paper-{len(_asked)}"
            pdfmetrics.registerFont(TTFont(_name, io.BytesIO(body)))
        return _name


def _named() -> str:
    if NAMED not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(NAMED))
    return NAMED


def _usual() -> Iterable[str]:
    """Latin and the 6,763 characters of GB 2312: nearly all that is ever written."""
    rows = (bytes([row, cell]) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    known = (row.decode("gb2312", "ignore") for row in rows)
    return [*map(chr, (*range(32, 127), *range(160, 256))), *"".join(known), "…", "—"]


def _kept(path: Path, characters: str) -> bytes:
    """The font with these characters, from the data folder or made now."""
    stamp = path.stat()
    said = f"{path}|{stamp.st_size}|{stamp.st_mtime_ns}|{characters}"
    kept = Path(settings.DATA) / "fonts" / f"{hashlib.sha256(said.encode()).hexdigest()[:24]}.ttf"
    if kept.exists():
        return kept.read_bytes()
    body = made(path, characters)
    kept.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=kept.parent, prefix=".font-")
    with os.fdopen(handle, "wb") as file:
        file.write(body)
    Path(name).replace(kept)
    return body


def made(path: Path, characters: str) -> bytes:
    """A TrueType font of these characters; those the font lacks are left out."""
    font = Source(path, fontNumber=_face(path), lazy=True)
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"]
    worker = subset.Subsetter(options)
    worker.populate(text=characters)
    worker.subset(font)
    if "CFF " in font:
        _turned(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def face(path: Path) -> int:
    """Which face of a collection is the Simplified Chinese one; 0 of a plain font."""
    return max(_face(path), 0)


def _face(path: Path) -> int:
    if path.suffix.lower() not in (".ttc", ".otc"):
        return -1
    with TTCollection(path, lazy=True) as faces:
        names = [str(face["name"].getDebugName(6) or "") for face in faces]
    return next((k for k, name in enumerate(names) if any(c in name for c in CHINESE)), 0)


MEASURES = (
    "maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs",
    "maxStackElements", "maxSizeOfInstructions", "maxComponentElements", "maxPoints",
    "maxContours", "maxCompositePoints", "maxCompositeContours", "maxComponentDepth",
)  # fmt: skip


def _turned(font: Source) -> None:
    """PostScript outlines made TrueType's, nowhere further off than one unit of 1,000."""
    glyphs, order = font.getGlyphSet(), font.getGlyphOrder()
    drawn = {}
    for name in order:
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
        drawn[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, drawn
    del font["CFF "]
    font["maxp"].tableVersion = 0x00010000
    for measure in MEASURES:  # counted when it is saved, or not used without hints
        setattr(font["maxp"], measure, 1 if measure == "maxZones" else 0)
    font["post"].formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"
