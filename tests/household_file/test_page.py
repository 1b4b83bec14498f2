"""What stands on the pages of a household's file, tested as text."""

from dataclasses import replace
from typing import cast

import pytest
from lxml import html

from server.household_file.content.facts import Claim, Fact, Photo, Signature
from server.household_file.content.file import HouseholdFile, facts_hash
from server.household_file.typeset.page import page
from tests.household_file.households import (
    RARE,
    Pictures,
    a_file,
    a_member,
    a_visit,
    empty,
    huge,
    usual,
)


def section(file: HouseholdFile, key: str) -> str:
    """The text of one document of the volume, blanks removed."""
    found = parsed(page(file, 7)).get_element_by_id(f"h{file.household_id}-{key}")
    return "".join(str(found.text_content()).split())


def parsed(text: str) -> html.HtmlElement:
    return cast("html.HtmlElement", html.document_fromstring(text))


def test_the_same_facts_make_the_same_page() -> None:
    assert page(usual(Pictures()), 7) == page(usual(Pictures()), 7)


def test_the_hash_names_the_facts_and_not_the_day_of_printing() -> None:
    file = usual(Pictures())
    assert facts_hash(file) == facts_hash(replace(file, as_of="2026-12-31"))
    assert facts_hash(file) != facts_hash(replace(file, county="沂源县"))


def test_what_nobody_reviewed_is_marked() -> None:
    assert "1.0亩未核" in section(usual(Pictures()), "basic")
    assert "5.2亩未核" not in section(usual(Pictures()), "basic")


def test_a_household_nobody_reviewed_says_so_once_a_sheet_and_once_a_person() -> None:
    file = empty(Pictures())
    assert section(file, "basic").count("未核") == 1
    assert section(file, "members").count("未核") == 1


def test_a_reviewed_household_speaks_of_no_review() -> None:
    file = a_file(members=(a_member(1, "张㛃", "户主"),))
    assert "未核" not in section(file, "basic") + section(file, "closing")


def test_both_values_of_a_dispute_are_listed_with_who_wrote_them() -> None:
    text = section(usual(Pictures()), "open")
    assert "13900005568待核实李明远2026.11.18" in text
    assert "13900008468待核实何静2026.11.18" in text


def test_a_newer_report_waits_beside_the_approved_value() -> None:
    file = usual(Pictures())
    assert "86.0m²有新报" in section(file, "basic")
    assert "住房面积（m²）86.092.0未核何静" in section(file, "open")


def test_without_open_questions_there_is_no_list_of_them() -> None:
    assert "-open" not in page(a_file(), 1)


def test_an_unreviewed_visit_says_so_in_its_title_and_in_the_contents() -> None:
    file = usual(Pictures())
    assert section(file, "v0").startswith("入户走访记录未核")
    assert "入户走访记录（2026年12月18日）2026.12.18未核" in section(file, "contents")
    assert "入户走访记录（2026年8月14日）2026.08.14未核" not in section(file, "contents")


def test_a_photo_that_has_not_arrived_says_so_in_its_place() -> None:
    file = usual(Pictures())
    assert "照片缺手机上的照片还没有传到6　灶台".replace("　", "") in section(file, "photos")
    assert "照片缺1张" in section(file, "closing")


def test_a_photo_from_the_album_has_an_unknown_time() -> None:
    file = a_file(photos=(Photo("0" * 64, "院子", by="李明远"),))
    assert "1院子时间不详摄影：李明远" in section(file, "photos")


@pytest.mark.parametrize(
    ("signature", "line"),
    [
        (Signature("本人签", on="2026-02-18", sha256="0" * 64), "受访人签字：本人签2026年2月18日"),
        (Signature("家属代签（妻）"), "受访人签字：家属代签（妻）年月日"),
        (Signature("不会写字，纸上按手印", "见证人：田野"), "见证人：田野按手印处年月日"),
        (Signature("不愿签"), "受访人签字：不愿签年月日"),
        (Signature(), "受访人签字：本人签家属代签按手印年月日"),
    ],
)
def test_the_line_of_a_signature_says_how_it_was_signed(signature: Signature, line: str) -> None:
    file = a_file(visits=(a_visit(0, full=True, signed=signature),))
    assert line in section(file, "v0")


def test_questions_without_a_place_on_the_form_are_printed_with_their_labels() -> None:
    assert "政策宣传健康、低保救助、反诈" in section(huge(Pictures()), "v0")


def test_a_nobody_home_is_listed_but_needs_no_signature() -> None:
    text = section(usual(Pictures()), "visits")
    assert "没在家下地，电话约好次日—" in text


def test_properties_that_a_county_added_are_printed_too() -> None:
    text = section(usual(Pictures()), "basic")
    assert "果园面积2.5亩" in text
    assert "鱼塘无" in text


def test_a_claim_that_erases_is_printed_as_blank() -> None:
    fact = Fact("13900005568", pending=(Claim("", "何静", "2026-11-20"),))
    assert "（空）未核" in section(a_file(facts={"phone": fact}), "open")


def test_what_people_wrote_cannot_become_markup() -> None:
    file = a_file(head=Fact("<b>张</b>"), facts={"cause_detail": Fact('<img src="file:///etc">')})
    assert "<img src=" not in page(file, 1).partition("</head>")[2].replace('<img src="data', "")
    assert "<b>张</b>" in str(parsed(page(file, 1)).text_content())


def test_rare_names_stay_in_one_face_in_running_text() -> None:
    text = page(usual(Pictures()), 7)
    assert f'<span class="nk ">{RARE[0]}</span>' in text
