"""Faces that the standards name are used where they are installed, and names stay whole."""

import os
import subprocess
import sys
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from tests.household_file.households import ACCOUNT, RARE

CONFIGURATION = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include>/etc/fonts/fonts.conf</include><dir>{0}</dir><cachedir>{0}</cachedir>
</fontconfig>"""
#: Fonts are read once in a process, so the page is set in another one.
PROGRAM = """
import sys
from pathlib import Path
from server.household_file.typeset.page import page
from server.household_file.typeset.pdf import pdf
from tests.household_file.households import Pictures, a_file, a_member, a_visit
file = a_file(members=(a_member(1, "张㛃", "户主"),), visits=(a_visit(0, full=True),))
Path(sys.argv[1]).write_bytes(pdf(page(file, 1), Pictures()))
"""


def stand_in(path: Path, family: str, characters: str) -> None:
    """A face of black boxes for some characters."""
    pen = TTGlyphPen(None)
    for place, point in enumerate(((100, 0), (100, 800), (900, 800), (900, 0))):
        (pen.lineTo if place else pen.moveTo)(point)
    pen.closePath()
    box = pen.glyph()
    names = {ord(character): f"c{ord(character):X}" for character in sorted(set(characters))}
    order = [".notdef", *names.values()]
    face = FontBuilder(1000, isTTF=True)
    face.setupGlyphOrder(order)
    face.setupCharacterMap(names)
    face.setupGlyf(dict.fromkeys(order, box))
    face.setupHorizontalMetrics(dict.fromkeys(order, (1000, 100)))
    face.setupHorizontalHeader(ascent=880, descent=-120)
    face.setupNameTable({"familyName": family, "styleName": "Regular"})
    face.setupOS2(sTypoAscender=880, sTypoDescender=-120)
    face.setupPost()
    face.save(path)


def test_an_installed_fangsong_is_used_and_rare_names_fall_to_a_face_that_has_them(
    tmp_path: Path,
) -> None:
    common = "".join(c for c in ACCOUNT if "\u4e00" <= c <= "\u9fff" and c not in "".join(RARE))
    stand_in(tmp_path / "fang.ttf", "FangSong_GB2312", common)
    configuration = tmp_path / "fonts.conf"
    configuration.write_text(CONFIGURATION.format(tmp_path))
    printed = tmp_path / "file.pdf"
    subprocess.run(
        [sys.executable, "-c", PROGRAM, printed],
        env=os.environ | {"FONTCONFIG_FILE": str(configuration)},
        check=True,
    )
    faces = subprocess.run(["pdffonts", printed], capture_output=True, text=True, check=True).stdout
    assert "FangSong" in faces
    assert "LXGW-WenKai" in faces
    text = subprocess.run(["pdftotext", printed, "-"], capture_output=True, check=True).stdout
    assert "张㛃一直吃" in text.decode()
