"""Whether a picture can be printed, found out before a page relies on it."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from server.attachments import store
from server.attachments.image import inspect
from server.attachments.reading import file_of
from server.config import current
from server.household_file import kept
from server.problems import AttachmentNotImage

NOT_HERE = "手机上的照片还没有传到"
BROKEN = "照片打不开，请记录人重新上传"
JPEG_END = b"\xff\xd9"


def fault_of(sha256: str) -> str:
    """Why the picture of a hash cannot be printed; blank where it can.

    A thumbnail that is lost or damaged is made again from the picture itself.
    """
    path = file_of(sha256, "thumb") if sha256 else None
    if path is not None and _is_whole(path):
        return ""
    original = file_of(sha256) if sha256 else None
    if original is None:
        return NOT_HERE if path is None else BROKEN
    return "" if _made_again(original, sha256) else BROKEN


def _made_again(original: Path, sha256: str) -> bool:
    try:
        with kept.whole(store.path_of(current().files, sha256, "thumb")) as fresh:
            inspect(original, fresh)
    except AttachmentNotImage:
        return False
    return True


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
