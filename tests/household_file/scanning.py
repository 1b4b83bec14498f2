"""Pages as a scanner or a camera gives them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import segno
from PIL import Image, ImageDraw

from server.household_file.typeset.code import Code

A4 = (2480, 3508)
MM = 300 / 25.4


def a_page(code: Code | None = None, text: str = "", base: str | None = None) -> Image.Image:
    """A sheet at 300 dpi with some lines, a red seal, and a code of 11 mm at the lower left."""
    page = Image.new("RGB", A4, "white")
    draw = ImageDraw.Draw(page)
    for line in range(20):
        draw.rectangle((400, 400 + 90 * line, 2000 - 37 * line, 430 + 90 * line), fill="black")
    draw.ellipse((1500, 2400, 1950, 2850), outline=(200, 20, 20), width=14)
    draw.text((400, 300), text, fill="black")
    if code:
        out = io.BytesIO()
        segno.make(code.text(base), error="m", micro=False).save(out, kind="png", scale=6, border=0)
        side = int(11 * MM)
        page.paste(Image.open(out).resize((side, side)), (int(28 * MM), int(275 * MM)))
    return page


def scanned(
    page: Image.Image, *, dpi: int = 300, turned: float = 0, grey: bool = False
) -> Image.Image:
    """A page as it comes from a scanner of a resolution, laid in askew or upside down."""
    size = (page.width * dpi // 300, page.height * dpi // 300)
    seen = page.resize(size, Image.Resampling.BILINEAR)
    seen = seen.rotate(turned, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    return seen.convert("L") if grey else seen


def as_pdf(pages: Sequence[Image.Image]) -> bytes:
    """A batch as an office scanner makes it."""
    out = io.BytesIO()
    first, *rest = [page.copy() for page in pages]
    first.save(out, "PDF", save_all=True, append_images=rest, resolution=300)
    return out.getvalue()


def drawn(path: Path, dpi: int = 300) -> list[Image.Image]:
    """A PDF as it comes out of a printer."""
    with pypdfium2.PdfDocument(path) as document:
        return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]
