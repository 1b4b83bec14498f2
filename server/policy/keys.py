"""Every key of policy: what it is called, what its values may be, what it is for.

The one place that knows them; the desk's page and its editor are made from it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from server.policy.kinds import Kind
from server.policy.vocabulary import LIST

CATALOGUE = Path(__file__).resolve().parents[2] / "forms" / "catalogue.toml"
WORDS = Path(__file__).resolve().parent.parent / "words.json"

RULE = "rule."
#: Its tasks go to phones as `unclaimed:<code>:<entity>`, for which the feed has 80 signs.
RULE_CODE = "[a-z0-9_]{2,30}"
CHOICES = "选项"
UNCLAIMED = "可能未享受"
#: The rules that come with the software; a county adds its own.
RULES = {
    "old_age": "高龄津贴",
    "disabled_living": "困难残疾人生活补贴",
    "disabled_care": "重度残疾人护理补贴",
    "yulu": "雨露计划",
    "exam65": "65 岁以上健康查体",
}
_HOW = "按登记的情况比：都符合、又没有享受的，提醒去核实，从不作决定。"
_ADDED = (
    "县里在表里自带的选项后面另加的。加上以后，手机到日子就能选；去掉勾，到日子就不再能选，"
    "以前选过的照样看得到、打印得出。一个代码永远是一个意思。"
)
DAYS = Kind("whole", "天", 1, 731)
YES_NO = Kind("yes_no", choices={"yes": "是", "no": "否"})
ASKED = Kind("one", choices={"required": "必须", "optional": "可填可不填", "off": "不问"})
YUAN = Kind("decimal", "元/人/年", 0, 1_000_000)
TYPES = {
    "monitored_unstable": "脱贫不稳定户",
    "monitored_edge": "边缘易致贫户",
    "monitored_sudden": "突发严重困难户",
    "risk_cleared": "监测对象（风险已消除）",
    "registered_poor": "建档立卡贫困户（未脱贫）",
    "out_policy": "脱贫户（享受政策）",
    "instant_help": "即时帮扶户",
    "out_no_policy": "脱贫户（不享受政策）",
    "ordinary": "一般农户",
}
ROLES: Mapping[str, str] = json.loads(WORDS.read_text("utf-8"))["role"]
ILLNESSES = {"serious": "大病", "chronic": "长期慢性病", "severe_disability": "重度残疾"}
TRANSFERS = {
    "relief_once": "一次性临时救助",
    "edu_grant": "教育资助",
    "medical_reimb": "医疗报销",
    "house_grant": "危房改造补助",
}
#: The columns that a notice on a village's wall may have; there is none for anything else.
PUBLIC_COLUMNS = {
    "no": "序号",
    "head": "户主姓名",
    "group": "村组",
    "people": "人口",
    "category": "类别",
    "reason": "公示事由",
}
NEVER_PUBLIC = (
    f"公示只能有这几列：{'、'.join(f'{code} {word}' for code, word in PUBLIC_COLUMNS.items())}。"
    "证号、电话、银行账号、健康状况、致贫和风险原因不能公示。"
)


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its group on the page, its name, its kind, what it does.

    by_area: towns may have their own value. moves: what is computed anew once it changes: visits
    to a type of households (`type`), or all of what follows from a subject; blank for nothing.
    """

    key: str
    group: str
    label: str
    kind: Kind
    about: str
    by_area: bool = False
    moves: str = ""


def key_of(name: str) -> Key | None:
    """A key by its name; a county names its own rules."""
    if name.startswith(RULE):
        code = name.removeprefix(RULE)
        return _rule(name, RULES.get(code, code)) if re.fullmatch(RULE_CODE, code) else None
    if name.startswith(LIST):
        code = name.removeprefix(LIST)
        return choices_of(code, code) if re.fullmatch("[a-z0-9_]{2,40}", code) else None
    return every().get(name)


def choices_of(code: str, label: str) -> Key:
    """The key of the choices that a county adds to a list."""
    return Key(LIST + code, CHOICES, label, Kind("choices"), _ADDED)


