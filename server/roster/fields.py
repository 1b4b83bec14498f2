"""What a column of a roster can mean: the property it feeds and the words offices head it with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "name",
    "text",
    "village_name",
    "code",
    "id_number",
    "phone",
    "integer",
    "year",
    "decimal",
    "date",
    "one",
    "many",
    "check",
]
Level = Literal["household", "person", "none"]


@dataclass(frozen=True, slots=True)
class Field:
    """One meaning that a column can have.

    key: our name for it; the register's property is called the same unless `feeds` says otherwise.
    kind: how a cell of it is read (`cells.py`).
    words: header words, the first is the label that people see.
    options: for choices, the list's name in the data dictionary.
    required: a row is refused when this cell is blank or unreadable; other cells are only left out.
    low, high: bounds of numbers and years.
    """

    key: str
    level: Level
    kind: Kind
    words: tuple[str, ...]
    options: str = ""
    feeds: str = ""
    required: bool = False
    low: float = 0
    high: float = 10_000_000

    @property
    def label(self) -> str:
        """The Chinese name of the column."""
        return self.words[0]

    @property
    def target(self) -> str:
        """The property of the register that the column feeds."""
        return self.feeds or self.key


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _household(key: str, kind: Kind, words: str, options: str = "", **more: float) -> Field:
    return Field(key, "household", kind, _words(words), options, **more)  # type: ignore[arg-type]


def _person(key: str, kind: Kind, words: str, options: str = "", **more: float) -> Field:
    return Field(key, "person", kind, _words(words), options, **more)  # type: ignore[arg-type]


#: The column by which a file that was exported here names the person of each row.
MARK = "mark"

FIELDS: tuple[Field, ...] = (
    Field(
        "household_no",
        "household",
        "code",
        _words("户编号 户编码 户号 家庭编号 家庭编码 农户编号 农户编码 户籍编号 户代码 户ID"),
        required=True,
    ),
    Field(
        "village_code",
        "household",
        "code",
        _words("村代码 村编码 行政村代码 行政村编码 村区划代码 区划代码 行政区划代码 村委会代码"),
    ),
    Field(
        "village_name",
        "none",
        "village_name",
        _words("行政村 村 村名 村庄 村名称 行政村名称 所在村 村居 村（居） 村委会 所属村 村庄名称"),
    ),
    Field("town_name", "none", "check", _words("乡镇 镇 镇街 乡 街道 乡镇名称 镇街道 所在乡镇")),
    Field("county_name", "none", "check", _words("县 区县 县区 县名 县市区 所在县")),
    Field("city_name", "none", "check", _words("市 地市 地级市 市名 所在市 省 省份")),
    Field(
        "family_size",
        "none",
        "check",
        _words("人数 家庭人口 家庭人口数 家庭人数 人口数 户人数 家庭成员数 成员数 家庭总人口"),
    ),
    Field(MARK, "none", "check", _words("系统标识（勿改） 系统标识")),
    Field("serial", "none", "check", _words("序号 编号 行号 No")),
    Field("head_name", "none", "check", _words("户主姓名 户主 户主名字 户主名称 户主名")),
    Field(
        "head_id",
        "none",
        "check",
        _words("户主证件号码 户主身份证号 户主身份证号码 户主证件号 户主公民身份号码"),
    ),
    Field(
        "person_name",
        "person",
        "name",
        _words("姓名 家庭成员 成员姓名 家庭成员姓名 人员姓名 本人姓名 名字"),
        required=True,
    ),
    Field(
        "id_number",
        "person",
        "id_number",
        _words(
            "证件号码 身份证号 身份证号码 公民身份号码 公民身份证号 身份证 证件号 居民身份证号 "
            "居民身份证号码 身份号码 成员身份证号 人员证件号码 成员证件号码 "
            "公民身份证号码 身份证件号码"
        ),
        required=True,
    ),
    Field(
        "relation",
        "person",
        "one",
        _words("与户主关系 关系 户主关系 与户主的关系 与户主之间关系 家庭关系 同户主关系"),
        "relation",
        required=True,
    ),
    _person("sex", "one", "性别", "sex"),
    _person("birth_date", "date", "出生日期 出生年月 出生年月日 生日 出生时间"),
    _person("ethnicity", "one", "民族", "ethnicity"),
    _person("education", "one", "文化程度 学历 受教育程度 教育程度 文化水平", "education"),
    _person(
        "student_status",
        "one",
        "在校生状况 在校状况 在校生情况 是否在校生 就学情况 在校情况 就读情况",
        "student_status",
    ),
    _person("school_name", "text", "学校 就读学校 学校名称"),
    _person("health_status", "many", "健康状况 身体状况 健康情况 身体健康状况", "health_status"),
    _person(
        "labour",
        "one",
        "劳动技能 劳动能力 劳动力状况 劳动力 劳动技能情况 劳动力类型 劳动能力状况",
        "labour",
    ),
    _person("work", "one", "务工区域 务工状况 务工情况 务工地区 务工地域", "work"),
    _person(
        "work_months",
        "integer",
        "务工时间 务工月数 务工时长 本年务工月数 务工时间（月） 年务工月数",
        high=12,
    ),
    _person("work_place", "text", "务工地点 务工单位 务工地 务工地点/单位"),
    _person(
        "medical_insured",
        "one",
        "基本医保 医疗保险 是否参加城乡居民基本医疗保险 是否参加基本医疗保险 参加基本医疗保险 "
        "城乡居民基本医疗保险 医保 是否参加医保 是否参加城镇职工基本医疗保险",
        "yn",
    ),
    _person(
        "serious_insured",
        "one",
        "大病保险 参加大病保险 是否参加大病保险 城乡居民大病保险 是否参加城乡居民大病保险",
        "yn",
    ),
    _person(
        "pension_insured",
        "one",
        "养老保险 基本养老保险 是否参加城乡居民基本养老保险 是否参加基本养老保险 "
        "参加基本养老保险 是否参加养老保险 城乡居民基本养老保险",
        "ynna",
    ),
    _person(
        "disability_category", "one", "残疾类别 残疾类型 残疾种类 残疾人类别", "disability_category"
    ),
    _person("disability_level", "one", "残疾等级 残疾级别 残疾人等级", "disability_level"),
    _person("disabled_cert_no", "text", "残疾人证号 残疾证号 残疾证编号 残疾人证号码"),
    _person("dibao_member", "one", "享受低保 是否享受低保 低保人员 是否低保", "yn"),
    _person("tekun_member", "one", "特困供养 是否特困 是否特困供养", "yn"),
    _person("left_behind_type", "one", "留守类型 三留守 留守情况", "left_behind"),
    _person("member_phone", "phone", "本人电话 个人电话 成员电话 成员联系电话 个人联系电话"),
    _household(
        "household_type", "one", "户类型 农户类型 监测类别 户属性 农户属性 类别", "household_type"
    ),
    _household(
        "cause_main",
        "one",
        "主要致贫原因 致贫原因 首要致贫原因 主要返贫致贫原因 主致贫原因",
        "poverty_cause",
    ),
    _household("cause_other", "many", "其他致贫原因 次要致贫原因 其它致贫原因", "poverty_cause"),
    _household("identify_standard", "one", "识别标准 扶贫标准 认定标准", "identify_standard"),
    _household(
        "identify_year",
        "year",
        "识别年度 识别年份 识别时间 建档年度 建档立卡年度 纳入年度 建档年份",
        low=2013,
        high=2100,
    ),
    _household(
        "exit_year",
        "year",
        "脱贫年度 脱贫年份 脱贫时间 退出年度 退出年份 拟脱贫年度",
        low=2013,
        high=2100,
    ),
    _household(
        "phone",
        "phone",
        "联系电话 电话 手机号 手机号码 联系方式 户主电话 户主联系电话 家庭电话 手机",
    ),
    _household("group_name", "text", "村民小组 组 小组 自然村 所在组 村组"),
    _household("address_detail", "text", "详细住址 家庭住址 住址 地址 家庭地址 详细地址"),
    _household("welfare", "many", "社会救助及特殊类别 救助类别 社会救助类别", "welfare"),
    _household("bank_name", "text", "开户银行 开户行 银行名称"),
    _household("bank_account", "code", "银行账号 银行卡号 一卡通账号 一卡通 银行帐号 开户账号"),
    _household(
        "house_structure", "one", "住房结构 房屋结构 结构类型 房屋结构类型 主要结构", "structure"
    ),
    _household(
        "house_area", "decimal", "住房面积 房屋面积 建筑面积 住房建筑面积 房屋建筑面积", high=1000
    ),
    _household(
        "house_grade",
        "one",
        "住房等级 房屋等级 住房安全等级 房屋鉴定等级 危房等级 鉴定等级 住房鉴定等级",
        "house_grade",
    ),
    _household("house_year", "year", "建房年份 建房年度 建造年份 建房时间", low=1900, high=2100),
    _household(
        "water_safe",
        "one",
        "饮水是否安全 饮水安全 是否饮水安全 饮用水是否安全 是否解决安全饮用水 安全饮水",
        "yn",
    ),
    _household("water_source", "one", "饮水来源 水源 饮用水来源 主要饮水来源", "water_source"),
    _household("farmland_mu", "decimal", "耕地面积 耕地 承包地面积 耕地亩数", high=10_000),
    _household("irrigated_mu", "decimal", "有效灌溉面积 灌溉面积 其中有效灌溉", high=10_000),
    _household("forest_mu", "decimal", "林地面积 林地 林果面积", high=10_000),
    _household("phone_owner", "text", "电话机主 电话是谁的"),
    _household(
        "last_year_income",
        "decimal",
        "人均纯收入 年人均纯收入 家庭人均纯收入 人均收入 家庭年人均纯收入 上年人均纯收入",
    ),
    _household("electricity", "one", "是否通生活用电 生活用电 通电", "yn"),
    _household("broadcast", "one", "是否通广播电视 广播电视", "yn"),
    _household("toilet", "one", "厕所类型 卫生厕所 厕所", "toilet"),
    _household("fuel", "many", "主要燃料 主要燃料类型 燃料类型", "fuel"),
    _household("coop_joined", "one", "加入合作社 是否加入合作社 是否加入农民专业合作组织", "yn"),
    _household(
        "helper_name", "name", "帮扶责任人 帮扶人 帮扶责任人姓名 帮扶人姓名 包户干部 帮扶干部"
    ),
    _household("helper_unit", "text", "帮扶单位 帮扶责任人单位 帮扶人单位 帮扶责任人工作单位"),
    _household("helper_sex", "one", "帮扶责任人性别 帮扶人性别", "sex"),
    _household("helper_party", "one", "帮扶责任人政治面貌 帮扶人政治面貌", "party"),
    _household(
        "helper_phone",
        "phone",
        "帮扶责任人电话 帮扶人电话 帮扶责任人联系电话 帮扶人联系电话 帮扶责任人手机 帮扶干部电话 "
        "帮扶责任人联系方式",
    ),
)

BY_KEY = {field.key: field for field in FIELDS}

#: Without these no household can be told from another; the village may come by code or by name.
NEEDED = ("household_no", "person_name", "id_number", "relation")


def offered(properties: Collection[tuple[str, str]]) -> tuple[Field, ...]:
    """The meanings that can be imported here: those that only guide, and those the registers hold.

    properties: (register, property) pairs of the data dictionary.
    """
    registers = {"household": "households", "person": "persons"}
    return tuple(
        field
        for field in FIELDS
        if field.level == "none"
        or field.required
        or (registers[field.level], field.target) in properties
    )
