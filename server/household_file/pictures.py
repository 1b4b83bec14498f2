"""Whether a picture can be printed, found out before a page relies on it."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from server.attachments.reading import file_of

NOT_HERE = "手机上的照片还没有传到"
BROKEN = "照片打不开，请记录人重新上传"
JPEG_END = b"\xff\xd9"


def fault_of(sha256: str) -> str:
    """Why the picture of a hash cannot be printed; blank where it can."""
    path = file_of(sha256, "thumb") if sha256 else None
    if path is None:
        return NOT_HERE
    return "" if _is_whole(path) else BROKEN


def _is_whole(path: Path) -> bool:
    try:
        with Image.open(path) as image:
            if image.format == "JPEG":
                return _ends(path)
            image.verify()
            return image.format == "PNG"
    except (OSError, SyntaxError, Image.DecompressionBombError):
        return False


def _ends(path: Path) -> bool:
    """Whether a JPEG was written to its end: a half one opens and prints grey."""
    with path.open("rb") as file:
        file.seek(-min(64, path.stat().st_size), 2)
        return JPEG_END in file.read()
