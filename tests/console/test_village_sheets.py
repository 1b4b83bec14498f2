"""危房改造台账, 公示 and 通报 at the desk: chosen, issued for a purpose, fetched again."""

from __future__ import annotations

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from server import clock
from server.accounts.models import AuditEvent
from server.config import Settings
from server.household_file.sheets.models import IssuedSheet
from tests.console.desk import Desk, hidden, text_of
from tests.console.test_cases import Casework, admit
from tests.console.test_houses import DANGEROUS, approve, assess, house_of
from tests.forms.instances import member, new_id, register_xml, visit_xml
from tests.making import COUNTY, SANLI, TOWN, YIJIA, looking
from tests.phone import Phone

TODAY = clock.today()
MONTH = f"{TODAY:%Y-%m}"


def issued(app: Flask, settings: Settings) -> tuple[IssuedSheet, str]:
    """The newest sheet and the words of its PDF."""
    with looking(app) as session:
        row = session.scalars(select(IssuedSheet).order_by(IssuedSheet.id.desc())).first()
    assert row is not None
    return row, words_of(settings.printed / row.path)


def words_of(path: Path) -> str:
    command = ["pdftotext", "-layout", str(path), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def told(app: Flask) -> list[str]:
    """Why sheets were issued, as the trail keeps it."""
    with looking(app) as session:
        found = select(AuditEvent.reason).where(AuditEvent.action == "sheet.printed")
        return [str(one) for one in session.scalars(found)]


@pytest.fixture
def dangerous(alice: Phone, desk: Desk, household: str) -> str:
    """A house of grade D that was planned and paid for."""
    approve(desk, assess(alice, household, event_date=TODAY.isoformat(), **DANGEROUS))
    house = house_of(household)
    desk.page(f"/console/houses/{house}")
    answer = desk.post(
        f"/console/houses/{house}",
        plan_year="2026",
        method="rebuild",
        subsidy_amount="15000",
        reason="县住建局",
    )
    assert answer.status_code == 302
    return house


class TestLedger:
    def test_a_ledger_is_issued_fetched_and_said_in_the_trail(
        self, app: Flask, settings: Settings, desk: Desk, dangerous: str
    ) -> None:
        assert "三里村，1 座房" in text_of(desk.page("/console/print/ledger/"))
        given = {"place": SANLI, "year": "2026", "unit": "wan", "paper": "a4"}
        answer = desk.post("/console/print/ledger/", **given, purpose="报县住建局")
        assert answer.status_code == 302
        row, said = issued(app, settings)
        assert (row.title, row.version) == ("三里村2026年度危房改造台账", 1)
        flat = "".join(said.split())
        for word in ("陈广田", "379999****", "D级", "1.50", "单位：万元", "第1页共1页"):
            assert word in flat
        assert "379999195203101016" not in said
        assert told(app) == ["报县住建局"]
        page = desk.page("/console/print/ledger/")
        assert f"/console/sheets/{row.id}" in page
        with desk.get(f"/console/sheets/{row.id}") as file:
            assert file.data.startswith(b"%PDF-")

    def test_without_houses_nothing_is_issued(self, app: Flask, desk: Desk, dangerous: str) -> None:
        desk.page("/console/print/ledger/")
        answer = desk.post("/console/print/ledger/", place=SANLI, year="2019", purpose="存档")
        assert answer.status_code == 302
        assert "没有这个年度的" in text_of(desk.page("/console/print/ledger/"))
        assert told(app) == []

    def test_a_purpose_is_asked_and_other_villages_are_not_found(
        self, app: Flask, desk: Desk, dangerous: str
    ) -> None:
        desk.page("/console/print/ledger/")
        assert desk.post("/console/print/ledger/", place=SANLI, purpose=" ").status_code == 422
        stranger = Desk(app, area=YIJIA)
        assert "台账上还没有房子" in text_of(stranger.page("/console/print/ledger/"))
        assert stranger.post("/console/print/ledger/", place=SANLI, purpose="x").status_code == 404


class TestNotice:
    @pytest.fixture
    def work(self, alice: Phone, household: str) -> Casework:
        """A case that was appraised and waits for its notice."""
        found = Casework(alice, household)
        for ago, step in ((12, "clue"), (11, "verify"), (10, "apply"), (1, "appraise")):
            found.record(step, ago)
        return found

    def post(self, desk: Desk, household: str, **more: str) -> int:
        desk.page("/console/print/notices/")
        usual = {"kind": "admit", "village": SANLI, "household": household, "purpose": "张贴"}
        return desk.post("/console/print/notices/", **(usual | more)).status_code

    def test_who_stands_at_the_step_is_offered_and_posted(
        self, app: Flask, settings: Settings, desk: Desk, household: str, work: Casework
    ) -> None:
        page = text_of(desk.page("/console/print/notices/", village=SANLI))
        assert "陈广田，2 人，突发严重困难户" in page
        assert self.post(desk, household) == 302
        row, said = issued(app, settings)
        assert row.title == "三里村纳入监测公示"
        until = TODAY + timedelta(days=4)
        flat = "".join(said.split())
        assert f"至{until.year}年{until.month}月{until.day}日，共5天" in flat
        for word in ("陈广田", "突发严重困难户", "拟纳入监测", "监督电话：0533-"):
            assert word in flat
        for secret in ("肺癌", "因病", "疾病", "3799", "6118", "药"):
            assert secret not in said
        assert row.used

    def test_a_notice_hangs_as_long_as_policy_says(
        self, desk: Desk, household: str, work: Casework
    ) -> None:
        too_soon = (TODAY + timedelta(days=3)).isoformat()
        first = TODAY.isoformat()
        assert self.post(desk, household, first=first, last=too_soon) == 422
        assert self.post(desk, new_id()) == 422
        assert self.post(desk, household, village=YIJIA) == 422

    def test_a_village_without_anybody_to_post_says_so(self, desk: Desk, household: str) -> None:
        page = text_of(desk.page("/console/print/notices/", kind="clear", village=YIJIA))
        assert "这个村现在没有要公示的" in page

    def test_a_house_may_be_posted_before_it_is_built(
        self, app: Flask, settings: Settings, desk: Desk, household: str, dangerous: str
    ) -> None:
        assert self.post(desk, household, kind="house", paper="a3") == 302
        said = issued(app, settings)[1]
        assert "D级危房" in said
        assert "拟列入危房改造" in said
        assert "15000" not in said


class TestHostileFacts:
    """Whatever stands in a register, a notice says nothing but what may be public."""

    @pytest.mark.parametrize(
        "name",
        [
            "张三13800138000",
            "李四379999195203101016",
            "王五（肺癌）",
            "赵六 因病致贫",
            "a@b.c",
            "病号",
        ],
    )
    def test_a_name_that_is_none_keeps_the_household_off_the_wall(
        self, app: Flask, alice: Phone, desk: Desk, name: str
    ) -> None:
        home = new_id()
        people = [member(name=name, relation="02")]
        alice.send(
            "household_register", lambda i: register_xml(home, instance_id=i, members=people)
        )
        work = Casework(alice, home)
        for ago, step in ((12, "clue"), (11, "verify"), (10, "apply"), (1, "appraise")):
            work.record(step, ago)
        page = text_of(desk.page("/console/print/notices/", village=SANLI))
        assert "先更正" in page
        assert name not in page
        given = {"kind": "admit", "village": SANLI, "household": home, "purpose": "张贴"}
        assert desk.post("/console/print/notices/", **given).status_code == 422

    def test_a_county_chooses_among_what_may_be_public_and_nothing_else(
        self, app: Flask, alice: Phone
    ) -> None:
        county = Desk(app, "county_admin", COUNTY)
        address = "/console/policy/public.columns"
        why = {"from": TODAY.isoformat(), "source": "县公示办法", "reason": "县里要求"}
        for code in ("id_number", "phone", "bank_account", "health_status", "cause_main"):
            county.page(address)
            answer = county.post(f"{address}/enter", value=f"no\n{code} 序列", **why)
            assert answer.status_code == 422
            said = text_of(answer.get_data(as_text=True))
            assert "证号、电话、银行账号、健康状况、致贫和风险原因不能公示" in said


class TestBulletin:
    def test_it_is_drafted_kept_and_issued(
        self, app: Flask, settings: Settings, alice: Phone, desk: Desk, household: str
    ) -> None:
        alice.send("visit", lambda i: visit_xml(household, instance_id=i, event_date=str(TODAY)))
        page = desk.page("/console/print/bulletin/", place=TOWN, month=MONTH)
        drafted = re.search(r"(?s)<textarea[^>]*name=\"text\"[^>]*>(.*?)</textarea>", page)
        assert drafted is not None
        assert "共走访1次，其中见到本人或家人1次" in drafted[1]
        asked = {"place": TOWN, "month": MONTH, "seen": hidden(page, "seen")}
        words = {
            "title": "关于本月走访工作的通报",
            "text": "现将情况通报如下。\n一、走访情况\n各村都走到了。",
            "issuer": "果里镇人民政府",
            "on": "2026年12月5日",
            "to": "各村：",
            "purpose": "印发各村",
        }
        assert (
            desk.post("/console/print/bulletin/", act="keep", **asked, **words).status_code == 302
        )
        page = desk.page("/console/print/bulletin/", place=TOWN, month=MONTH)
        assert "各村都走到了。" in page
        asked["seen"] = hidden(page, "seen")
        answer = desk.post("/console/print/bulletin/", act="issue", **asked, **words)
        assert answer.status_code == 302
        row, said = issued(app, settings)
        assert row.pages % 2 == 0
        flat = "".join(said.split())
        for word in ("关于本月走访工作的通报", "一、走访情况", "附件", "各村工作情况表"):
            assert word in flat
        for word in ("及时上传率", "退回率", "名次", "排名"):
            assert word not in flat
        assert told(app) == ["印发各村"]

    def test_an_admission_that_was_taken_back_is_in_no_number(
        self, app: Flask, alice: Phone, desk: Desk, household: str
    ) -> None:
        county, work = Desk(app, "county_admin", COUNTY), Casework(alice, household)
        work.propose()
        admit(desk, county, work)
        asked = {"place": TOWN, "month": MONTH}
        assert "新纳入监测对象1户" in desk.page("/console/print/bulletin/", **asked)
        case = county.page(f"/console/cases/{work.id}")
        decision = "/console/decisions/" + case.split("/console/decisions/")[1][:36]
        seen = hidden(county.page(decision), "seen")
        county.post(decision, decision="withdraw", reason="核错了", seen=seen)
        assert "新纳入监测对象" not in desk.page("/console/print/bulletin/", **asked)

    def test_numbers_that_moved_since_are_told(
        self, app: Flask, alice: Phone, desk: Desk, household: str
    ) -> None:
        page = desk.page("/console/print/bulletin/", place=TOWN, month=MONTH)
        asked = {"place": TOWN, "month": MONTH}
        said = {"title": "通报", "text": "正文。", "issuer": "镇政府", "on": "今天"}
        seen = hidden(page, "seen")
        desk.post("/console/print/bulletin/", act="keep", seen=seen, **asked, **said)
        alice.send("visit", lambda i: visit_xml(household, instance_id=i, event_date=str(TODAY)))
        assert "数字变了" in text_of(desk.page("/console/print/bulletin/", **asked))

    def test_what_was_written_can_be_drafted_anew_and_nothing_is_issued_without_a_title(
        self, app: Flask, desk: Desk, household: str
    ) -> None:
        asked = {"place": TOWN, "month": MONTH}
        page = desk.page("/console/print/bulletin/", **asked)
        said = {"text": "先写一半。", "issuer": "镇政府", "on": "今天", "purpose": "印发"}
        desk.post(
            "/console/print/bulletin/", act="issue", seen=hidden(page, "seen"), **asked, **said
        )
        page = desk.page("/console/print/bulletin/", **asked)
        assert "标题还没有写" in text_of(page)
        assert "先写一半。" in page
        assert told(app) == []
        desk.post("/console/print/bulletin/", act="anew", seen=hidden(page, "seen"), **asked)
        page = desk.page("/console/print/bulletin/", **asked)
        assert "先写一半。" not in page
        assert "防止返贫监测和帮扶工作情况通报如下" in page

    def test_two_who_write_at_once_do_not_overwrite_each_other(
        self, app: Flask, desk: Desk, household: str
    ) -> None:
        other = Desk(app)
        asked = {"place": TOWN, "month": MONTH}
        seen = hidden(desk.page("/console/print/bulletin/", **asked), "seen")
        other.page("/console/print/bulletin/", **asked)
        said = {"title": "通报", "issuer": "镇政府", "on": "今天", "seen": seen}
        other.post("/console/print/bulletin/", act="keep", text="别人写的。", **asked, **said)
        answer = desk.post("/console/print/bulletin/", act="keep", text="我写的。", **asked, **said)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 409
        assert "我写的。" in page
        assert "刚改过这份通报" in page
        assert "别人写的。" in desk.page("/console/print/bulletin/", **asked)

    def test_without_households_there_is_nothing_to_report(self, app: Flask, alice: Phone) -> None:
        stranger = Desk(app, area=YIJIA)
        page = text_of(stranger.page("/console/print/bulletin/", month=MONTH))
        assert "这里还没有农户" in page
        assert stranger.get("/console/print/bulletin/", place=SANLI).status_code == 404


def test_only_who_prints_comes_here(app: Flask, alice: Phone) -> None:
    inspector = Desk(app, "inspector", COUNTY)
    for page in ("ledger", "notices", "bulletin"):
        assert inspector.get(f"/console/print/{page}/").status_code == 403


def test_a_town_writes_no_letter_and_no_ledger_in_the_name_of_the_county(
    app: Flask, desk: Desk, dangerous: str
) -> None:
    county = Desk(app, "county_admin", COUNTY)
    county.page("/console/print/bulletin/", place=COUNTY, month=MONTH)
    page = {"place": COUNTY, "month": MONTH}
    county.post("/console/print/bulletin/", **page, act="keep", title="全县通报", text="各镇")
    assert "全县通报" in county.page("/console/print/bulletin/", **page)
    desk.page("/console/print/ledger/")
    for code in (COUNTY, COUNTY[:2], SANLI[:-1]):
        assert desk.get("/console/print/bulletin/", place=code, month=MONTH).status_code == 404
        written = desk.post("/console/print/bulletin/", place=code, month=MONTH, act="anew")
        assert written.status_code == 404
        asked = desk.post("/console/print/ledger/", place=code, purpose="存档")
        assert asked.status_code == 404
