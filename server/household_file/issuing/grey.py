"""A PDF without colour, for printers that would use their colour ink on it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from pikepdf import Name, Pdf, PdfImage, Stream

#: Setting a colour: three numbers and the operator for filling or stroking.
COLOUR = re.compile(rb"([\d.]+) ([\d.]+) ([\d.]+) (rg|RG)\b")
LUMA = (0.299, 0.587, 0.114)
QUALITY = 82


def grey(document: Pdf) -> None:
    """Turn the photos and the coloured lines of a document grey, in its place."""
    for stream in _streams(document):
        if stream.get(Name.Subtype) == Name.Image:
            if stream.get(Name.ColorSpace) == Name.DeviceRGB:
                _grey_image(stream)
        elif stream.get(Name.Subtype) == Name.Form:
            _grey_lines(stream)
    for page in document.pages:
        page.contents_coalesce()
        content = page.obj.get(Name.Contents)
        if isinstance(content, Stream):
            _grey_lines(content)


def _streams(document: Pdf) -> Iterator[Stream]:
    return (one for one in document.objects if isinstance(one, Stream))


def _grey_image(stream: Stream) -> None:
    image = PdfImage(stream).as_pil_image().convert("L")
    if stream.get(Name.Filter) == Name.DCTDecode:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=QUALITY)
        stream.write(out.getvalue(), filter=Name.DCTDecode)
    else:
        stream.write(image.tobytes())
        stream.BitsPerComponent = 8
    stream.ColorSpace = Name.DeviceGray


def _grey_lines(stream: Stream) -> None:
    content = stream.read_bytes()
    changed = COLOUR.sub(_luma, content)
    if changed != content:
        stream.write(changed)


def _luma(found: re.Match[bytes]) -> bytes:
    parts = [float(part) for part in found.groups()[:3]]
    level = sum(share * part for share, part in zip(LUMA, parts, strict=True))
    said = f"{level:.4g}".encode()
    return b" ".join((said, said, said, found[4]))
