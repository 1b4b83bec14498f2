"""Looking into an image that was sent: is it one, how large, and its thumbnail."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from server.problems import AttachmentNotImage

#: What phones make: photos and signatures.
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
#: More pixels than any phone's camera has; a small file may unpack to gigabytes.
MOST_PIXELS = 60_000_000
THUMBNAIL = (728, 546)
QUALITY = 82


@dataclass(frozen=True, slots=True)
class Seen:
    """What an image turned out to be."""

    media_type: str
    width: int
    height: int


def inspect(path: Path, thumbnail: Path) -> Seen:
    """Decode the whole image once and write its thumbnail (JPEG, upright, without EXIF, synced).

    Raises AttachmentNotImage for what cannot be decoded, other formats, and too many pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _inspect(path, thumbnail)
    except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError):
        raise AttachmentNotImage from None
    except OSError as error:
        # Pillow reports damaged images as OSError without a number; a full disk has one.
        if error.errno is not None:
            raise
        raise AttachmentNotImage from None


def _inspect(path: Path, thumbnail: Path) -> Seen:
    with Image.open(path, formats=list(FORMATS)) as image:
        seen = Seen(FORMATS[image.format or ""], *image.size)
        if seen.width * seen.height > MOST_PIXELS:
            raise AttachmentNotImage("照片太大了，请用手机相机重新拍一张。")
        # WeasyPrint, where it is loaded, lets Pillow accept half an image; whatever was accepted
        # here is whole, so nobody needs that.
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        image.load()
        small = ImageOps.exif_transpose(image)
        small.thumbnail(THUMBNAIL)
        # A fresh picture carries nothing along: no EXIF, no position, no comment.
        clean = Image.new("RGB", small.size, "white")
        clean.paste(small.convert("RGB"), mask=_opaque(small))
    with thumbnail.open("wb") as file:
        clean.save(file, "JPEG", quality=QUALITY, optimize=True)
        file.flush()
        os.fsync(file.fileno())
    return seen


def _opaque(image: Image.Image) -> Image.Image | None:
    """Where a picture with transparency (a signature) has ink."""
    if not image.has_transparency_data:
        return None
    return image.convert("RGBA").getchannel("A")
