"""Opening what a scanner or a camera made: every page of it as a picture, nothing taken on trust.

A page that cannot be opened costs itself, never its neighbours.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image, ImageFile, ImageOps, ImageSequence, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "TIFF")
#: More than any office's scanner makes of A3; a small file may unpack to gigabytes.
MOST_PIXELS = 120_000_000
#: PDF pages are drawn at this resolution, unless they are larger than A3.
DPI = 300
LONGEST_SIDE = 5000
#: A batch is paper that one person laid into one scanner.
MOST_PAGES = 2000
#: What pdfium says of a document that wants a password.
PASSWORD = 4
#: What Pillow raises for damaged pictures, besides OSError.
DAMAGED = (SyntaxError, TypeError, ValueError)

EMPTY = "文件是空的，请重新扫描或重新选。"
NOT_KNOWN = "不是 PDF、JPEG、PNG 或 TIFF 文件。"
BROKEN = "文件坏了，打不开，请重新扫描。"
LOCKED = "这个 PDF 加了密码，请去掉密码再传。"
TOO_MANY = f"一个文件最多 {MOST_PAGES} 页，请分开传。"
TOO_LARGE = "这一页的图太大，请用 300 dpi 重新扫描。"
PAGE_BROKEN = "这一页打不开，请重新扫描。"


class Unopened(Exception):
    """A file that cannot be opened at all; `detail` tells the clerk."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Opened:
    """One page of a file, from 1; without a picture `fault` says why."""

    number: int
    image: Image.Image | None
    fault: str = ""


def count(path: Path) -> int:
    """How many pages a file has. Raises Unopened."""
    if _is_pdf(path):
        with _pdf(path) as document:
            found = len(document)
    else:
        with _picture(path) as image:
            found = getattr(image, "n_frames", 1)
    if found > MOST_PAGES:
        raise Unopened(TOO_MANY)
    return found


def pages(path: Path, after: int = 0) -> Iterator[Opened]:
    """The pages of a file behind the first `after`, opened one at a time. Raises Unopened."""
    yield from _of_pdf(path, after) if _is_pdf(path) else _of_picture(path, after)


def _is_pdf(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(1024)
    if not head:
        raise Unopened(EMPTY)
    return b"%PDF-" in head


@contextmanager
def _pdf(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == PASSWORD
        raise Unopened(LOCKED if locked else BROKEN) from None
    try:
        yield document
    finally:
        document.close()


def _of_pdf(path: Path, after: int) -> Iterator[Opened]:
    with _pdf(path) as document:
        for index in range(after, len(document)):
            try:
                page = document[index]
                image = _drawn(page)
                page.close()
            except pypdfium2.PdfiumError:
                yield Opened(index + 1, None, PAGE_BROKEN)
                continue
            yield Opened(index + 1, image, "" if image else TOO_LARGE)


def _drawn(page: pypdfium2.PdfPage) -> Image.Image | None:
    """A page as a picture; None where a picture in it is too large to be unpacked."""
    for one in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]):
        width, height = one.get_px_size()
        if width * height > MOST_PIXELS:
            return None
    scale = min(DPI / 72, LONGEST_SIDE / max(*page.get_size(), 1))
    image: Image.Image = page.render(scale=scale).to_pil()
    return image.convert("RGB")


@contextmanager
def _picture(path: Path) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise Unopened(TOO_LARGE)
                yield image
    except UnidentifiedImageError:
        raise Unopened(NOT_KNOWN) from None
    except Image.DecompressionBombError:
        raise Unopened(TOO_LARGE) from None
    except DAMAGED:
        raise Unopened(BROKEN) from None
    except OSError as error:
        # Pillow reports damaged pictures as OSError without a number; a full disk has one
        if error.errno is not None:
            raise
        raise Unopened(BROKEN) from None


def _of_picture(path: Path, after: int) -> Iterator[Opened]:
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with _picture(path) as image:
        for number, frame in enumerate(ImageSequence.Iterator(image), 1):
            if number > after:
                yield _frame(number, frame)


def _frame(number: int, frame: Image.Image) -> Opened:
    if frame.width * frame.height > MOST_PIXELS:
        return Opened(number, None, TOO_LARGE)
    try:
        upright = ImageOps.exif_transpose(frame)
    except (OSError, *DAMAGED) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        return Opened(number, None, PAGE_BROKEN)
    if not upright.has_transparency_data:
        return Opened(number, upright.convert("RGB"))
    seen = upright.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    return Opened(number, paper)
