"""What an income account is held against: the registers, and the year before."""

from __future__ import annotations

from decimal import Decimal

import pytest

from server.followup.account_hints import Account, Around, account_hints

SON = {"person_name": "陈小军", "birth_date": "1990-05-01"}
OLD = {"person_name": "陈广田", "birth_date": "1960-05-01"}
SUMS = {
    "per_capita_net": "10000",
    "wage_total": "10000",
    "business_total": "1000",
    "property_total": "0",
    "transfer_total": "500",
}


def said(
    facts: dict[str, str] | None = None,
    *,
    people: dict[str, dict[str, str]] | None = None,
    home: dict[str, str] | None = None,
    before: dict[str, str] | None = None,
    earners: tuple[str, ...] = (),
    transfers: tuple[tuple[str, str], ...] = (),
    properties: tuple[str, ...] = (),
    share: str = "0.3",
) -> list[str]:
    given = {"period_end": "2026-09-30", **SUMS, **(facts or {})}
    account = Account(given, earners, transfers, properties)
    around = Around(home or {}, people or {}, before or {}, share=Decimal(share))
    return list(account_hints(account, around))


def test_an_account_that_agrees_says_nothing() -> None:
    worker = SON | {"work": "in_province", "work_months": "9"}
    old = OLD | {"pension_insured": "yes", "dibao_member": "yes"}
    assert (
        said(
            {"size": "2"},
            people={"a": worker, "b": old},
            home={"welfare": "dibao", "pv_share": "yes", "dividend_share": "yes"},
            before=SUMS,
            earners=("a",),
            transfers=(("pension", "b"), ("dibao", "")),
            properties=("pv", "collective"),
        )
        == []
    )
    assert said() == []


@pytest.mark.parametrize(
    ("person", "hint"),
    [
        ({"work": "in_province", "work_months": "9"}, "没有他的工资性收入"),
        ({"work": "none", "work_months": "9"}, None),
        ({"work": "in_province", "work_months": "0"}, None),
        ({"work": "in_province", "work_months": ""}, None),
        ({"birth_date": "1966-09-30", "pension_insured": "yes"}, "没有他的养老金"),
        ({"birth_date": "1966-10-01", "pension_insured": "yes"}, None),
        ({"birth_date": "1960-01-01", "pension_insured": "no"}, None),
        ({"birth_date": "", "pension_insured": "yes"}, None),
        ({"dibao_member": "yes"}, "享受低保"),
        ({"tekun_member": "yes"}, "享受特困供养"),
    ],
)
def test_who_earns_or_receives_has_a_line(person: dict[str, str], hint: str | None) -> None:
    found = said(people={"a": SON | person})
    assert len(found) == (hint is not None)
    assert hint is None or hint in found[0]


def test_a_pension_of_the_household_answers_for_everybody() -> None:
    people = {"a": OLD | {"pension_insured": "yes"}}
    assert said(people=people, transfers=(("pension", ""),)) == []


@pytest.mark.parametrize(
    ("home", "word"),
    [
        ({"welfare": "dibao relocated"}, "低保"),
        ({"welfare": "tekun_central"}, "特困供养"),
        ({"pv_share": "yes"}, "光伏"),
        ({"dividend_share": "yes"}, "分红"),
    ],
)
def test_what_the_household_has_is_accounted_for(home: dict[str, str], word: str) -> None:
    (found,) = said(home=home)
    assert word in found


def test_as_many_people_as_live_there() -> None:
    assert said({"size": "3"}, people={"a": SON}) == ["按 3 人算，户档里是 1 人"]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"per_capita_net": "13000"}, []),
        ({"per_capita_net": "13000.01"}, ["人均纯收入"]),
        ({"per_capita_net": "6999"}, ["人均纯收入"]),
        ({"per_capita_net": "6999", "change_reason": "老大出去打工"}, []),
        ({"wage_total": "14999"}, []),
        ({"wage_total": "15000", "transfer_total": "250"}, ["工资性收入", "转移性收入"]),
        ({"property_total": "900"}, []),
        ({"per_capita_net": ""}, []),
    ],
)
def test_a_great_change_needs_a_reason(facts: dict[str, str], words: list[str]) -> None:
    found = said(facts, before=SUMS)
    assert [one.partition("和上年")[0] for one in found] == words


def test_policy_says_how_great() -> None:
    assert said({"per_capita_net": "12000"}, before=SUMS, share="0.1") == [
        "人均纯收入和上年相差 10% 以上，没有写原因"
    ]
    assert said({"per_capita_net": "99"}, before={"per_capita_net": "-5"}) == []
