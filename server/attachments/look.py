"""Looking at a file that has arrived whole: what it is, and its thumbnail where it has one."""

from __future__ import annotations

from pathlib import Path

from server.attachments import image, sniff
from server.attachments.image import Seen
from server.problems import AttachmentNotImage


def look(path: Path, thumbnail: Path) -> Seen:
    """What a file is by its content; pictures get a thumbnail, other files have no size to show.

    Raises AttachmentNotImage for what is neither picture, sound, film nor PDF, and for damaged
    pictures.
    """
    kind = sniff.media_type(path)
    if kind is None:
        raise AttachmentNotImage
    if kind.startswith("image/"):
        return image.inspect(path, thumbnail)
    return Seen(kind, 0, 0)
