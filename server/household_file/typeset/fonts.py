"""Which installed face can draw a name whole, so that no name is ever set in two faces."""

import subprocess
from functools import cache

from fontTools.ttLib import TTFont

SONG, KAI, HEI = "Noto Serif CJK SC", "LXGW WenKai", "Noto Sans CJK SC"
LAST = ("HanaMinA", "HanaMinB")
PACKAGES = {SONG: "fonts-noto-cjk", HEI: "fonts-noto-cjk", KAI: "fonts-lxgw-wenkai"}


@cache
def missing() -> tuple[str, ...]:
    """Debian packages whose faces are not installed; the file cannot be printed without them."""
    return tuple(sorted({package for face, package in PACKAGES.items() if not _file(face)}))


@cache
def covers(face: str, text: str) -> bool:
    """Whether a face holds every character of a text."""
    return all(ord(character) in _characters(face) for character in text if not character.isspace())


def name_class(name: str, wanted: str) -> str:
    """The CSS class of the face in which a name can be set whole, the wanted face if possible.

    Returns "" for the wanted face, else `song`, `kai` or `last` (`last`: Hanazono, which draws all
    of Unicode to Extension F).
    """
    if _common(name) or covers(wanted, name):
        return ""
    for face, css in ((SONG, "song"), (KAI, "kai")):
        if face != wanted and covers(face, name):
            return css
    return "last"


def unprintable(text: str) -> str:
    """The characters of a text that no installed face of ours can draw, each once."""
    faces = (SONG, KAI, *LAST)
    rare = (c for c in set(text) if not (c.isspace() or c.isascii() or _common(c)))
    return "".join(sorted(c for c in rare if not any(covers(face, c) for face in faces)))


def _common(text: str) -> bool:
    """Whether a text stays within GB 2312, which every face here holds."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _file(face: str) -> str:
    """The file of a face's regular cut as fontconfig finds it, "" when it is not installed."""
    found = subprocess.run(
        ["fc-match", "-f", "%{family}\t%{file}\t%{index}", f"{face}:style=Regular"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    family, file, index = found.split("\t")
    return f"{file}#{index}" if face in family.split(",") else ""


@cache
def _characters(face: str) -> frozenset[int]:
    file, _, index = _file(face).rpartition("#")
    if not file:
        return frozenset()
    number = int(index) & 0xFFFF if file.endswith((".ttc", ".otc")) else -1
    with TTFont(file, fontNumber=number, lazy=True) as font:
        return frozenset(font.getBestCmap())
