"""Every kind of record on paper, from the database to the words of the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from server import clock
from server.household_file import period
from server.household_file.content.blocks import Paper, cell, table
from server.household_file.content.catalogue import chosen, kinds_of, shipped
from server.household_file.content.file import HouseholdFile
from server.household_file.content.gather import gather
from server.household_file.content.papers import MAKERS
from server.household_file.content.records import Records
from server.household_file.content.sections import OF, documents
from server.household_file.kept import as_json
from server.household_file.printed.compare import differences
from server.household_file.typeset.page import page
from server.registers import values
from server.registers.models import Entity
from server.submissions.models import ReviewState, Submission
from tests.household_file.households import Pictures, a_file, usual
from tests.household_file.recording import Office, new_id
from tests.household_file.test_page import parsed
from tests.household_file.whole import Whole
from tests.making import COUNTY, looking, writing


def gathered(office: Office, household: str, days: period.Period | None = None) -> HouseholdFile:
    with looking(office.app) as session:
        return gather(session, household, clock.today(), days)


def paper(file: HouseholdFile, source: str) -> Paper:
    section = file.plan.section(source)
    assert section is not None
    return next(one for one in file.papers if one.section == section.code)


def text(file: HouseholdFile, key: str) -> str:
    """The text of one document, blanks removed."""
    found = parsed(page(file, 1)).get_element_by_id(f"h{file.household_id}-{key}")
    return "".join(str(found.text_content()).split())


def of(file: HouseholdFile, source: str) -> str:
    return text(file, paper(file, source).key)


def test_a_whole_household_is_on_paper(ground: Flask) -> None:
    whole = Whole(Office(ground))
    file = gathered(whole.office, whole.everything())
    assert file.plan.kinds == ("clued", "monitored", "registered")

    income = of(file, "incomes")
    assert "1江苏苏州电子厂，操作工张㛃11月4600.0050600.00" in income
    assert "2临时救助慰问2026年1月临时救助（500.00）" in income
    assert "总收入（一＋二＋三＋四）50600.00＋11046.00＋840.00＋2256.0064742.00" in income
    assert "纯收入（总收入－五）64742.00－5070.0059672.00" in income
    assert "人均纯收入59672.00÷414918.00" in income
    assert "带括号的金额是一次性的，只记录，不计入收入。" in income

    eight = of(file, "eight")
    assert "1明确一所定点医院已落实2026.03.11果里镇卫生院" in eight
    assert "7组织一次健康会诊未落实还没安排" in eight
    assert "已落实/应落实6/8" in eight

    house = of(file, "houses")
    assert "砌筑很差；裂缝多、剥蚀重；纵横墙脱闪；个别歪斜" in house
    assert "1承重墙西屋北墙斜裂缝，两边透光12有" in house
    assert "2缺陷1：承重墙，西屋北墙" in house
    assert "编号：果鉴〔2026〕31号" in house

    assert "1田野桓台县水务局县直科员139000011222021.05.10" in of(file, "helpers")
    assert "2026.11.18就业想就近找焊工岗位" in of(file, "causes")
    assert "就业公益岗位张㛃600.00/月" in of(file, "measures")
    assert "1张子涵七年级果里中学七年级二班" in of(file, "education")
    assert "自理能力部分自理照料人儿媳" in of(file, "cards")
    assert "义务教育张子涵：七年级（果里中学）达标不达标" in of(file, "secured")

    assert "线索来源基层干部排查发现日期2026年4月2日" in of(file, "clues")
    assert "纳入监测（2026年4月16日）" in of(file, "clues")
    assert "人均纯收入（元）7200.00监测线（元）8500.00" in of(file, "verifications")
    applied = of(file, "applications")
    assert "三里村村民委员会：本户因病" in applied
    assert "不会写字，纸上按手印见证人：陈立按手印处" in applied
    approved = of(file, "approvals")
    assert "2026年4月7日，到会21人，同意19人" in approved
    assert "镇级审核意见：镇里同意。（赵国强2026年4月14日）分管负责人签字：（盖章）" in approved
    assert "县级审定意见：纳入监测，脱贫不稳定户，符合条件。（赵国强2026年4月16日）" in approved
    assert "因病健康医疗救助王䶮3000.00" in of(file, "case_measures")
    assert "12026.05.18李明远入户减轻已出院，按时吃药" in of(file, "follow_ups")
    assert "核查类型退出回头看风险消除普查" in of(file, "exits")

    # the sections stand in the order of the catalogue, each once in the contents
    codes = [document.section.code for document in documents(file)]
    order = [section.code for section in shipped()]
    assert sorted(codes, key=order.index) == codes

    # another year has none of these records, but the forms that are filled in every year
    other = gathered(whole.office, whole.household, period.year(2024))
    assert other.period == "2024年度"
    assert other.visits == ()
    assert "空白表" in {one.note for one in other.papers if one.section == "10"}
    assert not [one for one in other.papers if one.section == "12"]


def test_a_clue_that_joined_a_case_stands_on_the_sheet_of_the_case(ground: Flask) -> None:
    whole = Whole(Office(ground))
    whole.registered()
    whole.clue("妻子住院", "2026-04-02")
    whole.clue("妻子又住院", "2026-05-06")
    file = gathered(whole.office, whole.household)
    assert [one.section for one in file.papers].count("20") == 1
    told = "并入的线索来源风险类型情况2026.05.06基层干部排查因病妻子又住院"
    assert told in of(file, "clues")


def test_a_check_that_two_offices_review_names_both(ground: Flask) -> None:
    whole = Whole(Office(ground))
    whole.registered()
    check = whole.checked()
    half = of(gathered(whole.office, whole.household), "exits")
    assert "镇级审核意见：审核通过。（赵国强" in half
    assert "县级审定意见：负责人签字：（盖章）" in half
    whole.office.reviewer = whole.office.somebody("county_admin", COUNTY, "周敏")
    whole.office.decide(check)
    whole_way = of(gathered(whole.office, whole.household), "exits")
    assert "镇级审核意见：审核通过。（赵国强" in whole_way
    assert "县级审定意见：审核通过。（周敏" in whole_way


def test_what_waits_for_review_is_marked_and_claimed(ground: Flask) -> None:
    whole = Whole(Office(ground))
    whole.registered()
    account = whole.accounted(approve=False)
    file = gathered(whole.office, whole.household)
    assert not paper(file, "incomes").reviewed
    assert of(file, "incomes").startswith("家庭收入核算表未核")
    whole.office.decide(account)
    assert paper(gathered(whole.office, whole.household), "incomes").reviewed


def test_a_record_whose_form_is_gone_is_told_in_the_closing_note(ground: Flask) -> None:
    gone = Submission(
        instance_id=new_id(),
        root_id=new_id(),
        form_id="visit",
        form_version="1999010101",
        event_date=date(2026, 11, 18),
        received_at=clock.now(),
    )
    with looking(ground) as session:
        row = (gone, ReviewState(instance_id=gone.instance_id, state="received"))
        records = Records(session, [row], {}, clock.now(), lambda _: "")
    assert records.all == []
    told = text(a_file(faults=tuple(records.lost)), "closing")
    assert "2026年11月18日的一份记录，其表单（visit第1999010101版）本机没有，没有印出" in told


def test_another_type_of_the_household_is_a_change(ground: Flask) -> None:
    whole = Whole(Office(ground))
    whole.registered()
    assert gathered(whole.office, whole.household).changes == ()
    whole.set("households", whole.household, {"household_type": "risk_cleared"})
    (change,) = gathered(whole.office, whole.household).changes
    assert (change.item, change.old, change.new, change.by, change.reviewed) == (
        *("户类型变更", "脱贫户（享受政策）", "监测对象（风险已消除）", "赵国强"),
        True,
    )


def test_what_the_dictionary_does_not_have_any_more_is_told(ground: Flask) -> None:
    office = Office(ground)
    household, _ = office.register("张㛃")
    with writing(ground) as session:
        entity = session.get_one(Entity, household)
        units = {"orchard_mu": ["2.5", [0]]}
        entity.live = {**entity.live, "units": {**values.units(entity.live), **units}}
    file = gathered(office, household)
    assert "登记中有1项（orchard_mu），现在的数据字典没有，没有印出" in text(file, "closing")


def test_every_section_has_something_that_fills_it() -> None:
    sources = {section.source for section in shipped()}
    assert sources == set(MAKERS) | set(OF)
    assert len({section.code for section in shipped()}) == len(shipped())


@pytest.mark.parametrize(
    ("household_type", "cases", "expected"),
    [
        ("ordinary", "", set()),
        ("out_policy", "", {"registered"}),
        ("monitored_edge", "", {"monitored"}),
        ("ordinary", "clue", {"clued"}),
        ("out_policy", "admitted", {"registered", "monitored", "clued"}),
    ],
)
def test_a_household_has_the_parts_that_apply(
    household_type: str, cases: str, expected: set[str]
) -> None:
    admitted, clues = cases == "admitted", bool(cases)
    found = kinds_of(household_type, identified=False, admitted=admitted, clues=clues)
    assert found == expected


def test_a_county_reorders_switches_and_renames_sections() -> None:
    said = [["99", ""], ["10", "收入测算表"], ["gone", "没有这一项"], ["2", ""]]
    plan = chosen({"file.catalogue": said}, {"registered"})
    assert [(one.code, one.title) for one in plan.sections] == [
        ("99", "卷内备考表"),
        ("10", "收入测算表"),
        ("2", "农户基本信息表"),
    ]


def test_an_ordinary_household_has_no_part_for_others() -> None:
    codes = [section.code for section in chosen({}, ()).sections]
    assert "10" not in codes
    assert "20" not in codes
    assert {"2", "9", "99"} <= set(codes)


def test_a_policy_that_nobody_understands_changes_nothing() -> None:
    said = {"file.profile": "scroll", "file.signatures": 7, "file.catalogue": [], "file.kept": "X"}
    assert chosen(said, ()) == chosen({}, ())


@pytest.mark.parametrize(
    ("signing", "drawn", "line"), [("drawn", 1, 1), ("way", 0, 1), ("empty", 0, 0)]
)
def test_a_signature_is_drawn_told_or_left_to_hands(signing: str, drawn: int, line: int) -> None:
    plan = chosen({"file.signatures": signing}, ())
    file = replace(usual(Pictures()), plan=plan)
    html = page(file, 1)
    found = html.partition('id="h' + file.household_id + '-v0"')[2].partition("</section>")[0]
    assert found.count('class="drawn"') == drawn
    assert found.count("家属代签（妻）") == line
    assert "受访人签字" in found


def test_kept_by_item_every_document_has_its_frame_and_its_pages() -> None:
    said = {"file.profile": "jian", "file.stamp": True, "file.fonds": "0123", "file.kept": "D30"}
    html = page(a_file(plan=chosen(said, ())), 1)
    assert "归档文件目录" in html
    assert "一户一档</p>" not in html
    assert html.count('class="stamp"') == html.count('<section id="') - 2
    assert "<td>0123</td>" in html
    assert "<td>30年</td>" in html


def test_a_character_without_a_face_is_told_by_its_number() -> None:
    file = a_file(address=replace(a_file().address, text="果里镇\U000313a0村"))
    html = page(file, 1)
    assert "\U000313a0" not in html
    assert "果里镇〓村" in html
    assert "U+313A0" in text(file, "closing")


def test_two_versions_differ_by_rows_of_their_documents() -> None:
    (section,) = (one for one in shipped() if one.source == "incomes")
    rows = [(cell("1"), cell("小麦"), cell("5166.00")), (cell("2"), cell("玉米"), cell("5341.00"))]
    old = a_file(
        papers=(Paper(section.code, "income", (table((1, 2, 3), rows),), about="2026年度"),)
    )
    changed = [rows[0], (cell("2"), cell("玉米"), cell("5000.00"))]
    paper_now = Paper(section.code, "income", (table((1, 2, 3), changed),), about="2026年度")
    now = a_file(papers=(paper_now, Paper("11", "eight", (), about="张㛃")))
    found = differences(as_json(old), as_json(now), {})
    assert [(one.where, one.old, one.new) for one in found] == [
        ("家庭收入核算表（2026年度）", "2　玉米　5341.00", "2　玉米　5000.00"),
        ("健康“八个一”落实表（张㛃）", "", "增加"),
    ]