def _rule(key: str, label: str) -> Key:
    return Key(key, UNCLAIMED, label, Kind("rule"), _HOW, moves="everything")


@cache
def _sections() -> Mapping[str, str]:
    """The sections of the printed file: code -> title."""
    with CATALOGUE.open("rb") as file:
        return {one["code"]: one["title"] for one in tomllib.load(file)["section"]}


def _file() -> Iterator[Key]:
    yield Key(
        *("file.catalogue", "户档", "目录", Kind("ordered", choices=_sections())),
        about="每行一个代码，按要的顺序写；不写的不印。要改名的，代码后面空一格写名称。",
    )
    yield Key(
        *("file.profile", "户档", "怎么立卷"),
        Kind("one", choices={"juan": "一户一卷", "jian": "按件"}),
        about="一户一卷：封面、目录、通编页号、备考表。按件：每件单独编页，件首盖归档章。",
    )
    yield Key(
        *("file.signatures", "户档", "手机上签的名"),
        Kind("one", choices={"drawn": "印在签字处", "way": "只写怎么签的", "empty": "留空手签"}),
        about="县里认手机签名的印出来；不认的留空，打印后再签。",
    )
    yield Key(
        *("file.stamp", "户档", "按件时印归档章框", YES_NO),
        about="红色的框，印在每件首页右上角。",
    )
    yield Key(*("file.fonds", "户档", "全宗号", Kind("text")), about="印在归档章框里。")
    yield Key(
        *("file.kept", "户档", "保管期限"),
        Kind("one", choices={"Y": "永久", "D30": "30年", "D10": "10年"}),
        about="印在封面和归档章框里。",
    )


_PUBLISHED = (
    Key(
        *("public.columns", "公示和通报", "公示的列"),
        Kind("ordered", choices=PUBLIC_COLUMNS, others=NEVER_PUBLIC),
        about="每行一个代码，按要的顺序写；不写的不印。要改名的，代码后面空一格写名称。",
    ),
    Key(
        *("public.house_days", "公示和通报", "危房改造对象公示", DAYS),
        about="公示满多少天。监测、退出的公示天数在“监测和退出”里。",
    ),
    Key(
        *("month.freeze_day", "公示和通报", "每月数据定稿"),
        Kind("whole", "日", 1, 28),
        about="次月这一天过后才传上来的走访，在通报里算“冻结后补到”，仍记在走访的那个月。",
    ),
    Key(
        *("bulletin.red_head", "公示和通报", "通报印红头", YES_NO),
        about="选“否”，留出红头的位置，用印好红头的纸打印。",
    ),
    Key(
        *("bulletin.mark", "公示和通报", "通报的红头写什么", Kind("text")),
        about="没有填就印镇（街道）的全称加“文件”。",
        by_area=True,
    ),
    Key(
        *("bulletin.ranking", "公示和通报", "通报按走访率排名", YES_NO),
        about="选“否”，各村按村代码排列。",
    ),
)


@cache
def every() -> Mapping[str, Key]:
    """All keys, in the order of the page."""
    rules = (_rule(RULE + code, label) for code, label in RULES.items())
    some = (*_LINES, *_visits(), *_RECORDING, *_forms(), *_REST, *_file(), *_PUBLISHED, *rules)
    return {one.key: one for one in some}


_LINES = (
    Key(
        *("line.monitoring", "标准线", "防止返贫监测线", YUAN),
        about="人均纯收入低于它的户要监测。手机上核算收入、认定监测户时用当天的数。",
        by_area=True,
    ),
    *(
        Key(
            *(f"line.{code}", "标准线", f"监测线：{label}", YUAN),
            about="和“防止返贫监测线”不一样时才填。",
            by_area=True,
        )
        for code, label in TYPES.items()
        if code.startswith("monitored_")
    ),
    Key(
        *("line.poverty", "标准线", "低收入（脱贫）标准线", YUAN),
        about="核对是否稳定脱贫时用。",
        by_area=True,
    ),
)


