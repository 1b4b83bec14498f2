"""Opening what scanners and cameras make, reading the code of a page and turning it upright."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from server.household_file.returned import opening
from server.household_file.returned.opening import Unopened, count, pages
from server.household_file.returned.reading import jpeg, read
from server.household_file.typeset.code import Code
from tests.household_file.scanning import a_page, as_pdf, scanned

CODE = Code("37999911021700017", 12, "A03F77C1D21E64B8", 6)
HELD = a_page(CODE)


def put(folder: Path, content: bytes) -> Path:
    path = folder / "scan"
    path.write_bytes(content)
    return path


def faults(path: Path) -> list[str]:
    return [one.fault for one in pages(path)]


@pytest.mark.parametrize(
    ("dpi", "turned"), [(150, 0), (150, 90), (150, -11), (150, 187), (200, 270), (200, 4), (300, 3)]
)
def test_a_page_is_read_however_it_was_laid_in(dpi: int, turned: float) -> None:
    found = read(scanned(HELD, dpi=dpi, turned=turned, grey=turned == 90))
    assert found.code == CODE
    again = read(Image.open(io.BytesIO(found.content)))
    assert again.code == CODE
    assert found.height > found.width


def test_a_page_is_kept_as_it_lies_in_the_volume() -> None:
    found = Image.open(io.BytesIO(read(scanned(HELD, turned=180)).content)).convert("L")
    left, top, side = found.width * 28 // 210, found.height * 275 // 297, found.width * 11 // 210
    corner = found.crop((left, top, left + side, top + side))
    assert sum(corner.histogram()[:128]) > 0.2 * side * side


def test_a_code_with_an_address_is_read_from_a_coarse_scan() -> None:
    page = a_page(CODE, base="https://yihu.huantai.example.cn")
    assert read(scanned(page, dpi=200, turned=3)).code == CODE


def test_of_two_codes_the_newer_version_is_the_page() -> None:
    page = a_page(CODE)
    older = a_page(Code(CODE.number, 3, "0" * 16, 2)).resize((1240, 1754))
    page.paste(older, (700, 500))
    assert read(page).code == CODE


def test_a_seal_keeps_its_colour_and_print_becomes_grey() -> None:
    assert Image.open(io.BytesIO(jpeg(HELD)[0])).mode == "RGB"
    assert Image.open(io.BytesIO(jpeg(HELD.convert("L").convert("RGB"))[0])).mode == "L"


def test_the_empty_back_of_a_sheet_is_known() -> None:
    assert read(Image.new("RGB", (1240, 1754), (246, 244, 238))).blank
    assert not read(a_page()).blank
    assert not read(HELD).blank


def test_every_kind_of_file_is_opened_page_by_page(tmp_path: Path) -> None:
    small = [scanned(HELD, dpi=100), scanned(a_page(), dpi=100)]
    assert count(put(tmp_path, as_pdf(small))) == 2
    assert [one.number for one in pages(tmp_path / "scan", after=1)] == [2]
    for kind, options in (("TIFF", {"save_all": True, "append_images": small[1:]}), ("PNG", {})):
        out = io.BytesIO()
        small[0].copy().save(out, kind, **options)
        path = put(tmp_path, out.getvalue())
        assert [one.image is not None for one in pages(path)] == [True] * count(path)


def test_a_photo_is_turned_by_what_the_camera_said(tmp_path: Path) -> None:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    scanned(HELD, dpi=100).rotate(90, expand=True).save(out, "JPEG", exif=exif)
    (one,) = pages(put(tmp_path, out.getvalue()))
    assert one.image is not None
    assert one.image.height > one.image.width


def encrypted() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(as_pdf([scanned(HELD, dpi=50)]))) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", opening.EMPTY),
        (b"PK\x03\x04 a workbook", opening.NOT_KNOWN),
        (b"%PDF-1.7 and nothing more", opening.BROKEN),
        (encrypted(), opening.LOCKED),
        (b"\x89PNG\r\n\x1a\n and nothing more", opening.NOT_KNOWN),
    ],
)
def test_what_cannot_be_opened_says_why(tmp_path: Path, content: bytes, said: str) -> None:
    path = put(tmp_path, content)
    with pytest.raises(Unopened) as refused:
        list(pages(path))
    assert refused.value.detail == said
    with pytest.raises(Unopened):
        count(path)


def test_half_a_picture_costs_its_page_only(tmp_path: Path) -> None:
    out = io.BytesIO()
    scanned(HELD, dpi=100).save(out, "JPEG")
    assert faults(put(tmp_path, out.getvalue()[:5000])) == [opening.PAGE_BROKEN]


def test_a_page_that_does_not_say_how_wide_it_is_breaks_its_file_only(tmp_path: Path) -> None:
    out = io.BytesIO()
    page = Image.new("L", (20, 30), "white")
    page.save(out, "TIFF", save_all=True, append_images=[page])
    before, width, after = out.getvalue().rpartition(struct.pack("<HHI", 256, 4, 1))
    assert width
    path = put(tmp_path, before + struct.pack("<HHI", 255, 4, 1) + after)
    with pytest.raises(Unopened) as refused:
        count(path)
    assert refused.value.detail == opening.BROKEN


def test_what_would_unpack_to_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("1", (11_000, 11_000)).save(out, "TIFF", compression="group4")
    with pytest.raises(Unopened) as refused:
        list(pages(put(tmp_path, out.getvalue())))
    assert refused.value.detail == opening.TOO_LARGE


def test_a_page_whose_picture_is_too_large_costs_itself(tmp_path: Path) -> None:
    out = io.BytesIO()
    with pikepdf.open(
        io.BytesIO(as_pdf([scanned(HELD, dpi=50), scanned(HELD, dpi=50)]))
    ) as document:
        (image,) = document.pages[0].Resources.XObject.values()
        image.Width = image.Height = 60_000
        document.save(out)
    assert faults(put(tmp_path, out.getvalue())) == [opening.TOO_LARGE, ""]
