"""Each check finds what would be sent back, and is silent where all is in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from server.followup.contradictions import Person
from server.household_file.checkup import (
    amounts,
    cards,
    helpers,
    lost,
    marks,
    months,
    pictures,
    printed,
    register,
    signatures,
    sums,
    yearly,
)
from server.household_file.checkup.alike import Told, alike, digest_of
from server.household_file.checkup.findings import KINDS
from server.household_file.checkup.subject import (
    Account,
    Card,
    Helper,
    Measure,
    Received,
    Reuse,
    Sick,
    Version,
    Visited,
)
from server.household_file.content.blocks import Paper, Pictures
from server.household_file.content.catalogue import WHOLE
from server.household_file.content.facts import (
    Claim,
    Fact,
    Member,
    Photo,
    Scan,
    Signature,
    Used,
    Visit,
)
from server.household_file.content.file import HouseholdFile
from tests.household_file.checkup_subjects import MONTHLY, a_home, a_subject, found, visited
from tests.household_file.households import a_file, a_visit

EVERY_MONTH = [f"{month:02d}-10" for month in range(1, 12)]
DRAWN = Signature("本人签", sha256="a" * 64, on="2026-03-05")


def a_paper(section: str = "10", key: str = "income-0000abcd", **given: object) -> Paper:
    return replace(Paper(section, key, ()), **given)  # type: ignore[arg-type]


def with_papers(*papers: Paper) -> HouseholdFile:
    return replace(a_file(), visits=(), photos=(), papers=papers)


def with_visit(visit: Visit, *photos: Photo) -> HouseholdFile:
    return replace(a_file(), visits=(visit,), photos=photos)


# Months


def test_a_month_without_a_visit_is_missing_once_it_is_over() -> None:
    days = [day for day in EVERY_MONTH if day[:2] not in ("03", "04", "08", "11")]
    subject = a_subject(home=a_home(MONTHLY), visits=visited(*days))
    assert [one.subject for one in months.check(subject)] == ["2026年3月至2026年4月", "2026年8月"]
    whole = a_subject(home=a_home(MONTHLY), visits=visited(*EVERY_MONTH[:10]))
    assert found(months.check, whole) == []


def test_a_month_is_not_missing_before_its_table_is_frozen() -> None:
    visits = visited(*EVERY_MONTH[:9])
    early = a_subject(home=a_home(MONTHLY), visits=visits, today=date(2026, 11, 4))
    assert found(months.check, early) == []
    assert found(months.check, replace(early, today=date(2026, 11, 5)))


def test_a_quarter_with_one_visit_is_enough_for_who_is_visited_quarterly() -> None:
    subject = a_subject(visits=visited("02-01", "05-20"))
    [(kind, text)] = found(months.check, subject)
    assert kind == "unvisited"
    assert "2026年第3季度" in text
    assert found(months.check, replace(subject, visits=visited("02-01", "05-20", "09-30"))) == []


def test_nothing_is_missing_from_before_a_household_was_known_or_of_its_type() -> None:
    later = a_subject(home=a_home(MONTHLY), known_since=date(2026, 10, 20))
    assert found(months.check, later) == []
    turned = a_subject(home=a_home(MONTHLY), type_since=date(2026, 9, 15))
    assert [one.subject for one in months.check(turned)] == ["2026年10月"]


def test_an_attempt_is_no_visit_and_of_calls_in_a_row_one_counts() -> None:
    nobody = a_subject(home=a_home(MONTHLY), visits=visited(*EVERY_MONTH, result="absent"))
    assert [one.subject for one in months.check(nobody)] == ["2026年1月至2026年10月"]
    called = a_subject(home=a_home(MONTHLY), visits=visited(*EVERY_MONTH, result="phone"))
    assert len(found(months.check, called)) == 1


def test_who_lives_away_is_telephoned_and_met_once_a_year() -> None:
    away = a_home(MONTHLY, lives_elsewhere="yes")
    called = a_subject(home=away, visits=visited(*EVERY_MONTH, result="phone"))
    assert [kind for kind, _ in found(months.check, called)] == ["unmet"]
    met = [*called.visits, *visited("02-18")]
    assert found(months.check, replace(called, visits=met)) == []


def test_a_monitored_household_is_followed_by_visits_and_by_records_of_its_case() -> None:
    subject = a_subject(
        home=a_home(MONTHLY),
        monitored_since=date(2026, 6, 15),
        case="case-1",
        visits=visited("07-03", "10-08"),
        followed=[date(2026, 8, 9)],
    )
    [finding] = months.check(subject)
    assert (finding.kind, finding.subject, finding.of) == ("unfollowed", "2026年9月", "case-1")


# Signatures


def test_a_document_that_nobody_signed_is_found_and_a_signed_one_is_not() -> None:
    paper = a_paper(signed={"household": Signature("本人签"), "recorder": DRAWN})
    subject = a_subject(with_papers(paper), records={paper.key: "account-1"})
    [missing] = [one for one in signatures.check(subject) if one.kind == "unsigned"]
    assert (missing.document, missing.of) == ("家庭收入核算表", "account-1")
    signed = replace(paper, signed={"household": DRAWN, "recorder": DRAWN})
    silent = a_subject(with_papers(signed))
    assert "unsigned" not in dict(found(signatures.check, silent))


@pytest.mark.parametrize("way", ["不愿签", "纸上签", "不会写字，纸上按手印"])
def test_who_declines_or_signs_on_paper_is_not_missing(way: str) -> None:
    paper = a_paper(signed={"household": Signature(way)})
    said = dict(found(signatures.check, a_subject(with_papers(paper))))
    assert "unsigned" not in said
    line = next(part for part in said["by_hand"].split("；") if "家庭收入核算表" in part)
    assert ("户主" in line) == ("纸上" in way)


def test_lines_left_empty_by_a_setting_are_for_hands() -> None:
    paper = a_paper(signed={"household": Signature("本人签")})
    file = with_papers(paper)
    file = replace(file, plan=replace(WHOLE, signing="empty"))
    assert [kind for kind, _ in found(signatures.check, a_subject(file))] == ["by_hand"]
    off = a_subject(with_papers(paper), unasked=frozenset({"incomes"}))
    assert [kind for kind, _ in found(signatures.check, off)] == ["by_hand"]
    assert KINDS["by_hand"].severity == "hand"


def test_a_visit_at_which_somebody_was_met_is_signed_a_call_is_not() -> None:
    visit = replace(a_visit(0, full=True), signed=Signature())
    file = with_visit(visit)
    day = date.fromisoformat(visit.on)
    met = a_subject(file, visits=[Visited(visit.instance_id, day, "李明远", "met_family")])
    assert "unsigned" in dict(found(signatures.check, met))
    called = a_subject(file, visits=[Visited(visit.instance_id, day, "李明远", "phone")])
    assert "unsigned" not in dict(found(signatures.check, called))


def test_a_signature_that_is_still_on_the_phone_is_said_to_be() -> None:
    paper = a_paper(signed={"household": Signature("本人签", "签名图还没有传到")})
    said = dict(found(signatures.check, a_subject(with_papers(paper))))
    assert "还没有传到" in said["unsigned"]


def test_paper_that_came_back_signed_is_signed_unless_the_document_changed_since() -> None:
    paper = a_paper(signed={"household": Signature("本人签")})
    scan = Scan("scan-1", "b" * 64, paper.key, "家庭收入核算表", "2026-11-01", "赵国强", version=2)
    file = replace(with_papers(paper), scans=(scan,))
    kinds = dict(found(signatures.check, a_subject(file)))
    assert "unsigned" not in kinds
    assert "家庭收入核算表" not in kinds["by_hand"]
    changed = replace(file, scans=(replace(scan, changed=True),))
    assert "此后改过" in dict(found(signatures.check, a_subject(changed)))["signed_older"]
    lost_one = replace(file, scans=(replace(scan, sha256="", fault="扫描的图不在了"),))
    assert {"scan_missing", "unsigned"} <= set(dict(found(signatures.check, a_subject(lost_one))))


# Amounts and sums

YEAR = (date(2025, 10, 1), date(2026, 9, 30))


def an_account(*received: Received, **given: object) -> Account:
    return replace(Account("account-1", *YEAR, size=1, received=received), **given)  # type: ignore[arg-type]


def dibao(amount: str = "430", unit: str = "month", **given: object) -> Measure:
    usual = Measure(
        "measure-1", "dibao", "低保", "head", Decimal(amount), unit, date(2021, 1, 1), None, "done"
    )
    return replace(usual, **given)  # type: ignore[arg-type]


def test_a_benefit_of_another_amount_in_ledger_and_account_is_found() -> None:
    account = an_account(Received("dibao", "低保金", "head", Decimal(4800)))
    subject = a_subject(measures=[dibao()], accounts=[account])
    [(kind, text)] = found(amounts.check, subject)
    assert kind == "amount"
    assert "5160.00 元" in text
    assert "4800.00 元" in text
    agreed = an_account(Received("dibao", "低保金", "head", Decimal(5160)))
    assert found(amounts.check, replace(subject, accounts=[agreed])) == []


def test_a_regular_benefit_that_the_account_does_not_have_is_found() -> None:
    subject = a_subject(measures=[dibao()], accounts=[an_account()])
    assert "没有这一项" in dict(found(amounts.check, subject))["amount"]
    over = dibao(last=date(2025, 6, 30), status="ended")
    assert found(amounts.check, replace(subject, measures=[over])) == []
    planned = dibao(status="planned")
    assert found(amounts.check, replace(subject, measures=[planned])) == []


def test_a_benefit_that_began_in_the_year_may_be_paid_a_month_later() -> None:
    begun = dibao(first=date(2026, 4, 20))
    for paid, silent in ((5, True), (6, True), (7, True), (9, False)):
        account = an_account(Received("dibao", "低保金", "head", Decimal(430 * paid)))
        subject = a_subject(measures=[begun], accounts=[account])
        assert (found(amounts.check, subject) == []) is silent, paid


def a_card(amount: str, **more: object) -> dict[str, object]:
    line = {"whom": "张㛃", "item": "低保", "amount": {"text": amount}}
    return {"measures": [line], **more}


def test_a_card_on_the_wall_with_another_amount_than_the_ledger_is_found() -> None:
    same = Card(1, "2026", a_card("430.00 /月"), a_card("430.00 /月"))
    assert found(cards.check, a_subject(card=same)) == []
    [(kind, text)] = found(cards.check, a_subject(card=replace(same, now=a_card("480.00 /月"))))
    assert kind == "card"
    assert "张㛃的低保：墙上的明白卡（2026年，第 1 版）写 430.00 /月，现在台账是 480.00 /月" in text
    renamed = replace(same, now=a_card("430.00 /月", helper="田野"))
    assert [kind for kind, _ in found(cards.check, a_subject(card=renamed))] == ["card_older"]


def test_two_lines_of_one_benefit_at_a_time_contradict_each_other() -> None:
    other = dibao("480", id="measure-2", first=date(2026, 7, 1))
    [(kind, text)] = found(amounts.check, a_subject(measures=[dibao(), other]))
    assert kind == "amount"
    assert "张㛃的低保记了两条" in text
    ended = dibao(last=date(2026, 6, 30))
    assert found(amounts.check, a_subject(measures=[ended, other])) == []


def test_lines_that_come_to_another_sum_than_is_registered_are_found() -> None:
    printed_sums = {"wage_total": Decimal("50600.00"), "net_income": Decimal("61000.00")}
    account = an_account(printed=printed_sums, registered=printed_sums)
    assert found(sums.check, a_subject(accounts=[account])) == []
    wrong = replace(account, registered={**printed_sums, "wage_total": Decimal("5060.00")})
    [(kind, text)] = found(sums.check, a_subject(accounts=[wrong]))
    assert kind == "sum"
    assert "工资性收入各行相加是 50600.00 元，登记的是 5060.00 元" in text
    larger = replace(account, size=3)
    assert [kind for kind, _ in found(sums.check, a_subject(accounts=[larger]))] == ["size"]


# Helpers

SINCE_MAY = Helper("田野", date(2026, 5, 10), None)
BEFORE = Helper("王志强", date(2021, 3, 1), date(2026, 5, 10))


def by_helper(day: str, name: str = "田野") -> Visited:
    return replace(visited(day, role="helper")[0], by=name)


def test_a_visit_outside_of_a_helpers_time_is_found() -> None:
    visits = [by_helper("03-02"), by_helper("04-01", "王志强"), by_helper("09-01")]
    subject = a_subject(helpers=[BEFORE, SINCE_MAY], visits=visits)
    [(kind, text)] = found(helpers.check, subject)
    assert kind == "helper_days"
    assert "2026年3月2日田野来走访，他的帮扶时间是2026年5月10日起" in text
    assert found(helpers.check, replace(subject, visits=visits[1:])) == []


def test_a_helper_whom_nobody_entered_is_found() -> None:
    visits = [by_helper("04-01", "王志强"), by_helper("09-01"), by_helper("09-02", "孙立")]
    subject = a_subject(helpers=[BEFORE, SINCE_MAY], visits=visits)
    assert "责任人表里没有他" in dict(found(helpers.check, subject))["helper_days"]


def test_months_without_a_helper_are_found_where_somebody_has_to_help() -> None:
    subject = a_subject(helpers=[SINCE_MAY], visits=[by_helper("09-01")])
    [(kind, text)] = found(helpers.check, subject)
    assert kind == "helper_none"
    assert "2026年1月1日到2026年5月9日没有登记帮扶责任人" in text
    assert [kind for kind, _ in found(helpers.check, a_subject())] == ["helper_none"]
    assert found(helpers.check, a_subject(home=a_home("ordinary"))) == []


def test_a_helper_who_never_came_is_found_unless_he_came_along() -> None:
    subject = a_subject(helpers=[replace(SINCE_MAY, since=date(2021, 5, 10))])
    assert [kind for kind, _ in found(helpers.check, subject)] == ["helper_idle"]
    along = visited("06-01", companions=("田野",))
    assert found(helpers.check, replace(subject, visits=along)) == []


def test_a_helper_who_began_after_the_next_one_is_found() -> None:
    late = Helper("王志强", date(2026, 6, 1), date(2026, 5, 10))
    subject = a_subject(helpers=[late, SINCE_MAY], visits=[by_helper("09-01")])
    assert "已由下一位接任" in dict(found(helpers.check, subject))["helper_days"]


# Photos, printed versions, marks


def test_photos_that_did_not_arrive_are_told_together_and_others_not() -> None:
    gone = Photo("", "户主合影", fault="手机上的照片还没有传到")
    visit = a_visit(0, full=True, photos=(0, 1))
    [finding] = pictures.check(a_subject(with_visit(visit, gone, gone)))
    assert (finding.kind, finding.of) == ("photo_missing", visit.instance_id)
    assert "等 2 张" in finding.text
    whole = Photo("a" * 64, "户主合影")
    assert found(pictures.check, a_subject(with_visit(visit, whole, whole))) == []
    defect = a_paper("12", "house-1", after=(Pictures((gone,)),))
    assert [kind for kind, _ in found(pictures.check, a_subject(with_papers(defect)))] == [
        "photo_missing"
    ]


def test_a_photo_used_before_names_the_other_household_and_day() -> None:
    reuse = Reuse("a" * 64, "visit-2", "2026-03-05", "2026-01-08", "王䶮")
    [(kind, text)] = found(pictures.check, a_subject(reuses=[reuse]))
    assert kind == "photo_twice"
    assert "2026年3月5日记录里的照片，和王䶮户2026年1月8日记录里的是同一张" in text


def test_what_was_printed_is_older_once_it_says_something_else() -> None:
    old = Version(2, "2026-03-05", same=False)
    assert [kind for kind, _ in found(printed.check, a_subject(newest=old))] == ["printed_older"]
    bound = replace(old, corrected=1)
    kinds = [kind for kind, _ in found(printed.check, a_subject(newest=bound, bound=bound))]
    assert kinds == ["bound_older", "corrected"]
    same = replace(old, same=True)
    assert found(printed.check, a_subject(newest=same, bound=same)) == []


def test_what_waits_or_is_disputed_is_found_and_what_is_agreed_is_not() -> None:
    assert found(marks.check, a_subject()) == []
    claims = (Claim("有保障", "李明远", "2026-03-05"), Claim("存在问题", "何静", "2026-03-05"))
    file = a_file()
    said = {**file.facts, "edu_ok": Fact("有保障", disputed=claims), "phone": Fact("1")}
    said["phone"] = Fact("13900005568", pending=(Claim("13900009999", "李明远", "2026-04-01"),))
    kinds = dict(found(marks.check, a_subject(replace(file, facts=said, visits=()))))
    assert kinds["disputed"].startswith(
        "义务教育两边填的不一样：李明远记“有保障”，何静记“存在问题”"
    )
    assert "联系电话有新报的还没审核" in kinds["pending"]


@pytest.mark.parametrize(("state", "word"), [("received", "还没有审核"), ("hasIssues", "退回了")])
def test_records_that_wait_for_review_are_found_each_with_its_way(state: str, word: str) -> None:
    passed = Used("visit-1", "入户走访", "1", "2026-03-05", "李明远", "approved")
    waits = replace(passed, instance_id="visit-2", state=state)
    [finding] = marks.check(a_subject(replace(a_file(), used=(passed, waits), visits=())))
    assert (finding.kind, finding.page, finding.of) == ("unreviewed", "record", "visit-2")
    assert word in finding.text


# Register, yearly documents, what cannot be printed, accounts in words


def test_contradictions_of_the_register_and_people_without_a_number_are_found() -> None:
    son = Person("son", {"person_name": "张军", "relation": "02"})
    kinds = dict(found(register.check, a_subject(home=a_home("ordinary", son))))
    assert "都登记成了户主" in kinds["contradiction"]
    assert kinds["no_id"].startswith("张军没有身份证号")
    assert found(register.check, a_subject(home=a_home(helper_name="田野"))) == []
    newborn = Person("son", {"person_name": "张军", "id_missing_reason": "newborn"})
    assert "no_id" not in dict(found(register.check, a_subject(home=a_home("ordinary", newborn))))


def test_what_the_office_found_to_be_in_order_is_not_told_again() -> None:
    son = Person("son", {"person_name": "张军", "relation": "02", "id_number": "379999…"})
    subject = a_subject(home=a_home("ordinary", son))
    [finding] = register.check(subject)
    assert found(register.check, replace(subject, settled=frozenset({finding.of}))) == []


def test_a_year_without_an_account_an_ill_person_without_a_form_and_no_grade_are_found() -> None:
    lonely = Person("old", {"person_name": "刘桂兰", "left_behind_type": "elderly"})
    home = a_home("out_policy", lonely, house_grade="unknown")
    sick = [Sick("head", "张㛃", "2025-06-01")]
    kinds = dict(found(yearly.check, a_subject(home=home, sick=sick)))
    assert set(kinds) == {"no_account", "no_grade", "no_eight", "no_card"}
    assert kinds["no_account"].startswith("2026年度收入还没有核算")
    complete = a_subject(
        accounts=[an_account()],
        home=a_home("out_policy", lonely),
        sick=[Sick("head", "张㛃", "2026-06-01")],
        carded=frozenset({"old"}),
    )
    assert found(yearly.check, complete) == []
    assert found(yearly.check, a_subject(kinds=())) == []


def test_a_document_that_prints_empty_is_told_of() -> None:
    empty = a_paper("8", "measures", note="空白表")
    plan = a_paper("7", "plan", note="空白表")
    subject = a_subject(with_papers(plan, empty), accounts=[an_account()])
    [(kind, text)] = found(yearly.check, subject)
    assert kind == "empty"
    assert text.startswith("帮扶计划（一户一案）、帮扶措施台账还没有内容")
    filled = with_papers(replace(plan, note=""), replace(empty, note="3 项"))
    assert found(yearly.check, replace(subject, file=replace(filled, plan=subject.file.plan))) == []


def test_what_has_no_form_or_no_font_is_found() -> None:
    assert found(lost.check, a_subject()) == []
    file = replace(a_file(), faults=("2026年3月5日的一份记录没有印出",))
    [(kind, _)] = found(lost.check, a_subject(file))
    assert kind == "lost"
    member = Member("head", {"person_name": Fact("张\U0003ffff")})
    odd = replace(a_file(), members=(member,))
    [(kind, text)] = found(lost.check, a_subject(odd))
    assert kind == "character"
    assert "U+3FFFF" in text


def test_accounts_that_say_the_same_are_found_at_the_later_visit() -> None:
    account = "麦子浇了两遍水，老人身体好，没有别的困难。"
    assert digest_of(account) == digest_of("麦子浇了 两遍水；老人身体好，没有别的困难")
    assert digest_of("均无变化") == ""

    def told(home: str, number: int, said: str) -> Told:
        day = f"2026-03-0{number}"
        return Told(digest_of(said), home, f"{home}户主", f"visit-{number}", day, day)

    first, second = told("a", 1, account), told("b", 2, account)
    other = told("c", 3, "羊卖了六只，准备再买羊羔，孩子开学了。")
    same = alike([second, other, first], "入户走访记录")
    assert list(same) == ["b"]
    assert "和a户主户2026年3月1日的一样" in same["b"][0].text
