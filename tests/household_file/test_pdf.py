"""Three households on paper: an empty one, a usual one and a huge one."""

import io
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from server.household_file.content.facts import Fact, Member, Photo
from server.household_file.content.file import HouseholdFile
from server.household_file.typeset.page import page
from server.household_file.typeset.pdf import PrintingFailed, many, pdf
from tests.household_file.households import RARE, Pictures, a_file, empty, huge, usual

Household = Callable[[Pictures], HouseholdFile]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The three files, rendered once; any complaint of WeasyPrint fails the tests."""
    folder = tmp_path_factory.mktemp("printed")
    households: tuple[Household, ...] = (empty, usual, huge)
    for household in households:
        pictures = Pictures()
        content = pdf(page(household(pictures), 7), pictures)
        (folder / f"{household.__name__}.pdf").write_bytes(content)
    return {path.stem: path for path in folder.iterdir()}


def told(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("household", "pages"), [("empty", 5), ("usual", 10), ("huge", 30)])
def test_a_file_has_its_pages(printed: dict[str, Path], household: str, pages: int) -> None:
    with pikepdf.open(printed[household]) as document:
        assert len(document.pages) == pages


def test_long_names_leave_the_members_on_one_page() -> None:
    long = "买买提明·阿卜杜热合曼·吐尔逊尼牙孜江"
    unreviewed = replace(Fact(long), reviewed=False)
    members = tuple(Member(f"p{n}", {"person_name": unreviewed}) for n in range(2))
    pictures = Pictures()
    plain = pdf(page(empty(pictures), 1), pictures)
    high = pdf(page(replace(empty(pictures), members=members), 1), pictures)
    with pikepdf.open(io.BytesIO(plain)) as one, pikepdf.open(io.BytesIO(high)) as other:
        assert len(one.pages) == len(other.pages)


@pytest.mark.parametrize("household", ["empty", "usual", "huge"])
def test_a_file_is_sound_and_carries_its_fonts(printed: dict[str, Path], household: str) -> None:
    assert "No syntax or stream encoding errors" in told("qpdf", "--check", printed[household])
    for line in told("pdffonts", printed[household]).splitlines()[2:]:
        assert re.search(r" yes yes yes +\d+ +0$", line), line


def test_rare_names_and_long_numbers_can_be_copied_out(printed: dict[str, Path]) -> None:
    text = told("pdftotext", "-layout", printed["usual"], "-")
    for name in RARE:
        assert name in text
    assert len(set(re.findall(r"(?<!\d)379999\d{11}[\dX](?!\d)", text))) == len(RARE)
    assert "2026年8月14日" in text
    assert "照片缺" in text


def test_a_file_says_what_it_is(printed: dict[str, Path]) -> None:
    with pikepdf.open(printed["usual"]) as document:
        assert str(document.Root.Lang) == "zh-CN"
        assert str(document.docinfo["/Title"]) == "一户一档 张㛃 37999911021700017 第7版"
        with document.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "U")
        with document.open_outline() as outline:
            titles = [entry.title for entry in outline.root]
    assert titles[:3] == ["封面", "卷内文件目录", "农户基本信息表"]
    assert "入户走访记录（2026年12月18日）未核" in titles
    assert titles[-1] == "卷内备考表"


def test_photos_are_not_smoothed_because_pdf_a_forbids_it(printed: dict[str, Path]) -> None:
    with pikepdf.open(printed["usual"]) as document:
        images = [o for o in document.objects if isinstance(o, pikepdf.Stream) and "/Width" in o]
    assert len(images) > 5
    assert not any(image.get("/Interpolate", False) for image in images)


def test_the_same_facts_make_the_same_bytes(printed: dict[str, Path]) -> None:
    pictures = Pictures()
    with many() as next_one:
        again = pdf(page(usual(pictures), 7), pictures)
        next_one()
    assert again == printed["usual"].read_bytes()


def test_a_picture_that_cannot_be_read_is_never_left_out_in_silence() -> None:
    pictures = Pictures()
    file = a_file(photos=(Photo(pictures.keep(b"not a picture"), "院子"),))
    with pytest.raises(PrintingFailed, match="有 1 张照片或签名打不开"):
        pdf(page(file, 1), pictures)


def test_a_page_can_open_nothing_but_its_own_pictures(tmp_path: Path) -> None:
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(Pictures().kept.get("", b"secret"))
    html = page(replace(a_file(), county="x"), 1).replace(
        "</body>", f'<img src="{secret.as_uri()}" alt=""></body>'
    )
    with pytest.raises(PrintingFailed):
        pdf(html, Pictures())