def _visits() -> Iterator[Key]:
    for code, label in TYPES.items():
        yield Key(
            *(f"interval.{code}", "走访间隔", label, DAYS),
            about="从上次走访起，最迟多少天要再走访一次。",
            moves="visits",
        )
    yield Key(
        *("interval.away_meeting", "走访间隔", "全家在外的户，多久见一面", DAYS),
        about="平时可以打电话，但这么多天里要当面见一次。",
        moves="visits",
    )
    yield Key(
        *("interval.first_visit", "走访间隔", "新登记的户，第一次走访", DAYS),
        about="登记以后最迟多少天要去第一次。",
        moves="visits",
    )


_RECORDING = (
    Key(
        *("photo.required", "拍照签名", "照片", ASKED),
        about="各表没有另外规定时照它。不拍照不应影响提交，防止指尖上的形式主义。",
    ),
    Key(
        *("signature.required", "拍照签名", "签名", ASKED),
        about="各表没有另外规定时照它。",
    ),
    Key(
        *("position.recorded", "拍照签名", "定位", ASKED),
        about="各表没有另外规定时照它。没有信号或者定不了位，不影响提交。",
    ),
    Key(
        *("photo.caption", "拍照签名", "照片上写时间、村、户、记录人", YES_NO),
        about="写在照片下沿，打印出来也看得到。",
    ),
    Key(
        *("photo.longest_edge", "拍照签名", "照片长边", Kind("whole", "像素", 800, 4000)),
        about="越大越清楚，也越费流量。1600 够看清门牌和单据。",
    ),
    Key(
        *("visit.ask_satisfaction", "拍照签名", "走访时问满意度", YES_NO),
        about="被评价的人自己来问，问不出真话；一般交给督查和电话回访。",
    ),
    Key(
        *("register.ask_bank", "拍照签名", "采集时问银行账号", YES_NO),
        about="账号不下发到手机，只在采集时填一次。",
    ),
    Key(
        *("register.ask_hukou", "拍照签名", "采集时拍户口本", YES_NO),
        about="照片里有全户的证号，按需要开。",
    ),
)


def _forms() -> Iterator[Key]:
    titles: Mapping[str, str] = json.loads(WORDS.read_text("utf-8"))["form"]
    for form, title in titles.items():
        for what, label in (("photo", "照片"), ("signature", "签名"), ("position", "定位")):
            yield Key(
                *(f"form.{form}.{what}", "分表规定", f"{title}：{label}", ASKED),
                about="只管这一张表；没有填就照“拍照签名”里的。",
            )


def _case(key: str, label: str, kind: Kind, about: str) -> Key:
    return Key(key, "监测和退出", label, kind, about, moves="cases")


