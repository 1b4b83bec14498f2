"""A household with a record of every kind, as a cadre, a doctor and an assessor leave them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server import clock
from server.intake.office import OfficeEntity
from server.review.setting import set_properties
from server.submissions.incoming import NamedFile
from tests.forms.instances import compiled, instance_xml, member, new_id, register_xml
from tests.household_file.households import drawn_signature, id_number, picture
from tests.household_file.recording import Office
from tests.making import writing

Answers = Mapping[str, str | Sequence[Mapping[str, str]]]

WIFE, MOTHER, CHILD, HEAD = (f"0000000{n}-0000-4000-8000-000000000001" for n in (1, 2, 3, 4))
LINES: Answers = {
    "wage": (
        {
            "wage_person": HEAD,
            "wage_employer": "江苏苏州电子厂，操作工",
            "wage_months": "11",
            "wage_monthly": "4600",
        },
    ),
    "business": (
        {
            "business_kind": "grain",
            "business_name": "小麦",
            "business_qty": "2100",
            "business_unit": "公斤",
            "business_price": "2.46",
        },
        {
            "business_kind": "livestock",
            "business_name": "肉羊",
            "business_qty": "6",
            "business_unit": "只",
            "business_price": "980",
        },
    ),
    "property": (
        {
            "property_kind": "land_rent",
            "property_amount": "840",
            "property_note": "1.2 亩，流转合同",
        },
    ),
    "transfer": (
        {"transfer_kind": "pension", "transfer_person": MOTHER, "transfer_amount": "2256"},
        {
            "transfer_kind": "relief_once",
            "transfer_amount": "500",
            "transfer_note": "2026年1月临时救助",
        },
    ),
    "expense": (
        {"expense_kind": "fertiliser", "expense_amount": "2310"},
        {"expense_kind": "young_stock", "expense_amount": "2760", "expense_note": "羊羔 6 只"},
    ),
    "rigid": ({"rigid_kind": "medical", "rigid_amount": "4980"},),
}
MET = {
    "met_who": HEAD,
    "visit_result": "met_person",
    "informant_name": "张㛃",
    "informant_relation": "02",
    "recorder_name": "李明远",
    "recorder_role": "first_secretary",
}
SIGNED = {"sign_way": "self", "signature_household": "sign.png"}


@dataclass
class Whole:
    """Makes a household's records one by one; each approved unless told otherwise."""

    office: Office
    household: str = ""

    def __post_init__(self) -> None:
        self.household = new_id()
        self.office.arrive("sign.png", drawn_signature())

    def everything(self) -> str:
        """All of it; returns the household."""
        self.registered()
        self.visited()
        self.accounted()
        self.treated()
        self.assessed()
        self.carded()
        self.monitored()
        self.checked()
        return self.household

    def registered(self, *more: Mapping[str, str], **answers: Any) -> None:
        """Four people and more: head, ill wife, old mother, a pupil; helped since 2021."""
        people = [
            member(id_number("19680412", 11), person_id=HEAD, name="张㛃", labour="normal"),
            member(
                id_number("19700903", 22),
                person_id=WIFE,
                name="王䶮",
                relation="12",
                health_status="chronic",
                chronic_disease="hypertension diabetes",
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
            ),
        ]
        usual: dict[str, Any] = {
            "household_type": "out_policy",
            "type_proposal": "out_policy",
            "identify_year": "2014",
            "exit_year": "2018",
            "cause_main": "illness",
            "cause_other": "no_skill",
            "cause_detail": "妻子长期吃药，耕地少",
            "helper_name": "田野",
            "helper_unit": "桓台县水务局",
            "helper_unit_level": "county",
            "helper_post": "科员",
            "helper_phone": "13900001122",
            "helper_from": "2021-05-10",
            "event_date": "2026-03-10",
        }
        instance = new_id()
        xml = register_xml(
            self.household, instance_id=instance, members=[*people, *more], **{**usual, **answers}
        )
        self._sent("household_register", instance, xml)

    def visited(self) -> None:
        """One visit with a photo and a wish."""
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
            **SIGNED,
        )
        self.office.arrive("院子.jpg", picture(1))
        self.office.decide(visit)

    def accounted(self, *, approve: bool = True, **answers: str) -> str:
        """The income of a year."""
        return self._filled(
            "income_account",
            {
                **MET,
                **SIGNED,
                **LINES,
                "account_type": "annual",
                "period_start": "2025-10-01",
                "period_end": "2026-09-30",
                "family_size": "4",
                "not_countable": "relief_once edu_grant",
                "income_id": new_id(),
                "s_household": self.household,
                "event_date": "2026-10-12",
                **answers,
            },
            approve=approve,
        )

    def treated(self) -> str:
        """The eight ones of the wife, two of them open; the record."""
        done = {
            f"hb{number}_{what}": said
            for number in (1, 2, 3, 4, 5, 6)
            for what, said in (("status", "done"), ("on", "2026-03-11"), ("org", "果里镇卫生院"))
        }
        return self._filled(
            "health_eight",
            {
                **MET,
                **done,
                **SIGNED,
                "person_id": WIFE,
                "case_id": new_id(),
                "case_household": self.household,
                "case_person": WIFE,
                "illness_class": "chronic",
                "treatment_state": "treating",
                "chronic_card": "yes",
                "hb7_status": "not_done",
                "hb7_reason": "还没安排",
                "sign_status": "signed",
                "sign_date": "2026-03-11",
                "doctor_phone": "13900003344",
                "total_fee": "4260",
                "insurance_paid": "2712",
                "self_paid": "1548",
                "event_date": "2026-11-15",
            },
        )

    def assessed(self) -> None:
        """A house of grade C with one defect."""
        defect = {
            "defect_part": "wall",
            "defect_position": "西屋北墙",
            "defect_desc": "斜裂缝，两边透光",
            "crack_width_mm": "12",
            "defect_photo": "裂缝.jpg",
        }
        self._filled(
            "housing_assessment",
            {
                **MET,
                **SIGNED,
                "recorder_role": "assessor",
                "house_id": new_id(),
                "purpose": "assess",
                "looked": "inside",
                "counts": "yes",
                "authorised": "yes",
                "s_household": self.household,
                "occupied": "yes",
                "year_built": "1996",
                "storeys": "1",
                "bays": "4",
                "house_area": "86",
                "structure": "zhuanmu",
                "roof_structure": "tuo",
                "roof_form": "double",
                "roof_material": "clay_tile",
                "site_danger": "safe",
                "c_foundation": "a",
                "c_wall": "c",
                "c_wood_member": "b",
                "c_roof": "b",
                "grade_calc": "C",
                "grade": "C",
                "assess_kind": "formal",
                "assessor_org": "桓台县房屋鉴定站",
                "assess_no": "果鉴〔2026〕31号",
                "prevention": "partial",
                "action": "strengthen",
                "defects": (defect,),
                "photo_front": "正面.jpg",
                "event_date": "2026-08-20",
            },
            files=("裂缝.jpg", "正面.jpg"),
        )

    def carded(self) -> None:
        """The contact card of the mother."""
        self._filled(
            "left_behind_card",
            {
                **SIGNED,
                "person_id": MOTHER,
                "person_age": "83",
                "may_record": "1",
                "card_id": new_id(),
                "card_household": self.household,
                "card_person": MOTHER,
                "left_type": "elderly",
                "relative_name": "张立军",
                "relative_relation": "子",
                "relative_phone": "13900005577",
                "living_alone": "no",
                "self_care": "partial",
                "caretaker": "儿媳",
                "linkman_name": "田野",
                "linkman_phone": "13900001122",
                "contact_now": "face",
                "event_date": "2026-11-18",
            },
        )

    def monitored(self) -> str:
        """A case from its clue to its admission, with two measures and a follow-up."""
        case = self.clue("妻子住院，自付一万多元", "2026-04-02")
        about = {
            "case_id": case,
            "case_known": "1",
            "s_household": self.household,
            "case_phase": "admit",
        }
        self._filled(
            "monitoring",
            {
                **about,
                **MET,
                **SIGNED,
                "case_step": "verify",
                "last_per_capita": "7200",
                "monitoring_line": "8500",
                "labour_count": "2",
                "rigid_total": "12600",
                "v_edu": "ok",
                "v_medical": "ok",
                "v_housing": "ok",
                "v_water": "ok",
                "hardship": "妻子要长期吃药",
                "self_capacity": "partial",
                "verify_conclusion": "admit",
                "category_proposed": "monitored_unstable",
                "s_category_proposed": "monitored_unstable",
                "risk_main": "illness",
                "s_risk_main": "illness",
                "conclude_reason": "自付支出大，收入低于监测线",
                "event_date": "2026-04-05",
            },
        )
        self._filled(
            "monitoring",
            {
                **about,
                **MET,
                "sign_way": "fingerprint",
                "sign_witness": "陈立",
                "case_step": "apply",
                "apply_way": "proxy",
                "proxy_name": "李明远",
                "authorized": "yes",
                "event_date": "2026-04-06",
            },
        )
        meeting = {"case_step": "appraise", "attendees": "21", "votes_for": "19"}
        self._filled("monitoring", {**about, **meeting, "event_date": "2026-04-07"})
        posted = {"case_step": "notice_posted", "posted_photo": "公示.jpg"}
        self._filled(
            "monitoring", {**about, **posted, "event_date": "2026-04-08"}, files=("公示.jpg",)
        )
        ended = {"case_step": "notice_ended", "objection": "no", "event_date": "2026-04-13"}
        self._filled("monitoring", {**about, **ended})
        agreed = {"decision": "town_agreed", "decision_level": "town", "decided_on": "2026-04-14"}
        self.set("cases", case, agreed)
        admitted = {
            "decision": "admitted",
            "decision_level": "county",
            "decided_on": "2026-04-16",
            "category": "monitored_unstable",
            "decision_note": "符合条件",
        }
        self.set("cases", case, admitted)
        relief = {
            "measure_id": new_id(),
            "measure_item": "medical_relief",
            "measure_group": "health",
            "measure_risk": "illness",
            "measure_status": "done",
            "measure_person": WIFE,
            "measure_amount": "3000",
            "measure_unit": "once",
            "measure_start": "2026-04-20",
            "measure_owner": "吴晓梅",
            "measure_case": case,
            "measure_home": self.household,
        }
        work = {
            **relief,
            "measure_id": new_id(),
            "measure_item": "public_post",
            "measure_group": "employment",
            "measure_person": HEAD,
            "measure_amount": "600",
            "measure_unit": "month",
            "measure_effect": "年增收 7200 元",
        }
        self._filled(
            "monitoring",
            {**about, "case_step": "plan", "measures": (relief, work), "event_date": "2026-04-20"},
        )
        self._filled(
            "monitoring",
            {
                **about,
                **MET,
                "case_step": "follow",
                "risk_trend": "less",
                "s_risk_trend": "less",
                "follow_note": "已出院，按时吃药，公益岗按月发工资。",
                "event_date": "2026-05-18",
            },
        )
        return case

    def clue(self, told: str, on: str) -> str:
        """A clue of illness; returns its case."""
        case = new_id()
        said = {
            "clue_risks": "illness",
            "clue_desc": told,
            "clue_source": "patrol",
            "clue_date": on,
        }
        self._filled(
            "monitoring",
            {
                **said,
                **{f"s_{name}": value for name, value in said.items()},
                "case_id": case,
                "s_household": self.household,
                "case_phase": "admit",
                "case_step": "clue",
                "event_date": on,
            },
        )
        return case

    def checked(self) -> str:
        """A look back at whether the household stays out of poverty."""
        return self._filled(
            "exit_check",
            {
                **MET,
                **SIGNED,
                "check_kind": "look_back",
                "last_per_capita": "14243.25",
                "line_amount": "8500",
                "stable_source": "yes",
                "food_ok": "yes",
                "clothes_ok": "yes",
                "edu_ok": "ok",
                "medical_ok": "ok",
                "house_ok": "ok",
                "water_ok": "ok",
                "security_path": "appraised_safe",
                "household_agrees": "yes",
                "conclusion": "pass",
                "exit_id": new_id(),
                "s_household": self.household,
                "event_date": "2026-10-20",
            },
        )

    def set(
        self, register: str, entity: str, said: Mapping[str, str], create: bool = False
    ) -> None:
        """The office writes into a register."""
        with writing(self.office.app) as session:
            one = OfficeEntity(register, entity, said, create=create)
            set_properties(session, self.office.reviewer, [one], "会议决定", clock.now())

    def _filled(
        self, form_id: str, answers: Answers, *, files: Sequence[str] = (), approve: bool = True
    ) -> str:
        instance = new_id()
        xml = instance_xml(
            compiled(form_id).definition,
            {"hh_uuid": self.household, **answers},
            instance_id=instance,
        )
        named = [self.office.named(name) for name in files]
        self._sent(form_id, instance, xml, files=named, approve=approve)
        for number, name in enumerate(files):
            self.office.arrive(name, picture(number))
        return instance

    def _sent(
        self,
        form_id: str,
        instance: str,
        xml: str,
        *,
        files: Sequence[NamedFile] = (),
        approve: bool = True,
    ) -> None:
        if "<signature_household>" in xml:
            files = [*files, self.office.named("sign.png")]
        self.office.send(form_id, instance, xml, files=files)
        if approve:
            self.office.decide(instance)
