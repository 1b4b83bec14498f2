"""The ledger of dangerous houses (危房改造台账): what the office tells of a house and its works."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise

from sqlalchemy.orm import Session

from server import clock
from server.accounts.actor import Actor
from server.followup.house_states import DANGEROUS
from server.forms.canonical import is_of_kind
from server.forms.dictionary import Dictionary, Property
from server.forms.queries import dictionary_in_force
from server.intake.office import OfficeEntity, derived_id
from server.problems import DecisionRefused, NotFound
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity
from server.review.setting import set_properties

#: What the office fills in of a renovation, in the order of the steps.
FILLED = (
    *("target_type", "plan_year", "method", "contractor", "start_date", "finish_date"),
    *("acceptance_date", "acceptance_result", "new_area", "subsidy_standard", "subsidy_amount"),
    *("subsidy_paid_date", "moved_in", "old_house_demolished", "system_uploaded"),
)
#: What an appraisal on paper says of a house.
APPRAISED = ("assessed_on", "assess_no", "house_grade")
#: Days that follow one another, each with its word.
FIRST_YEAR = 2000
DAYS = (
    ("start_date", "开工日期"),
    ("finish_date", "竣工日期"),
    ("acceptance_date", "验收日期"),
    ("subsidy_paid_date", "拨付日期"),
)


def renovation_id(house_id: str) -> str:
    """The line of the ledger that a house has."""
    return derived_id("renovation", house_id)


def tell(
    session: Session,
    actor: Actor,
    house_id: str,
    said: Mapping[str, str],
    reason: str,
    now: datetime,
) -> str:
    """Write what is new of a house's renovation; returns the act, which can be withdrawn.

    said: property -> text; what is blank or as it was is left alone. Raises NotFound for a house
    that is not the actor's, DecisionRefused where nothing is new or something cannot be.
    """
    house = _house(session, actor, house_id)
    line = registers.entity(session, renovation_id(house_id))
    known = values.properties(line.live) if line and line.known else {}
    dictionary = dictionary_in_force(session)
    new = _new(dictionary, "renovations", said, known, FILLED)
    _check_year(new.get("plan_year", ""), clock.local(now).date())
    _check_days({**known, **new}, clock.local(now).date())
    if not known:
        if values.text(house.approved, "house_grade") not in DANGEROUS:
            raise DecisionRefused("鉴定为 C 级或 D 级的房子才进台账。请先登记鉴定结果。")
        new |= {"household": house.household_id or "", "house": house_id}
    entity = OfficeEntity("renovations", renovation_id(house_id), new, create=not known)
    return set_properties(session, actor, [entity], reason, now)


def appraise(
    session: Session,
    actor: Actor,
    house_id: str,
    said: Mapping[str, str],
    reason: str,
    now: datetime,
) -> str:
    """Write the grade that an appraisal on paper gave a house; returns the act.

    said: APPRAISED. Where the household mainly lives in the house, the grade is its own too.
    Raises as `tell`.
    """
    house = _house(session, actor, house_id)
    dictionary = dictionary_in_force(session)
    given = {name: said.get(name, "").strip() for name in APPRAISED}
    new = _new(dictionary, "houses", given, {}, APPRAISED)
    if not new.get("assessed_on") or not new.get("house_grade"):
        raise DecisionRefused("请填鉴定日期和鉴定等级。")
    if date.fromisoformat(new["assessed_on"]) > clock.local(now).date():
        raise DecisionRefused("鉴定日期不能晚于今天。")
    new["assess_type"] = "formal"
    entities = [OfficeEntity("houses", house_id, new)]
    if values.text(house.live, "is_main_dwelling") == "yes":
        grade = {"house_grade": new["house_grade"]}
        entities.append(OfficeEntity("households", house.household_id or "", grade))
    return set_properties(session, actor, entities, reason, now)


def _check_year(year: str, today: date) -> None:
    if year and not FIRST_YEAR <= int(year) <= today.year + 5:
        raise DecisionRefused(f"“计划年度”要写四位年份，如 {today.year}。")


def _house(session: Session, actor: Actor, house_id: str) -> Entity:
    house = registers.entity(session, house_id)
    if house is None or not house.known or house.register != "houses":
        raise NotFound("没有这座房。")
    if house.area not in actor.villages:
        raise NotFound("这座房不在您管的村里。")
    return house


def _new(
    dictionary: Dictionary,
    register: str,
    said: Mapping[str, str],
    known: Mapping[str, str],
    names: tuple[str, ...],
) -> dict[str, str]:
    properties = dictionary.registers[register].properties
    new = {}
    for name in names:
        text = said.get(name, "").strip()
        if text and (spelt := _spelt(dictionary, properties[name], text)) != known.get(name):
            new[name] = spelt
    if not new:
        raise DecisionRefused("没有改动。填上要登记的一项再保存；填错了的，在“以前填的”里撤回。")
    return new


def _spelt(dictionary: Dictionary, prop: Property, text: str) -> str:
    spelt = prop.canonical(text)
    if prop.list and spelt not in dict(dictionary.lists[prop.list]):
        raise DecisionRefused(f"“{prop.label}”里没有这个选项。")
    if not is_of_kind(spelt, prop.type) or spelt.startswith("-"):
        raise DecisionRefused(f"“{prop.label}”填得不对：{text}。{EXAMPLES[prop.type]}")
    return spelt


EXAMPLES = {
    "date": "日期要写成 2026-11-20。",
    "integer": "请填整数，如 2026。",
    "decimal": "请填不小于 0 的数。",
}


def _check_days(facts: Mapping[str, str], today: date) -> None:
    told = [(name, word) for name, word in DAYS if facts.get(name)]
    for (first, before), (second, after) in pairwise(told):
        if facts[second] < facts[first]:
            raise DecisionRefused(f"{after}不能早于{before}，请核对。")
    for name, word in told:
        if date.fromisoformat(facts[name]) > today:
            raise DecisionRefused(f"{word}不能晚于今天。")
