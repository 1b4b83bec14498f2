"""The columns of every table of the file, by section, and a household that fills in all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from lxml import html

from server import clock
from server.household_file.returned.filing import note_material
from server.intake.paper import Material
from server.registers import queries as registers
from server.review import renovating
from tests.forms.instances import member, new_id, register_xml
from tests.household_file.households import id_number
from tests.household_file.whole import CHILD, HEAD, MET, MOTHER, SIGNED, WIFE, Answers, Whole
from tests.making import looking, writing

#: Source of a section -> the words of all labels and heads of columns in it.
COLUMNS: Mapping[str, str] = {
    "basic": (
        "家庭住址 责任村 户主姓名 联系电话 电话机主 户类型 识别年度 脱贫年度 "
        "识别标准 人均纯收入 全家外出 监测类别 危房改造 易地搬迁 救助类别 "
        "主要致贫原因 其他原因 原因说明 家庭人口 劳动力 务工人数 在校生 耕地面积 "
        "有效灌溉 林地面积 加入合作社 住房面积 住房结构 建房年份 住房等级 住房保障 "
        "安置方式 饮水来源 水量 水质 方便程度 供水保证 产业分红 光伏收益 生活用电 "
        "广播电视 宽带 入户路硬化 厕所类型 主要燃料 不愁吃 不愁穿 义务教育 基本医疗 "
        "住房安全 饮水安全 返贫风险 现居住地 开户银行 账号 帮扶责任人 单位 职务 单位隶属 "
        "电话 起始日期 采集人 采集日期"
    ),
    "members": (
        "序号 姓名 性别 公民身份号码 与户主关系 民族 出生年月 文化程度 "
        "在校生状况（学校、年级） 健康状况 疾病名称 残疾人证号、类别、等级 备注 "
        "公益岗位 务工状况（区域）、地点或单位 务工月数 医保 大病保险 养老保险 "
        "劳动技能 低保特困 留守类型 联系电话"
    ),
    "causes": (
        "主要致贫（风险）原因 其他原因 具体说明 帮扶需求 序号 日期 类别 需求内容 "
        "解决情况 自我发展意愿"
    ),
    "helpers": "序号 姓名 性别 政治面貌 单位 隶属 职务 电话 起始日期 结束日期 变更原因",
    "plan": (
        "计划年度 收入目标 三保障目标 序号 措施类别 项目名称 内容与规模、对象 "
        "资金（元）及来源 责任单位或责任人 起止时间 预期收益（元）"
    ),
    "measures": (
        "序号 措施类别 具体政策或项目 享受人 标准或金额（元） 到户时间 "
        "成效（增收元） 经办人 落实情况"
    ),
    "visits": (
        "走访日期 走访结果 录入日期 走访人 身份 同行人 受访人 关系 照片 不愁吃 "
        "不愁穿 义务教育 基本医疗 饮水安全 住房安全 收入变化 大额支出 走访情况 序号 "
        "问题或诉求 内容 解决层级 责任人、时限 办理情况"
    ),
    "visit_list": "序号 日期 走访人 结果 情况 问题和诉求 受访人签字",
    "incomes": (
        "序号 项目 姓名、品名 数量 单位 单价（元） 金额（元） "
        "总收入（一＋二＋三＋四） 纯收入（总收入－五） 人均纯收入 "
        "刚性支出（参考，不扣减）"
    ),
    "eight": (
        "患者姓名 性别 出生年月 与户主关系 联系电话 公民身份号码 确诊日期 病种 "
        "参加医保 分类 救治分类 救治进展 慢特病资格 序号 内容 落实情况 日期 "
        "机构或责任人 编号或说明 佐证 签约 总费用（元） 医保报销（元） "
        "医疗救助（元） 自付（元） 就诊医院 先诊疗后付费"
    ),
    "houses": (
        "户主姓名 证号 联系电话 农户类型 房屋地址 现有人住 建造年代 结构形式 "
        "层数、开间 建筑面积 设防烈度 墙体材料 屋面 鉴定类别 鉴定单位 评定日期 场地 "
        "二、房屋整体等级 三、防灾措施 四、处理建议 户主意愿、搬离 序号 部位 位置 "
        "缺陷情况 裂缝（mm） 倾斜（mm） 照片"
    ),
    "renovations": (
        "户主姓名 农户类型 房屋地址 改造前结构 改造前面积（m²） 鉴定等级 鉴定日期 "
        "计划年度 改造方式 开工日期 竣工日期 施工方 改造后面积（m²） 验收日期、结果 "
        "旧房已拆 补助标准（元） 补助金额（元） 拨付日期 已入住 序号 应附材料 "
        "页数 存放处、备注"
    ),
    "education": "序号 学生 学段 学校、年级、班 学年学期 资助项目 金额或免除（元） 到账日期",
    "cards": (
        "姓名 性别 出生年月 公民身份号码 类别 家庭住址 健康状况 电话 外出亲属 "
        "外出地点 亲属电话 独居 自理能力 照料人 结对联系人 联系人电话 最近联系日期 "
        "联系方式"
    ),
    "secured": "项目 情况 结论 说明",
}
#: What is signed, stamped or put in by hand, and what the paper's catalogue of originals keeps.
BY_HAND: Mapping[str, str] = {
    "measures": "户主签字",
    "education": "监护人签字",
}
#: Answers beyond those of `Whole`, by form.
MORE: Mapping[str, Answers] = {
    "housing_assessment": {
        **dict.fromkeys(("wall_front", "wall_back", "wall_gable", "wall_inner"), "砖墙"),
        "seismic_degree": "7",
        "assessor_2": "孙立",
        "evacuated": "yes",
        "evacuated_to": "村里的周转房",
        "guarantee": "public_rental",
        "household_agrees": "yes",
        "defects": (
            {
                "defect_part": "wall",
                "defect_position": "西屋北墙",
                "defect_desc": "斜裂缝，两边透光",
                "crack_width_mm": "12",
                "tilt_mm": "8",
                "defect_photo": "裂缝.jpg",
            },
        ),
    },
    "health_eight": {
        "diagnosed_on": "2019-04-01",
        "treatment_class": "rehab",
        "treat_first_pay_later": "yes",
        "hospital": "县人民医院",
        "relief_paid": "0",
        "hb1_ref": "告字 12 号",
        "hb1_photo": "告知书.jpg",
    },
    "left_behind_card": {"relative_place": "江苏苏州"},
}
LIVING = {
    "phone": "13900008468",
    "phone_owner": "邻居王大哥",
    "lives_elsewhere": "yes",
    "current_address": "江苏苏州厂宿舍",
    "welfare": "dibao",
    "identify_standard": "provincial",
    "irrigated_mu": "2",
    "forest_mu": "0.5",
    "house_year": "1996",
    "security_path": "guaranteed_safe",
    "guarantee_way": "public_rental",
    **dict.fromkeys(("electricity", "broadcast", "broadband", "paved_road"), "yes"),
    **dict.fromkeys(("coop_joined", "dividend_share", "pv_share"), "no"),
    "toilet": "sanitary",
    "fuel": "gas",
    "ask_bank": "yes",
    "bank_name": "村镇银行",
    "bank_account": "6228480000000000001",
}


class Full(Whole):
    """A household of which everything is known that a table of the file has a column for."""

    def everything(self) -> str:
        """All of it; returns the household."""
        super().everything()
        self.helped_by_another()
        self.planned()
        self.renovated()
        return self.household

    def registered(self, *more: Mapping[str, str], **answers: Any) -> None:
        """Four people of whom everything is known."""
        known = {"member_phone": "13900001111", "serious_insured": "yes"}
        people = [
            member(
                id_number("19680412", 11),
                person_id=HEAD,
                name="张㛃",
                labour="normal",
                work="public_post",
                work_months="11",
                work_place="村保洁队",
                joined="move_in",
                change_reason="move_in",
                change_on="1990-05-01",
                change_date="1990-05-01",
                **known,
            ),
            member(
                id_number("19700903", 22),
                person_id=WIFE,
                name="王䶮",
                relation="12",
                health_status="chronic",
                chronic_disease="hypertension",
                dibao_member="yes",
                **known,
            ),
            member(
                id_number("19430711", 24),
                person_id=MOTHER,
                name="刘桂兰",
                relation="52",
                left_behind_type="elderly",
                health_status="disabled",
                disabled_cert_no=id_number("19430711", 24) + "43",
                disability_category="4",
                disability_level="3",
                **known,
            ),
            member(
                id_number("20130601", 36),
                person_id=CHILD,
                name="张子涵",
                relation="30",
                student_status="3",
                school_name="果里中学",
                school_class="七年级二班",
                labour="none",
                pension_insured="na",
                **known,
            ),
        ]
        self._registered(
            members=[*people, *more],
            household_type="out_policy",
            type_proposal="out_policy",
            identify_year="2014",
            exit_year="2018",
            cause_main="illness",
            cause_other="no_skill",
            cause_detail="妻子长期吃药，耕地少",
            helper_name="田野",
            helper_sex="male",
            helper_party="member",
            helper_unit="桓台县水务局",
            helper_unit_level="county",
            helper_post="科员",
            helper_phone="13900001122",
            helper_from="2021-05-10",
            event_date="2026-03-10",
            **LIVING,
            **answers,
        )
        household_no = {"household_no": "37032110101200001", "last_year_income": "14243.25"}
        self.set("households", self.household, household_no)

    def helped_by_another(self) -> None:
        """The helper was moved elsewhere, and a child was born."""
        born = member(
            id_number("20260801", 48),
            name="张小满",
            relation="20",
            joined="birth",
            change_reason="birth",
            change_on="2026-08-01",
            change_date="2026-08-01",
        )
        self._registered(
            known=True,
            members=[born],
            head=HEAD,
            known_helper_name="田野",
            helper_name="周敏",
            helper_sex="female",
            helper_party="masses",
            helper_unit="桓台县教体局",
            helper_unit_level="county",
            helper_post="教师",
            helper_phone="13900003366",
            helper_from="2026-09-01",
            helper_reason="调到市里",
            event_date="2026-09-02",
        )

    def visited(self) -> None:
        """A visit with somebody, and a need that the town has given to somebody."""
        need = {
            "problem_id": new_id(),
            "entry_kind": "need",
            "need_type": "employment",
            "problem_desc": "想就近找焊工岗位",
            "problem_household": self.household,
            "problem_found_on": "2026-11-18",
        }
        visit = self.office.visit(
            self.household,
            photos=("院子.jpg",),
            event_date="2026-11-18",
            problems=[need],  # type: ignore[arg-type]
            co_recorders="吴晓梅",
            start="2026-11-18T09:30:00.000+08:00",
            expense_kind="medical",
            **SIGNED,
        )
        self.office.decide(visit)
        given = {"solve_level": "town", "deadline": "2026-12-18", "owner": "吴晓梅"}
        self.set("problems", need["problem_id"], given)
        solved = {"result": "solved", "result_on": "2026-11-20", "result_note": "去了焊工班"}
        self.set("problems", need["problem_id"], solved)

    def planned(self) -> None:
        """This year's plan, with a project and aid for the pupil."""
        project = {
            "measure_id": new_id(),
            "measure_item": "breeding",
            "measure_group": "industry",
            "measure_status": "planned",
            "measure_content": "养羊 20 只",
            "measure_amount": "5000",
            "measure_unit": "once",
            "measure_source": "state",
            "measure_expected": "8000",
            "measure_start": "2026-03-01",
            "measure_end": "2026-12-31",
            "measure_owner": "周敏",
            "measure_home": self.household,
        }
        aid = {
            "measure_id": new_id(),
            "measure_item": "edu_aid",
            "measure_group": "education",
            "measure_status": "done",
            "measure_person": CHILD,
            "measure_amount": "625",
            "measure_unit": "once",
            "measure_source": "department",
            "measure_term": "autumn",
            "measure_start": "2026-09-01",
            "measure_paid": "2026-10-20",
            "measure_owner": "周敏",
            "measure_home": self.household,
        }
        self._filled(
            "help_plan",
            {
                **MET,
                **SIGNED,
                "plan_id": new_id(),
                "plan_year": "2026",
                "willingness": "strong",
                "willingness_note": "想扩羊圈",
                "income_goal": "16000",
                "secured_goal": "房子修好，孩子不辍学",
                "s_household": self.household,
                "measures": (project, aid),
                "event_date": "2026-03-20",
            },
        )

    def renovated(self) -> None:
        """The house was strengthened."""
        with looking(self.office.app) as session:
            found = registers.belonging(session, self.household)
            house = next(one.id for one in found if one.register == "houses")
        work = {
            "household": self.household,
            "house": house,
            "target_type": "registered",
            "plan_year": "2026",
            "method": "strengthen",
            "contractor": "果里建筑队",
            "start_date": "2026-09-01",
            "finish_date": "2026-10-01",
            "acceptance_date": "2026-10-10",
            "acceptance_result": "pass",
            "new_area": "86",
            "subsidy_standard": "12000",
            "subsidy_amount": "12000",
            "subsidy_paid_date": "2026-10-20",
            "old_house_demolished": "na",
            "moved_in": "yes",
        }
        self.set("renovations", renovating.renovation_id(house), work, create=True)
        plan = Material(self.household, "12.2", "审批表", pages=3, kept_at="镇档案室")
        with writing(self.office.app) as session:
            note_material(session, self.office.reviewer, plan, date(2026, 10, 20), clock.now())

    def _registered(self, **answers: Any) -> None:
        instance = new_id()
        xml = register_xml(self.household, instance_id=instance, **answers)
        self._sent("household_register", instance, xml)

    def _filled(self, form_id: str, answers: Answers, **more: Any) -> str:
        return super()._filled(form_id, {**answers, **MORE.get(form_id, {})}, **more)


