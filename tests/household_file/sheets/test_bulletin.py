"""通报: 22 lines of 28 characters, drafted from its numbers, nothing said where nothing was."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest

from server.followup.month import Figures, month_of
from server.household_file.sheets.bulletin import (
    cells,
    changed,
    draft,
    level_of,
    percent,
    set_apart,
    sheet_of,
    usual,
)
from server.household_file.sheets.ending import even
from server.household_file.sheets.facts import Sheet
from server.household_file.sheets.page import page
from server.household_file.sheets.places import Place
from server.household_file.typeset.pdf import pdf

TOWN = "370321110"
MONTH = month_of(date(2026, 11, 3), {})
TODAY = date(2026, 12, 5)
BUSY = Figures(
    *(120, 340),
    due=40,
    made=38,
    visits=45,
    met=40,
    called=3,
    unmet=2,
    late=1,
    late_before=2,
    problems_found=3,
    problems_solved=2,
    problems_open=1,
    problems_late=1,
    clues=1,
    admitted=1,
    monitored=4,
    dangerous=2,
    lived_in=1,
    started=1,
    ill=12,
    ill_full=7,
    items=70,
    possible=90,
)
#: What GB/T 9704 gives a page, in mm, and how far it may be off.
LEFT, WIDTH, TOP, LINE, OFF = 28, 156, 37, 225 / 22, 0.35


def town(count: int) -> Place:
    codes = [f"{TOWN}{200 + n}" for n in range(count)]
    return Place(TOWN, "果里镇", tuple(codes), {TOWN: "果里镇"} | {c: f"{c[-2:]}村" for c in codes})


def letter(
    count: int = 2,
    one: Figures = BUSY,
    policy: Mapping[str, object] | None = None,
    **said: str,
) -> Sheet:
    place = town(count)
    numbers = dict.fromkeys(place.villages, one)
    words = usual(place, MONTH, numbers, TODAY, policy or {})
    return sheet_of(place, MONTH, numbers, replace(words, **said), TODAY, policy or {})


def made(sheet: Sheet) -> bytes:
    return pdf(page(sheet, "TB-1", 1, "ab" * 32, None), no_picture)


def no_picture(sha256: str) -> bytes:
    raise FileNotFoundError(sha256)


def read(content: bytes, tmp_path: Path, *how: str) -> str:
    file = tmp_path / "letter.pdf"
    file.write_bytes(content)
    command = ["pdftotext", *how, str(file), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def lines_of(content: bytes, tmp_path: Path) -> list[list[tuple[float, float, float, str]]]:
    """Page by page the lines of 测试: left, top and right in mm, words."""
    found = read(content, tmp_path, "-bbox")
    word = r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="[\d.]+">([测试文字]+)<'
    return [
        [(*(float(x) / 72 * 25.4 for x in hit[:3]), hit[3]) for hit in re.findall(word, one)]
        for one in found.split("<page ")[1:]
    ]


def test_a_page_of_the_letter_has_22_lines_of_28_characters(tmp_path: Path) -> None:
    content = made(letter(title="测试", to="", text="测试文字" * 300))
    full = lines_of(content, tmp_path)[1]
    assert [len(words) for *_, words in full] == [28] * 22
    for number, (left, top, right, _) in enumerate(full):
        assert right - left == pytest.approx(WIDTH, abs=OFF)
        assert left == pytest.approx(26, abs=OFF), "an even page is bound at its right"
        assert top - full[0][1] == pytest.approx(number * LINE, abs=OFF)
    assert TOP <= full[0][1] <= TOP + LINE
    assert full[-1][1] <= TOP + 225
    first, second = lines_of(content, tmp_path)[0][-2:]
    assert first[0] == pytest.approx(LEFT, abs=OFF)
    assert second[1] == pytest.approx(full[-1][1], abs=OFF), "the grid holds below the head"


def test_digits_and_rare_names_do_not_push_the_lines_apart(tmp_path: Path) -> None:
    text = "\n".join(["测试文字", "共 120 户，张㛃、王䶮 2026 年走访 98.5%。"] * 8)
    lines = [hit for one in lines_of(made(letter(text=text)), tmp_path) for hit in one]
    tops = [top for _, top, _, words in lines if words == "测试文字"]
    steps = [after - before for before, after in pairwise(tops)]
    assert [step for step in steps if step > 0] == pytest.approx(
        [2 * LINE] * sum(step > 0 for step in steps), abs=OFF
    )


def test_no_line_begins_with_a_stop(tmp_path: Path) -> None:
    text = "".join("测试文字" * 6 + "测" * (n % 4) + "，。、；：”）》"[n % 8] for n in range(40))
    for line in read(made(letter(text=text)), tmp_path, "-layout").splitlines():
        assert not re.match(r"\s*[，。、；：”）》]", line)


@pytest.mark.parametrize("count", [1, 24])
def test_the_letter_ends_on_an_even_page_with_its_list_whole(count: int, tmp_path: Path) -> None:
    sheet = even(letter(count, policy={"bulletin.red_head": True}, copy_to="县农业农村局。"))
    content = made(sheet)
    with pikepdf.open(BytesIO(content)) as document:
        assert len(document.pages) % 2 == 0
        assert str(document.docinfo["/Title"]).startswith("果里镇2026年11月工作情况通报")
    pages = ["".join(one.split()) for one in read(content, tmp_path).split("\f")[:-1]]
    assert "果里镇人民政府文件" in pages[0]
    assert "2026年12月5日印发" in pages[-1]
    assert "抄送：县农业农村局。" in pages[-1]
    signed = next(one for one in pages if "果里镇人民政府2026年12月5日" in one)
    assert "。" in signed.split("附件：")[0], "who signs stands on a page with text"
    table = next(one for one in pages if "各村工作情况表注" in one)
    assert all(f"{200 + n}"[-2:] + "村" in "".join(pages) for n in range(count))
    assert ("合计" in table) == (count > 1)
    checked = ["qpdf", "--check", str(tmp_path / "letter.pdf")]
    assert "No syntax" in subprocess.run(checked, capture_output=True, text=True, check=True).stdout
    fonts = subprocess.run(
        ["pdffonts", tmp_path / "letter.pdf"], capture_output=True, text=True, check=True
    ).stdout
    assert all(" yes yes yes " in line for line in fonts.splitlines()[2:])
    assert made(sheet) == content


def test_a_head_that_is_not_printed_leaves_its_place() -> None:
    plain, red = letter(), letter(policy={"bulletin.red_head": True})
    assert (plain.content.red, red.content.red) == (False, True)
    assert set_apart(plain).content.apart


def test_the_draft_says_what_the_numbers_say() -> None:
    place = town(2)
    numbers = {place.villages[0]: BUSY, place.villages[1]: Figures(50, 120, due=10, made=10)}
    said = draft(place, MONTH, numbers, TODAY)
    for sentence in (
        "本月应访50户，已访48户，应访尽访率96%。",
        "共走访45次，其中见到本人或家人40次，电话联系3次，没有见到人2次。",
        "另有冻结后补到1次，记在本月，不在上列数字以内。",
        "上月走访冻结后补到2次，记在上月。",
        "还没有访到的：00村2户。",
        "本月新发现问题和诉求3件，解决2件。目前还有1件问题和诉求没有解决，其中超期1件。",
        "本月发现风险线索1条，新纳入监测对象1户。目前在册监测对象4户。",
        "目前在册危房2座，其中住着人的1座。本月开工1座。",
        "应做健康“八个一”12人，八项做齐7人，项目落实率77.7%。",
    ):
        assert sentence in said
    assert [line for line in said.splitlines() if level_of(line)] == [
        *("一、走访情况", "二、问题办理情况", "三、监测对象情况", "四、住房安全情况"),
        *("五、健康帮扶情况", "六、下步要求"),
    ]


def test_a_quiet_month_has_no_empty_sections_and_asks_for_nothing() -> None:
    place = town(1)
    said = draft(place, MONTH, {place.villages[0]: Figures(80, 200)}, TODAY)
    assert said.splitlines()[1:] == ["一、走访情况", "本月没有到期应访的户。"]
    done = draft(place, MONTH, {place.villages[0]: Figures(80, 200, due=3, made=3)}, TODAY)
    assert "应访的户都已访到。" in done
    assert "下步要求" not in done


def test_villages_stand_in_their_order_unless_policy_ranks_them() -> None:
    place = town(3)
    worst, best = replace(BUSY, made=10), replace(BUSY, made=40)
    numbers = dict(zip(place.villages, (worst, BUSY, best), strict=True))
    words = usual(place, MONTH, numbers, TODAY, {})
    plain = sheet_of(place, MONTH, numbers, words, TODAY, {}).content
    assert [row[0] for row in plain.rows] == ["00村", "01村", "02村"]
    assert "名次" not in plain.columns
    ranked = sheet_of(place, MONTH, numbers, words, TODAY, {"bulletin.ranking": True}).content
    assert [row[:2] for row in ranked.rows] == [("1", "02村"), ("2", "01村"), ("3", "00村")]


def test_what_punishes_villages_without_signal_is_never_published() -> None:
    columns = "".join(letter().content.columns).replace("|", "")
    said = columns + letter().content.about + draft(town(1), MONTH, {}, TODAY)
    for word in ("及时", "退回", "上传率"):
        assert word not in said
    assert len(cells(BUSY)) == len(letter().content.columns) - 1


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(0, 3, "0"), (2, 3, "66.6"), (999, 1000, "99.9"), (3, 3, "100")]
)
def test_a_share_is_never_rounded_up_to_all(part: int, whole: int, said: str) -> None:
    assert percent(part, whole) == said
    assert percent(9999, 10000) == "99.9"


def test_the_clerk_is_told_which_sentences_changed() -> None:
    before = "现将情况通报如下。\n一、走访情况\n应访3户，已访2户。其他照旧。"
    now = before.replace("已访2户", "已访3户")
    assert changed(before, now) == [("应访3户，已访2户。", "应访3户，已访3户。")]
    assert changed(before, before) == []


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("一、走访情况", 1),
        ("（一）入户走访", 2),
        ("1.入户走访", 0),
        ("一、本月应访三户，都已访到。", 0),
        ("十二、" + "长" * 30, 0),
    ],
)
def test_short_numbered_lines_are_headings(line: str, level: int) -> None:
    assert level_of(line) == level


def test_the_words_are_the_clerks() -> None:
    said = letter(title="关于走访的通报", text="一段。\n\n 两段。 ", to="各村：").content
    assert (said.title, said.paragraphs) == ("关于走访的通报", ("一段。", "两段。"))