_REST = (
    _case("case.admission_days", "从线索到纳入", DAYS, "超过就算超期。"),
    _case("case.notice_days", "纳入公示", DAYS, "公示满多少天才能往下走。"),
    _case("exit.notice_days", "退出、消除风险公示", DAYS, "公示满多少天才能往下走。"),
    _case("case.plan_days", "纳入后制定帮扶措施", DAYS, "超过就算超期。"),
    _case("case.follow_days", "监测户两次走访之间", DAYS, "每月一次，留几天余地。"),
    _case(
        "case.stable_months",
        "收入稳定多久才能消除风险",
        Kind("whole", "个月", 1, 36),
        "不满就不能提。",
    ),
    _case("case.no_labour_stays", "没有劳动力的户不消除风险", YES_NO, "选“是”，这样的户一直监测。"),
    _case(
        "case.checked_before_clearing",
        "消除风险前要有退出核查",
        YES_NO,
        "选“是”，县里通过了风险消除的退出核查，才能定风险消除。",
    ),
    *(
        Key(
            *(f"problem.days.{level}", "问题期限", label, DAYS),
            about="从发现起算；到期没解决，自动交到上一级。",
            moves="problems",
        )
        for level, label in (("village", "村级"), ("town", "镇级"), ("county", "县级"))
    ),
    Key(
        *("health.illnesses", "健康八个一", "哪些人要做", Kind("some", choices=ILLNESSES)),
        about="按人员信息里的健康状况认定。",
        moves="everything",
    ),
    Key(
        *("health.households", "健康八个一", "哪些户的人要做", Kind("some", choices=TYPES)),
        about="按户类型。",
        moves="everything",
    ),
    Key(
        *("health.exam_age", "健康八个一", "每年查体的年龄", Kind("whole", "岁起", 0, 120)),
        about="满这个年龄的人，查体每年再做一次。",
        moves="everything",
    ),
    Key(
        *("health.yearly", "健康八个一", "每年要再做的项目"),
        Kind("some", choices={f"hb{n}": f"第 {n} 项" for n in range(1, 9)}),
        about="第 6 项是健康查体。",
        moves="everything",
    ),
    Key(
        *("health.na_most", "健康八个一", "最多几项可以不适用", Kind("whole", "项", 0, 8)),
        about="超过就不算做齐，只提醒审核，不影响提交。",
        moves="everything",
    ),
    Key(
        *("house.urgent_days", "住房和留守", "D 级危房搬离", DAYS),
        about="住着人的 D 级危房，几天内要搬出来。",
        moves="everything",
    ),
    Key(
        *("house.relocated_area", "住房和留守", "易地搬迁户人均住房"),
        Kind("whole", "平方米以内", 1, 200),
        about="超过就提醒核实，不影响提交。",
        moves="everything",
    ),
    Key(
        *("card.contact_days.child", "住房和留守", "留守儿童联系", DAYS),
        about="两次联系之间最多隔几天。",
        moves="everything",
    ),
    Key(
        *("card.contact_days.others", "住房和留守", "留守老人、妇女联系", DAYS),
        about="两次联系之间最多隔几天。",
        moves="everything",
    ),
    Key(
        *("income.explain_share", "收入核算", "和上年差多少要说明", Kind("decimal", "", 0.05, 5)),
        about="0.3 就是三成。",
    ),
    Key(
        *("income.explain_line_share", "收入核算", "单项和上年差多少要说明"),
        Kind("decimal", "", 0.05, 5),
        about="工资、经营、财产、转移各项分别比。0.5 就是五成。",
    ),
    Key(
        *("income.period_start", "收入核算", "核算年度从哪天起", Kind("day")),
        about="按“月-日”填，一般是 10-01。",
        moves="everything",
    ),
    Key(
        *("income.not_countable", "收入核算", "不计入收入的转移支付"),
        Kind("some", choices=TRANSFERS),
        about="一次性的补助一般不计。",
    ),
    *(
        Key(
            *(f"term.{name}", "叫法", label, Kind("words", choices=choices)),
            about="到某一天起换叫法：每行写“代码 空格 说法”，没写的照旧。只改叫法，不改类型。"
            "记录和打印照当时的叫法。",
        )
        for name, label, choices in (
            ("household_type", "户类型", TYPES),
            ("role", "工作人员的身份", ROLES),
        )
    ),
    Key(
        *("review.days", "审核和手机", "镇里审核", Kind("whole", "个工作日", 0, 60)),
        about="从手机上传算起。",
    ),
    Key(
        *("review.urgent_days", "审核和手机", "镇里审核（紧急）", Kind("whole", "个工作日", 0, 60)),
        about="0 就是当天。",
    ),
    Key(
        *("device.idle_days", "审核和手机", "手机多久没联网要重新登录", DAYS),
        about="重新登录以前，手机里记的东西都还在。",
    ),
    Key(
        *("duty.phone", "审核和手机", "值班电话", Kind("text")),
        about="手机上遇到紧急情况时显示。",
    ),
    Key(
        *("wall_card.cause", "户档", "明白卡上印主要致贫原因", YES_NO),
        about="因病、因残的从不上墙。",
    ),
    Key(
        *("supervision.phone", "户档", "监督电话", Kind("text")),
        about="印在帮扶明白卡和公示上。",
        by_area=True,
    ),
)