def words(text: str) -> str:
    """A label without the places where its line may break."""
    return "".join(text.split())


def said(document: html.HtmlElement) -> dict[str, list[str]]:
    """Label -> what the cells that belong to it say; only the choices that are ticked count."""
    found: dict[str, list[str]] = {}
    for table in document.iter("table"):
        for title, text in (*_beside(table), *_below(table)):
            found.setdefault(title, []).append(text)
    return found


def _beside(table: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Labels with the cells to their right."""
    for row in table.xpath("./tr | ./tbody/tr"):
        title = ""
        for one in row:
            if one.tag == "th":
                title = words(one.text_content())
            elif title:
                yield title, _told(one)


def _below(table: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Heads of columns with the cells below them."""
    heads = table.xpath("./thead/tr")
    rows = table.xpath("./tbody/tr")
    if not heads:
        return
    for number, head in enumerate(_grid(heads)):
        below = _grid(rows)[number :: len(heads)]
        for place, one in enumerate(head):
            title = words(one.text_content()) if one is not None else ""
            yield title, ""
            for row in below:
                if place < len(row) and (there := row[place]) is not None:
                    yield title, _told(there)


def _grid(rows: Sequence[html.HtmlElement]) -> list[list[html.HtmlElement | None]]:
    """The cells of some rows, each in the column where it begins."""
    grid: list[list[html.HtmlElement | None]] = [[] for _ in rows]
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        place = 0
        for one in row:
            while (number, place) in taken:
                place += 1
            for below in range(int(one.get("rowspan", 1))):
                for beside in range(int(one.get("colspan", 1))):
                    taken.add((number + below, place + beside))
            grid[number] += [None] * (place - len(grid[number])) + [one]
            place += int(one.get("colspan", 1))
    return grid


def _told(one: html.HtmlElement) -> str:
    if not one.xpath(".//i[contains(@class, 'o')]"):
        return words(one.text_content()) or ("图" if one.xpath(".//img") else "")
    return "".join(box.tail or "" for box in one.xpath(".//i[contains(@class, ' x')]"))
