"""Small rosters as offices send them, made for a story."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

from tests.household_file.households import id_number

HEAD = (
    *("行政村", "村代码", "户编号", "户类型", "村里叫什么", "性别", "证件号码", "与户主关系"),
    *("联系电话", "民族"),
)
NUMBER = "37032111020300901"


def small_roster(path: Path) -> Path:
    """A household of two and one with an impossible ID number; no column says 姓名."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["东岳村新识别农户登记表"])
    sheet.append(["填报单位：桓台县果里镇"])
    sheet.append(HEAD)
    village = ("东岳村", "370321110203")
    for number, name, sex, id_text, relation in (
        (NUMBER, "梁守田", "男", id_number("19620304", 301), "户主"),
        (NUMBER, "袁桂英", "女", id_number("19640506", 302), "配偶"),
        ("37032111020300902", "丁有才", "男", "379999196201011111", "户主"),
    ):
        sheet.append([*village, number, "一般农户", name, sex, id_text, relation, "无", "汉族"])
    book.save(path)
    return path
