"""The income account: every sum exact to the fen, on the phone and on the server."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

from server.forms.check import check
from tests.forms.corpus import engine_judges
from tests.forms.instances import compiled, instance_xml

TODAY = date(2026, 11, 22)
FORM = compiled("income_account")
NOT_COUNTABLE = "relief_once edu_grant medical_reimb house_grant"

Row = Mapping[str, str]
Answers = dict[str, str | Sequence[Row]]

HEAD: dict[str, str] = {
    "hh_uuid": "6f8dfe0a-1111-4111-8111-000000000002",
    "not_countable": NOT_COUNTABLE,
    "explain_percent": "30",
    "policy_photo": "optional",
    "policy_signature": "optional",
    "recorded_mode": "onsite",
    "event_date": "2026-11-20",
    "met_who": "11111111-1111-4111-8111-111111111111",
    "visit_result": "met_person",
    "account_type": "annual",
    "period_start": "2025-10-01",
    "period_end": "2026-09-30",
}


def wage(months: str, monthly: str) -> Row:
    return {"wage_person": "a", "wage_employer": "建筑队", "wage_months": months} | {
        "wage_monthly": monthly
    }


def business(quantity: str, price: str) -> Row:
    said = {"business_kind": "grain", "business_name": "小麦", "business_unit": "公斤"}
    return said | {"business_qty": quantity, "business_price": price}


def line(group: str, kind: str, amount: str) -> Row:
    return {f"{group}_kind": kind, f"{group}_amount": amount}


def account(size: str = "3", **rows: Sequence[Row] | str) -> Answers:
    return {**HEAD, "family_size": size, **rows}


#: forms.md, section 7.
EXAMPLE = account(
    wage=[wage("12", "1500")],
    business=[business("2000", "2.36"), business("2500", "2.10")],
    property=[line("property", "land_rent", "1200")],
    transfer=[
        line("transfer", "pension", "4800"),
        line("transfer", "land_subsidy", "480"),
        line("transfer", "relief_once", "2000"),
    ],
    expense=[
        line("expense", "seed", "600"),
        line("expense", "fertiliser", "1900"),
        line("expense", "machine", "900"),
        line("expense", "pesticide", "350"),
    ],
    rigid=[line("rigid", "medical", "12345.67")],
)
SUMS = {
    "total_income": "34450",
    "net_income": "30700",
    "per_capita_net": "10233.33",
    "per_capita_after_rigid": "6118.11",
}


def on_the_server(answers: Answers) -> dict[str, str]:
    """Question -> what the server computes where the phone sent nothing."""
    found = check(instance_xml(FORM.definition, answers), FORM.definition, filled_on=TODAY)
    return {one.path.rsplit("/", 1)[1]: one.expected or "" for one in found}


def on_the_phone(accounts: Sequence[Answers]) -> list[dict[str, str]]:
    """Question -> value, as the phone's own engine computes it; of a repeat the last row's."""
    instances = [instance_xml(FORM.definition, answers) for answers in accounts]
    (judged,) = engine_judges([(FORM, instances)])
    return [
        {str(row[0]).rsplit("/", 1)[1]: str(row[1]) for row in rows if len(row) > 2}
        for rows in judged
    ]


def sums(found: Mapping[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(found[f"s_{name}"]) for name in SUMS}


def test_the_worked_example_comes_to_the_fen_on_the_phone_and_on_the_server() -> None:
    expected = {name: Decimal(value) for name, value in SUMS.items()}
    assert sums(on_the_server(EXAMPLE)) == expected
    (phone,) = on_the_phone([EXAMPLE])
    assert sums(phone) == expected
    assert phone["s_transfer_total"] == "5280"
    assert phone["s_expense_total"] == "3750"


def amount(chance: random.Random, most: int) -> str:
    places = chance.choice((0, 1, 2, 2))
    return str(Decimal(chance.randrange(most * 10**places + 1)).scaleb(-places))


def some_account(chance: random.Random) -> Answers:
    kinds = [code for code, *_ in FORM.definition.lists["transfer_kind"] if code != "other"]

    def rows(most: int) -> range:
        return range(chance.randrange(most + 1))

    return account(
        str(chance.randrange(1, 13)),
        wage=[wage(amount(chance, 12), amount(chance, 20_000)) for _ in rows(2)],
        business=[business(amount(chance, 9_000), amount(chance, 900)) for _ in rows(2)],
        property=[line("property", "pv", amount(chance, 5_000)) for _ in rows(1)],
        transfer=[line("transfer", chance.choice(kinds), amount(chance, 9_000)) for _ in rows(2)],
        expense=[
            line("expense", "feed", amount(chance, chance.choice((50, 9_000_000)))) for _ in rows(2)
        ],
        rigid=[line("rigid", "medical", amount(chance, 90_000)) for _ in rows(1)],
    )


def by_decimal(answers: Answers) -> dict[str, Decimal]:
    """The same account, reckoned as somebody would on paper."""

    def fen(value: Decimal) -> Decimal:
        return value.quantize(Decimal("0.01"), ROUND_HALF_UP)

    def total(group: str) -> Decimal:
        rows = answers[group]
        assert not isinstance(rows, str)
        counted = [r for r in rows if r.get("transfer_kind", "") not in NOT_COUNTABLE.split()]
        return sum((fen(_worth(group, row)) for row in counted), Decimal(0))

    income = total("wage") + total("business") + total("property") + total("transfer")
    net, size = income - total("expense"), Decimal(str(answers["family_size"]))
    return {
        "total_income": income,
        "net_income": net,
        "per_capita_net": fen(net / size),
        "per_capita_after_rigid": fen((net - total("rigid")) / size),
    }


def _worth(group: str, row: Row) -> Decimal:
    if group == "wage":
        return Decimal(row["wage_months"]) * Decimal(row["wage_monthly"])
    if group == "business":
        return Decimal(row["business_qty"]) * Decimal(row["business_price"])
    return Decimal(row[f"{group}_amount"])


def test_two_thousand_accounts_are_exact_below_nothing_too() -> None:
    chance = random.Random(7)
    accounts = [some_account(chance) for _ in range(2_000)]
    expected = [by_decimal(answers) for answers in accounts]
    assert sum(found["per_capita_net"] < 0 for found in expected) > 300
    for answers, right in zip(accounts, expected, strict=True):
        assert sums(on_the_server(answers)) == right, answers
    for answers, found, right in zip(
        accounts[:40], on_the_phone(accounts[:40]), expected[:40], strict=True
    ):
        assert sums(found) == right, answers


@pytest.mark.parametrize(
    ("net", "size", "expected"),
    [("0.01", "2", "0.01"), ("-0.01", "2", "-0.01"), ("-0.01", "3", "0"), ("100", "3", "33.33")],
)
def test_half_a_fen_is_rounded_away_from_nothing(net: str, size: str, expected: str) -> None:
    group = "expense" if net.startswith("-") else "property"
    kind = "feed" if group == "expense" else "pv"
    answers = account(size, **{group: [line(group, kind, net.lstrip("-"))]})
    assert Decimal(on_the_server(answers)["s_per_capita_net"]) == Decimal(expected)


def complaints(answers: Answers) -> set[tuple[str, str]]:
    found = check(instance_xml(FORM.definition, answers), FORM.definition, filled_on=TODAY)
    return {(one.path.rsplit("/", 1)[1], one.kind) for one in found if one.kind != "calculation"}


def test_the_example_breaks_no_rule_though_nobody_signs_or_takes_a_photo() -> None:
    assert complaints(EXAMPLE) == set()


@pytest.mark.parametrize(
    ("answers", "complaint"),
    [
        (EXAMPLE | {"last_per_capita": "7000"}, ("change_reason", "required")),
        (EXAMPLE | {"last_per_capita": "9000"}, None),
        (EXAMPLE | {"last_per_capita": "15000"}, ("change_reason", "required")),
        (EXAMPLE | {"last_per_capita": "7000", "change_reason": "儿子出去打工了"}, None),
        (EXAMPLE | {"period_end": "2026-08-30"}, ("period_end", "constraint")),
        (EXAMPLE | {"family_size": "0"}, ("family_size", "constraint")),
        (EXAMPLE | {"wage": [wage("13", "100")]}, ("wage_months", "constraint")),
        (EXAMPLE | {"business": [business("1.005", "1")]}, ("business_qty", "constraint")),
    ],
)
def test_what_cannot_be_is_said_and_what_differs_much_is_explained(
    answers: Answers, complaint: tuple[str, str] | None
) -> None:
    if complaint:
        assert complaint in complaints(answers)
    else:
        assert ("change_reason", "required") not in complaints(answers)


@pytest.mark.parametrize("result", ["absent", "refused"])
def test_nobody_home_and_refusal_are_recorded_without_an_account(result: str) -> None:
    answers: Answers = {
        name: HEAD[name] for name in ("hh_uuid", "event_date", "recorded_mode", "explain_percent")
    }
    answers |= {"met_who": result, "visit_result": result}
    if result == "absent":
        answers["absent_reason"] = "work"
    assert complaints(answers) == set()


def test_other_transfers_say_themselves_whether_they_count() -> None:
    for counts, total in (("yes", "500"), ("no", "0")):
        row = {**line("transfer", "other", "500"), "transfer_other_counts": counts}
        assert on_the_server(account(transfer=[row]))["s_transfer_total"] == total


def test_an_account_keeps_which_kinds_of_rows_it_had() -> None:
    kinds = on_the_server(EXAMPLE)["s_row_kinds"]
    assert kinds == (
        "grain grain;land_rent;pension land_subsidy relief_once;seed fertiliser machine pesticide;"
        "medical"
    )
