"""Where each fact stands on the forms: rows of labels, property names and widths."""

from collections.abc import Collection
from typing import NamedTuple


class Place(NamedTuple):
    """A labelled cell: which facts it prints and over how many columns.

    boxes: draw the choices as boxes when they fit.
    """

    label: str
    names: tuple[str, ...]
    span: int = 1
    unit: str = ""
    boxes: bool = False


def _place(label: str, names: str, span: int = 1, unit: str = "", boxes: bool = False) -> Place:
    return Place(label, tuple(names.split()), span, unit, boxes)


BASIC: tuple[tuple[Place, ...], ...] = (
    (
        _place("户类型", "household_type", 3),
        _place("识别年度", "identify_year"),
        _place("脱贫年度", "exit_year"),
    ),
    (
        _place("识别标准", "identify_standard"),
        _place("人均纯收入", "last_year_income", 2, unit="元"),
        _place("全家外出", "lives_elsewhere", 2, boxes=True),
    ),
    (_place("救助类别", "welfare", 3), _place("监测类别", "monitored_as", 3)),
    (
        _place("主要致贫原因", "cause_main"),
        _place("其他原因", "cause_other", 2),
        _place("原因说明", "cause_detail", 2),
    ),
    (
        _place("家庭人口", "family_size", unit="人"),
        _place("劳动力", "labour_count", unit="人"),
        _place("务工人数", "working_count", unit="人"),
        _place("在校生", "student_count", unit="人"),
    ),
    (
        _place("耕地面积", "farmland_mu", unit="亩"),
        _place("有效灌溉", "irrigated_mu", unit="亩"),
        _place("林地面积", "forest_mu", unit="亩"),
        _place("加入合作社", "coop_joined", boxes=True),
    ),
    (
        _place("住房面积", "house_area", unit="m²"),
        _place("住房结构", "house_structure"),
        _place("建房年份", "house_year"),
        _place("住房等级", "house_grade"),
    ),
    (
        _place("住房保障", "security_path"),
        _place("安置方式", "guarantee_way", 2),
        _place("危房改造", "house_renovated", 2),
    ),
    (
        _place("饮水来源", "water_source", 3),
        _place("水量", "water_quantity"),
        _place("水质", "water_quality"),
    ),
    (
        _place("方便程度", "water_convenience"),
        _place("供水保证", "water_reliability"),
        _place("产业分红", "dividend_share", boxes=True),
        _place("光伏收益", "pv_share", boxes=True),
    ),
    (
        _place("生活用电", "electricity", boxes=True),
        _place("广播电视", "broadcast", boxes=True),
        _place("宽带", "broadband", boxes=True),
        _place("入户路硬化", "paved_road", boxes=True),
    ),
    (
        _place("厕所类型", "toilet"),
        _place("主要燃料", "fuel", 3),
        _place("易地搬迁", "relocated", boxes=True),
    ),
    (
        _place("不愁吃", "food_ok", boxes=True),
        _place("不愁穿", "clothes_ok", boxes=True),
        _place("义务教育", "edu_ok"),
        _place("基本医疗", "medical_ok"),
    ),
    (
        _place("住房安全", "housing_ok"),
        _place("饮水安全", "water_ok"),
        _place("返贫风险", "risk_clue", 3),
    ),
    (_place("现居住地", "current_address", 7),),
    (_place("开户银行", "bank_name", 3), _place("账号", "bank_account", 3)),
    (
        _place("帮扶责任人", "helper_name"),
        _place("单位", "helper_unit", 2),
        _place("职务", "helper_post", 2),
    ),
    (
        _place("单位隶属", "helper_unit_level"),
        _place("电话", "helper_phone", 2),
        _place("起始日期", "helper_from", 2),
    ),
)
"""The basic sheet below its two fixed rows; eight columns, labels included."""

ONLY_IF_KNOWN = frozenset({"current_address", "bank_name"})
"""Rows that begin with one of these are left out while nothing of them is known."""

BASIC_FIXED = ("phone", "phone_owner", "group_name", "address_detail")
"""Printed in the two fixed rows."""

ELSEWHERE = frozenset(
    {
        "head",
        "household_no",
        "village_code",
        "location",
        "water_safe",
        "income_change",
        "expense_shock",
        "member_changed",
        "helper_sex",
        "helper_party",
        "helper_reason",
    }
)
"""Properties that the heading or the list of helpers prints, that follow from others, or that
belong to one visit."""

MEMBER = {
    "household": "所在户",
    "person_name": "姓名",
    "sex": "性别",
    "id_number": "公民身份号码",
    "id_missing_reason": "无证原因",
    "relation": "与户主关系",
    "ethnicity": "民族",
    "birth_date": "出生日期",
    "education": "文化程度",
    "student_status": "在校生状况",
    "school_name": "学校",
    "school_class": "年级班级",
    "health_status": "健康状况",
    "chronic_disease": "慢性病病种",
    "serious_disease": "大病病种",
    "disease_note": "疾病名称",
    "disabled_cert_no": "残疾人证号",
    "disability_category": "残疾类别",
    "disability_level": "残疾等级",
    "labour": "劳动技能",
    "work": "务工状况",
    "work_months": "务工月数",
    "work_place": "务工地点",
    "medical_insured": "基本医疗保险",
    "serious_insured": "大病保险",
    "pension_insured": "基本养老保险",
    "dibao_member": "享受低保",
    "tekun_member": "特困供养",
    "left_behind_type": "留守类型",
    "member_phone": "联系电话",
    "member_status": "在户状态",
    "change_reason": "增减原因",
    "change_date": "增减日期",
}
"""Properties of a person that the table of members has a column for, with their names."""

VISIT: tuple[tuple[Place, ...], ...] = (
    (
        _place("不愁吃", "food_ok", boxes=True),
        _place("不愁穿", "clothes_ok", boxes=True),
        _place("义务教育", "edu_ok", boxes=True),
    ),
    (
        _place("基本医疗", "medical_ok", boxes=True),
        _place("饮水安全", "water_ok", boxes=True),
        _place("住房安全", "housing_ok", boxes=True),
    ),
    (
        _place("收入变化", "income_change income_up_reason income_down_reason", 2, boxes=True),
        _place("大额支出", "expense_shock expense_kind expense_amount", 2, boxes=True),
    ),
)
"""The checks of a visit; six columns, labels included."""

VISIT_PLACED = tuple(name for row in VISIT for place in row for name in place.names)


def basic_rows(known: Collection[str]) -> list[tuple[Place, ...]]:
    """The rows of the basic sheet; known: names of the properties that have a value."""
    return [
        row
        for row in BASIC
        if row[0].names[0] not in ONLY_IF_KNOWN
        or any(name in known for place in row for name in place.names)
    ]


def placed_on_basic() -> frozenset[str]:
    """Names of the household's properties that the basic sheet prints in a place of their own."""
    names = {name for row in BASIC for place in row for name in place.names}
    return frozenset(names | set(BASIC_FIXED))
