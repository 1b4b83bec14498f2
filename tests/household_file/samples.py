"""Prints households of all sizes and draws their pages, to be looked at; no test of its own.

usage: python -m tests.household_file.samples FOLDER [name …]; names: new, whole, large, items,
disputed, long, correction
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask
from PIL import Image

from server import clock, database, jobs, migrate
from server.attachments import store
from server.config import Settings
from server.household_file import period
from server.household_file.content.catalogue import chosen
from server.household_file.content.file import HouseholdFile
from server.household_file.content.gather import gather
from server.household_file.models import PrintedFile
from server.household_file.notice import Notice, notice
from server.household_file.printed.compare import Difference
from server.household_file.printed.corrections import Carrier, Correction
from server.household_file.typeset.page import page
from server.household_file.typeset.pdf import pdf
from tests.forms.instances import member, new_id
from tests.household_file.households import id_number, picture
from tests.household_file.recording import Office
from tests.household_file.whole import MET, MOTHER, SIGNED, Whole
from tests.making import COUNTY, SANLI, looking, seed_areas, writing

MINORITY = "阿依努尔·买买提明阿卜杜热合曼"
LONG = (
    "下午三点到户里，户主夫妻都在。先看了堂屋、西屋和灶房，西屋北墙的裂缝比上次没有再长；"
    "接着核对了今年的土地流转合同（1.2 亩，每亩 700 元，已付）、公益岗位工资（每月 600 元，"
    "发到 10 月）和门诊慢特病报销单据。户主说：“开春先把二亩麦地的返青肥追上，"
    "年前再进一批羊羔。”他问小额信贷能不能再续一年，已告诉他要在 12 月 20 日以前带身份证"
    "379999196804120114 到镇里办。\n"
) * 6


class Large(Whole):
    """Twelve people, 24 visits, 60 photos, every kind of record over three years."""

    def everything(self) -> str:
        """All of it; returns the household."""
        self.crowded()
        for number in range(24):
            self.called(number)
        for year in (2024, 2025, 2026):
            self.accounted(
                period_start=f"{year - 1}-10-01",
                period_end=f"{year}-09-30",
                family_size="12",
                event_date=f"{year}-10-12",
                change_reason="两人外出务工，工资增加；小麦减产，羊价下跌" if year == 2026 else "",
            )
        self.treated()
        self.treated_mother()
        self.assessed()
        self.assessed()
        self.carded()
        self.cleared(self.monitored())
        self.checked()
        self.set("households", self.household, {"household_type": "risk_cleared"})
        return self.household

    def crowded(self) -> None:
        """Twelve people with rare names, one of them with fifteen characters."""
        names = (MINORITY, "欧阳慧敏", "李𬭎", "张小宝", "张立军", "周㙓", "赵𠅤", "孙𫖯")
        relations = ("38", "20", "38", "41", "20", "38", "41", "42")
        self.registered(
            *(
                member(
                    id_number(f"19{60 + 4 * number}0{1 + number}15", 41 + number),
                    name=name,
                    relation=relations[number],
                    ethnicity="05" if name == MINORITY else "01",
                    work="out_province" if number == 1 else "none",
                )
                for number, name in enumerate(names)
            )
        )

    def called(self, number: int) -> None:
        """A visit of one of 24 months, with photos and now and then a problem."""
        months = 2026 * 12 + 10 - number
        names = tuple(f"走访{number}-{place}.jpg" for place in range(3 if number < 12 else 2))
        problem = {
            "problem_id": new_id(),
            "entry_kind": "problem",
            "problem_type": "house_leak",
            "problem_desc": "西屋屋面漏雨，雨大时要拿盆接；已报告村里，等天晴换瓦。" * 3,
            "problem_urgency": "urgent",
            "problem_household": self.household,
        }
        visit = self.office.visit(
            self.household,
            photos=names,
            event_date=f"{months // 12}-{months % 12 + 1:02d}-18",
            account_text=LONG if number % 6 == 0 else "和上月一样，没有变化。",
            informant_name="张㛃",
            problems=[problem] if number % 5 == 0 else [],  # type: ignore[arg-type]
            co_recorders=self.office.reviewer.person_id if number % 2 else "",
            **SIGNED,
        )
        for place, name in enumerate(names):
            size = (410, 546) if place == 1 else (728, 546)
            self.office.arrive(name, picture(number * 3 + place, size))
        self.office.decide(visit)

    def treated_mother(self) -> None:
        """The eight ones of the mother, nothing done yet."""
        reasons = {f"hb{n}_status": "not_done" for n in range(1, 9)}
        reasons |= {f"hb{n}_reason": "本人住在女儿家，还没有回来" for n in range(1, 9)}
        self._filled(
            "health_eight",
            {
                **MET,
                **reasons,
                "person_id": MOTHER,
                "case_id": new_id(),
                "case_household": self.household,
                "case_person": MOTHER,
                "illness_class": "serious",
                "event_date": "2026-11-16",
            },
        )

    def cleared(self, case: str) -> None:
        """The risk of a case found to be over."""
        about = {
            "case_id": case,
            "case_known": "1",
            "s_household": self.household,
            "case_phase": "clear",
        }
        self._filled(
            "monitoring",
            {
                **about,
                **MET,
                **SIGNED,
                "case_step": "clear",
                "last_per_capita": "14243.25",
                "monitoring_line": "8500",
                "v_edu": "ok",
                "v_medical": "ok",
                "v_housing": "ok",
                "v_water": "ok",
                "clear_reason": "helped",
                "stable_months": "6",
                "risk_gone": "yes",
                "no_new_risk": "yes",
                "clear_note": "妻子已出院半年，慢特病待遇按月享受，公益岗位工资稳定。",
                "event_date": "2026-10-20",
            },
        )
        meeting = {"case_step": "appraise", "attendees": "25", "votes_for": "25"}
        self._filled("monitoring", {**about, **meeting, "event_date": "2026-10-22"})
        posted = {"case_step": "notice_posted", "posted_photo": "消除公示.jpg"}
        self._filled(
            "monitoring", {**about, **posted, "event_date": "2026-10-23"}, files=("消除公示.jpg",)
        )
        ended = {"case_step": "notice_ended", "objection": "no", "event_date": "2026-10-30"}
        self._filled("monitoring", {**about, **ended})
        for level, decision, on in (
            ("town", "clear_town_agreed", "2026-11-02"),
            ("county", "cleared", "2026-11-06"),
        ):
            said = {"decision": decision, "decision_level": level, "decided_on": on}
            self.set("cases", case, said)


def new(office: Office) -> HouseholdFile:
    """Registered today: one person, nothing else; every form that may be blank is."""
    kind = {"household_type": "out_policy", "type_proposal": "out_policy"}
    household, registration = office.register("李𬭎", **kind)
    office.decide(registration)
    return gathered(office, household)


def whole(office: Office) -> HouseholdFile:
    """Four people with a record of every kind."""
    return gathered(office, Whole(office).everything())


def large(office: Office) -> HouseholdFile:
    """Twelve people, 24 visits, 60 photos, three accounts, a case that was cleared."""
    days = period.between(date(2024, 1, 1), date(2026, 12, 31))
    return gathered(office, Large(office).everything(), days)


def items(office: Office) -> HouseholdFile:
    """The same by item."""
    said = {"file.profile": "jian", "file.stamp": True, "file.fonds": "0123"}
    file = large(office)
    return replace(file, plan=chosen(said, file.plan.kinds))


def disputed(office: Office) -> HouseholdFile:
    """Contradicted and not reviewed."""
    made = Whole(office)
    made.registered()
    made.accounted(approve=False)
    office.visit(made.household, edu_ok="na", housing_ok="ok")
    office.cadre = office.somebody("team_member", SANLI, "何静")
    office.visit(
        made.household,
        edu_ok="problem",
        housing_ok="danger",
        check_note="孩子没上学；" * 20,
        sign_way="family",
        sign_relation="王小明，儿子",
    )
    return gathered(office, made.household)


#: A page on the picture, with the gap between two.
WIDE, HIGH, GAP = 520, 734, 8


def long(office: Office) -> HouseholdFile:
    """An account of more lines than a page has."""
    made = Whole(office)
    made.registered()
    kinds = ("grain", "livestock", "vegetable", "fruit")
    rows = tuple(
        {
            "business_kind": kinds[number % 4],
            "business_name": f"品种{number + 1}",
            "business_qty": f"{100 + number}",
            "business_unit": "公斤",
            "business_price": "2.46",
        }
        for number in range(16)
    )
    made.accounted(business=rows)  # type: ignore[arg-type]
    return gathered(office, made.household)


def correction() -> bytes:
    """What was corrected after printing, with a long text and many tables that carry it."""
    at = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    said = (("农户基本信息表", "联系电话", "13900005568", "13900008468"),)
    told = (
        ("入户走访记录（2026年11月18日）", "走访情况", LONG * 2, LONG * 2 + "西屋已换瓦。"),
        ("家庭成员表：张㛃", "残疾人证号", "", "37999919430711024943"),
    )
    return notice(
        Notice(
            head="张㛃",
            household_no="37999911021700017",
            place="果里镇三里村",
            version=PrintedFile(version=3, as_of=date(2026, 11, 18), facts_hash="9f3c1a7e52b084cd"),
            lines=[Difference(*line, ("", "")) for line in (*said, *told)],
            corrections=[
                Correction("h", "r", "o", at, "李明远", taken_back=False),
                Correction("h", "r", "o", at, "买买提明·阿卜杜热合曼", taken_back=True),
            ],
            carriers=[
                Carrier(f"一户一档第 {number} 版", at, "赵国强", "迎检用", may=number > 2)
                for number in range(1, 15)
            ],
            on=date(2026, 11, 23),
        )
    )


SAMPLES = (new, whole, large, items, disputed, long)


def gathered(office: Office, household: str, days: period.Period | None = None) -> HouseholdFile:
    """What is printed of a household."""
    with looking(office.app) as session:
        return gather(session, household, clock.today(), days)


def draw(content: bytes, folder: Path, name: str) -> None:
    """A PDF and its pages, six on a picture."""
    (folder / f"{name}.pdf").write_bytes(content)
    with tempfile.TemporaryDirectory() as pages:
        command = ["pdftoppm", "-r", "62", "-png", f"{folder}/{name}.pdf", f"{pages}/p"]
        subprocess.run(command, check=True)
        drawn = [Image.open(path).convert("RGB") for path in sorted(Path(pages).iterdir())]
    for start in range(0, len(drawn), 6):
        sheet = Image.new("RGB", (3 * WIDE, 2 * HIGH), "gray")
        for place, one in enumerate(drawn[start : start + 6]):
            one.thumbnail((WIDE - GAP, HIGH - GAP))
            sheet.paste(one, (place % 3 * WIDE, place // 3 * HIGH))
        sheet.save(folder / f"{name}-{start + 1:03d}.png")


def instance(folder: Path) -> Flask:
    """An instance of its own with a migrated database."""
    url = f"sqlite:///{folder}/yihu.db"
    migrate.upgrade(url)
    settings = Settings(
        instance=folder,
        database_url=url,
        redis_url=None,
        secret_key="a secret of the samples",
        host="127.0.0.1",
        port=8000,
        web_threads=2,
        https=False,
        demo=False,
        county=COUNTY,
        county_name="桓台县",
        pwa_dist=folder / "dist",
    )
    app = Flask("server", static_folder=None)
    app.config["YIHU"] = settings
    database.init_app(app, settings)
    jobs.init_app(app, settings)
    with writing(app) as session:
        seed_areas(session)
    return app


def main(folder: Path, wanted: list[str]) -> None:
    """Draw the samples that are wanted, all if none is named."""
    folder.mkdir(parents=True, exist_ok=True)
    if not wanted or "correction" in wanted:
        draw(correction(), folder, "correction")
    for sample in SAMPLES:
        if wanted and sample.__name__ not in wanted:
            continue
        with tempfile.TemporaryDirectory() as place:
            office = Office(instance(Path(place)))
            file = sample(office)
            files = Path(place) / "attachments"

            def of(sha256: str, files: Path = files) -> bytes:
                return store.path_of(files, sha256, "thumb").read_bytes()

            draw(pdf(page(file, 3), of), folder, sample.__name__)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
