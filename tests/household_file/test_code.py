"""What the square code says, it says again when it is read."""

from __future__ import annotations

import pytest

from server.household_file.typeset.code import Code, read

DIGITS = "0123456789ABCDEF"
BASE = "https://yihu.example.cn"
UUID = "0b1c9f3e-6a52-4f1c-9d3a-6d1f2a3b4c5d"


@pytest.mark.parametrize("base", [None, BASE])
@pytest.mark.parametrize("number", ["370321110001000012", UUID, "桓-7/a:b c"])
@pytest.mark.parametrize("page", [1, 36])
def test_a_code_is_read_as_it_was_written(number: str, page: int, base: str | None) -> None:
    code = Code(number, 12, DIGITS, page)
    assert read(code.text(base)) == code
    assert read(f" {code.text(base)}\n") == code


def test_with_an_address_it_is_a_web_page() -> None:
    code = Code("370321110001000012", 2, DIGITS, 7)
    assert code.text(BASE) == f"HTTPS://YIHU.EXAMPLE.CN/Z/370321110001000012/2/{DIGITS}/7"
    assert code.text() == f"YIHU:370321110001000012:2:{DIGITS}:7"


def test_paper_from_before_pages_had_codes_is_read() -> None:
    old = Code(UUID, 1, DIGITS, None)
    assert read(f"YIHU:{UUID}:1:{DIGITS}") == old
    assert read(old.text()) == read(old.text(BASE)) == old


def test_capitals_do_not_matter() -> None:
    code = Code("370321110001000012", 2, DIGITS, 7)
    assert read(code.text(BASE).lower()) == read(code.text().lower()) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "张三",
        DIGITS,
        f"YIHU:1:x:{DIGITS}:1",
        f"YIHU:1:{10**20}:{DIGITS}:1",
        f"YIHU:1:1:{DIGITS}:{10**20}",
        f"YIHU:{'1' * 300}:1:{DIGITS}:1",
        f"YIHU:1\0:1:{DIGITS}:1",
        f"{BASE}/Z/%00/1/{DIGITS}/1",
        "https://yihu.example.cn/Z/1/1/12/1",
        "http://a/b",
    ],
)
def test_what_is_no_code_of_ours_is_none(text: str) -> None:
    assert read(text) is None
