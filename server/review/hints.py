"""What a reviewer should look at in a record, by what else the server knows: never a refusal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from lxml import etree
from sqlalchemy.orm import Session

from server.accounts import queries as accounts
from server.followup.account_hints import TOTALS, Account, Around, account_hints
from server.followup.check_hints import Held, case_hints, exit_hints, role_hint
from server.followup.head import present
from server.followup.parts.cases import suits
from server.forms.definition import Definition
from server.forms.instance import BadInstance, read_instance
from server.intake.summaries.filled import Filled, read_filled
from server.policy import values as policy
from server.policy.lines import own_line
from server.registers import values
from server.registers.models import Entity
from server.submissions.models import Submission

#: Digits of a town in an area's code.
TOWN = 9


def hints(
    session: Session,
    submission: Submission,
    definition: Definition | None,
    entities: Mapping[str, Entity],
) -> list[str]:
    """The hints of one record, in words.

    entities: the household's, with what the record wrote to.
    """
    if definition is None or submission.event_date is None:
        return []
    try:
        instance = read_instance(submission.xml)
    except BadInstance:
        return []
    filled = read_filled(instance.root, definition)
    held = policy.in_force(session, submission.event_date)
    home = entities.get(submission.household_id or "")
    facts = values.properties(home.live) if home else {}
    found = [*_role(session, submission, filled)]
    if definition.kind == "account":
        rows = _rows(instance.root.iter("transfer"))
        if filled.answer("period_end"):
            around = _around(facts, entities.values(), filled, held)
            found += account_hints(_account(filled, rows), around)
    elif definition.kind in ("case_event", "check"):
        answers = {name: said[0] for name, said in filled.every.items()}
        category = answers.get("category_proposed") or facts.get("household_type", "")
        line = own_line(held, submission.area[:TOWN], category)
        of = case_hints if definition.kind == "case_event" else exit_hints
        found += of(answers, Held(line, suits(facts)))
    return found


def _role(session: Session, submission: Submission, filled: Filled) -> Iterator[str]:
    if not submission.person_id or submission.event_date is None:
        return iter(())
    held = accounts.roles_on(session, submission.person_id, submission.event_date)
    label = filled.definition.choice_label
    words = {code: label("role", code) for code, _ in filled.definition.lists.get("role", ())}
    return role_hint(filled.answer("recorder_role"), {one.role for one in held}, words)


def _rows(elements: Iterable[etree._Element]) -> list[dict[str, str]]:
    return [
        {str(child.tag): (child.text or "").strip() for child in element} for element in elements
    ]


def _account(filled: Filled, transfers: list[dict[str, str]]) -> Account:
    return Account(
        facts={
            **{name: filled.answer(f"s_{name}") for name in (*TOTALS, "per_capita_net")},
            "size": filled.answer("family_size"),
            "period_end": filled.answer("period_end"),
            "change_reason": filled.answer("change_reason"),
        },
        earners=filled.every.get("wage_person", ()),
        transfers=[
            (row.get("transfer_kind", ""), row.get("transfer_person", "")) for row in transfers
        ],
        properties=filled.every.get("property_kind", ()),
    )


def _around(
    home: Mapping[str, str],
    entities: Iterable[Entity],
    filled: Filled,
    held: Mapping[str, object],
) -> Around:
    some = list(entities)
    people = [one for one in some if one.register == "persons"]
    until = filled.answer("period_end")
    known = [
        said
        for one in some
        if one.register == "incomes"
        and (said := values.properties(one.approved)).get("account_type") == "annual"
        and said.get("period_end", "") < until
    ]
    before = max(known, key=lambda said: said.get("period_end", ""), default={})
    if not before and home.get("last_year_income"):
        before = {"per_capita_net": home["last_year_income"]}
    usual = Around({}, {})
    return Around(
        home=home,
        people={one.id: values.properties(one.live) for one in present(people)},
        before=before,
        share=_share(held, "income.explain_share", usual.share),
        line_share=_share(held, "income.explain_line_share", usual.line_share),
    )


def _share(held: Mapping[str, object], key: str, otherwise: Decimal) -> Decimal:
    said = held.get(key)
    return Decimal(str(said)) if isinstance(said, int | float) else otherwise
