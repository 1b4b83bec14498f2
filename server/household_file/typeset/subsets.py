"""Cutting the faces of a file down to its characters, from faces that are cut down already.

A Chinese face has 65,000 glyphs in 26 MB, and WeasyPrint copies and searches all of it for every
file. Here each face is cut down once a process to what GB 2312 has, and files are cut from that; a
file with a rarer glyph is cut from the whole face. The bytes are the same either way.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from fontTools.ttLib import TTFont, newTable
from weasyprint.pdf import fonts
from weasyprint.text.ffi import ffi, harfbuzz, harfbuzz_subset

#: Tables of laying out text: pages are laid out already.
DROPPED = (b"BASE", b"DSIG", b"EBDT", b"EBLC", b"EBSC", b"GPOS", b"GSUB", b"JSTF", b"LTSH", b"PCLT")
MOST_GLYPHS = 1 << 16

_read = fonts.get_hb_object_data


@dataclass(slots=True)
class _Reduced:
    """A face with common glyphs only; `face` is None where HarfBuzz cannot cut it so.

    cuts: how often it was cut with glyphs that the files before had asked for.
    """

    glyphs: frozenset[int]
    face: Any = None
    cuts: int = 0

    def cut(self, whole: Any, glyphs: frozenset[int]) -> None:
        """Cut it from the whole face, with some more glyphs."""
        self.glyphs |= glyphs
        self.face = _subset(whole, sorted(self.glyphs), harfbuzz_subset.HB_SUBSET_FLAGS_RETAIN_GIDS)
        self.cuts += 1


#: The reduced faces of this process, by the name that WeasyPrint gives a face in a PDF.
FACES: dict[bytes, _Reduced] = {}
#: Digits of another width, dashes and the like, which no character stands for, come in so soon.
MOST_CUTS = 4


def install() -> None:
    """Put our way in the place of WeasyPrint's."""
    fonts.get_hb_object_data = _nothing_of_whole_faces
    fonts.Font._harfbuzz_subset = _harfbuzz_subset


def _nothing_of_whole_faces(face: Any, ot_color: Any = None, glyph: Any = None) -> Any:
    """WeasyPrint copies the whole face before it knows whether it needs it; it never does."""
    return _read(face, ot_color, glyph) if ot_color else b""


def _harfbuzz_subset(font: Any, to_unicode: dict[int, str], hinting: bool) -> None:
    """Cut a face down to the glyphs of a file, as WeasyPrint does."""
    keep = harfbuzz_subset.HB_SUBSET_FLAGS_NOTDEF_OUTLINE if font.missing else 0
    plain = 0 if hinting else harfbuzz_subset.HB_SUBSET_FLAGS_NO_HINTING
    glyphs = sorted(to_unicode)
    retain = harfbuzz_subset.HB_SUBSET_FLAGS_RETAIN_GIDS
    face = _subset(_source(font, frozenset(glyphs)), glyphs, retain | keep)
    face = face and _subset(face, range(glyphs[-1] + 1), keep | plain)
    content = face and _read(face)
    if not content:
        fonts.LOGGER.warning('Unable to subset "%s" with HarfBuzz', font.family)
        return
    font.file_content = content


def _source(font: Any, glyphs: frozenset[int]) -> Any:
    """The smallest face that has the glyphs."""
    reduced = FACES.get(font.name)
    if reduced is None:
        reduced = FACES[font.name] = _Reduced(_common_glyphs(font))
        reduced.cut(font.hb_face, glyphs)
    elif reduced.face and reduced.cuts < MOST_CUTS and not glyphs <= reduced.glyphs:
        reduced.cut(font.hb_face, glyphs)
    return reduced.face if reduced.face and glyphs <= reduced.glyphs else font.hb_face


def _subset(face: Any, glyphs: Any, flags: int) -> Any:
    request = ffi.gc(
        harfbuzz_subset.hb_subset_input_create_or_fail(),
        harfbuzz_subset.hb_subset_input_destroy,
    )
    _add(harfbuzz_subset.hb_subset_input_glyph_set(request), glyphs)
    dropped = harfbuzz_subset.hb_subset_input_set(
        request, harfbuzz_subset.HB_SUBSET_SETS_DROP_TABLE_TAG
    )
    _add(dropped, [harfbuzz.hb_tag_from_string(name, -1) for name in (*DROPPED, b"SVG ")])
    harfbuzz_subset.hb_subset_input_set_flags(
        request,
        flags
        | harfbuzz_subset.HB_SUBSET_FLAGS_PASSTHROUGH_UNRECOGNIZED
        | harfbuzz_subset.HB_SUBSET_FLAGS_DESUBROUTINIZE,
    )
    found = harfbuzz_subset.hb_subset_or_fail(face, request)
    return ffi.gc(found, harfbuzz.hb_face_destroy) if found else None


def _add(wanted: Any, numbers: Any) -> None:
    if isinstance(numbers, range):
        harfbuzz.hb_set_add_sorted_array(wanted, _first_glyphs(), numbers.stop)
        return
    harfbuzz.hb_set_add_sorted_array(wanted, ffi.new("hb_codepoint_t[]", numbers), len(numbers))


@cache
def _first_glyphs() -> Any:
    return ffi.new("hb_codepoint_t[]", list(range(MOST_GLYPHS)))


def _common_glyphs(font: Any) -> frozenset[int]:
    """The glyphs of the characters of GB 2312 and ASCII in a face."""
    blob = harfbuzz.hb_face_reference_table(font.hb_face, harfbuzz.hb_tag_from_string(b"cmap", -1))
    try:
        length = ffi.new("unsigned int *")
        data = ffi.unpack(harfbuzz.hb_blob_get_data(blob, length), length[0])
    finally:
        harfbuzz.hb_blob_destroy(blob)
    names = TTFont()
    names.setGlyphOrder([str(number) for number in range(font.glyph_count)])
    table = newTable("cmap")
    table.decompile(bytes(data), names)
    glyphs = table.getBestCmap()
    return frozenset(int(glyphs[ord(one)]) for one in _common() if ord(one) in glyphs)


@cache
def _common() -> frozenset[str]:
    rows, places = range(0xA1, 0xF8), range(0xA1, 0xFF)
    common = (bytes((row, place)).decode("gb2312", "ignore") for row in rows for place in places)
    return frozenset((*filter(None, common), *map(chr, range(0x20, 0x7F))))
