"""Finding the square code of a scanned page and turning the page as it lies in the volume."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import zxingcpp
from PIL import Image, ImageOps

from server.household_file.typeset import code
from server.household_file.typeset.code import Code

#: A4 at 200 dpi, which archives ask of scanned pages at least.
LONGEST = 2340
QUALITY = 80
#: A page that lies askew by less is left as it is: turning costs sharpness.
LEAST_SKEW = 1.5
#: Colour is kept where so much of a page is as coloured as a seal.
SATURATED, COLOURED = 70, 0.0004
#: A page is blank where so little of it is darker than shadows of the scanner.
DARK, INKED = 170, 0.0002
#: A scanner's edge shows what lies behind the sheet.
EDGE = 0.04
QR = zxingcpp.barcode_formats_from_str("QRCode")


@dataclass(frozen=True, slots=True)
class Read:
    """A page turned upright, as a JPEG of so many pixels, with its code where one was found.

    blank: nothing is on it: the back of a sheet.
    """

    content: bytes
    width: int
    height: int
    code: Code | None
    blank: bool = False


def read(image: Image.Image) -> Read:
    """Read the code of a page and make the picture that is kept of it."""
    found = _found(image)
    upright = _upright(image, found[1]) if found else image
    return Read(
        *jpeg(upright), found[0] if found else None, blank=found is None and _is_blank(image)
    )


def jpeg(image: Image.Image) -> tuple[bytes, int, int]:
    """A picture as it is kept, with its size: grey unless a seal or ink has colour."""
    kept = image.copy()
    kept.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if not _coloured(kept):
        kept = kept.convert("L")
    out = io.BytesIO()
    kept.save(out, "JPEG", quality=QUALITY, optimize=True, dpi=(200, 200))
    return out.getvalue(), kept.width, kept.height


def _found(image: Image.Image) -> tuple[Code, float] | None:
    """The code of a page and by how much it is turned; a page may show others in pictures."""
    for seen in _views(image):
        known = [
            (read_code, _angle(one.position))
            for one in zxingcpp.read_barcodes(seen, formats=QR)
            if (read_code := code.read(one.text))
        ]
        if known:
            return max(known, key=lambda one: (one[0].version, one[0].page or 0))
    return None


def _views(image: Image.Image) -> list[Image.Image]:
    """The picture as it is, then with more contrast, then larger, for a coarse scan."""
    grey = image.convert("L")
    plain = ImageOps.autocontrast(grey, cutoff=2)
    views = [grey, plain]
    if max(image.size) <= LONGEST:
        double = (2 * image.width, 2 * image.height)
        views.append(plain.resize(double, Image.Resampling.LANCZOS))
    return views


def _angle(position: zxingcpp.Position) -> float:
    """By how many degrees, clockwise, the upper edge of a code is turned."""
    left, right = position.top_left, position.top_right
    return math.degrees(math.atan2(right.y - left.y, right.x - left.x))


def _upright(image: Image.Image, angle: float) -> Image.Image:
    quarter = round(angle / 90) % 4
    turned = image.rotate(90 * quarter, expand=True)
    askew = angle - 90 * round(angle / 90)
    if abs(askew) < LEAST_SKEW:
        return turned
    return turned.rotate(askew, Image.Resampling.BICUBIC, fillcolor="white")


def _coloured(image: Image.Image) -> bool:
    small = image.convert("RGB")
    small.thumbnail((800, 800), Image.Resampling.BOX)
    saturation = small.convert("HSV").getchannel("S").histogram()
    return sum(saturation[SATURATED:]) > COLOURED * small.width * small.height


def _is_blank(image: Image.Image) -> bool:
    across, down = int(EDGE * image.width), int(EDGE * image.height)
    inside = image.convert("L").crop((across, down, image.width - across, image.height - down))
    inside.thumbnail((1000, 1000), Image.Resampling.BOX)
    return sum(inside.histogram()[:DARK]) < INKED * inside.width * inside.height
