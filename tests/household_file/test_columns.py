"""Every table has all the columns that archives ask for, each filled in from what is recorded."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from flask import Flask

from server import clock
from server.household_file.content.gather import gather
from server.household_file.content.sections import documents
from server.household_file.typeset.page import page
from tests.household_file.columns import BY_HAND, COLUMNS, Full, said
from tests.household_file.recording import Office
from tests.household_file.test_page import parsed
from tests.making import looking


@pytest.fixture
def tables(ground: Flask) -> Mapping[str, Mapping[str, list[str]]]:
    """Source of a section -> label -> what its cells say, over all documents of the section."""
    full = Full(Office(ground))
    household = full.everything()
    with looking(ground) as session:
        file = gather(session, household, clock.today())
    sheet = parsed(page(file, 1))
    found: dict[str, dict[str, list[str]]] = {}
    for document in documents(file):
        here = found.setdefault(document.section.source, {})
        for title, texts in said(sheet.get_element_by_id(f"h{household}-{document.key}")).items():
            here.setdefault(title, []).extend(texts)
    return found


def test_no_table_lacks_a_column_and_none_is_always_blank(
    tables: Mapping[str, Mapping[str, list[str]]],
) -> None:
    lacking = [
        (source, title)
        for source, titles in COLUMNS.items()
        for title in f"{titles} {BY_HAND.get(source, '')}".split()
        if title not in tables[source]
    ]
    blank = [
        (source, title)
        for source, titles in COLUMNS.items()
        for title in titles.split()
        if not any(tables[source].get(title, ()))
    ]
    assert lacking == []
    assert blank == []

    visit = tables["visits"]
    assert visit["走访日期"] == ["2026年11月18日上午"]
    assert "镇级" in visit["解决层级"]
    assert "吴晓梅2026.12.18" in visit["责任人、时限"]
    assert "已解决2026.11.20" in visit["办理情况"]
    helpers = tables["helpers"]
    assert [one for one in helpers["姓名"] if one] == ["田野", "周敏"]
    assert [one for one in helpers["结束日期"] if one] == ["2026.09.01"]
    assert [one for one in helpers["变更原因"] if one] == ["调到市里"]
    assert "养羊20只；全家" in tables["plan"]["内容与规模、对象"]
    assert "2026－2027学年秋季学期" in tables["education"]["学年学期"]
    assert tables["causes"]["自我发展意愿"] == ["2026年，愿意，有想做的，想扩羊圈"]
