"""From a gathered file and what it was made from to what the checks are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from server import clock
from server.followup.case_states import OVER
from server.followup.contradictions import Home, Person
from server.followup.days import day_of
from server.followup.eight import needs_them
from server.household_file.checkup.subject import (
    Account,
    Card,
    Helper,
    Measure,
    Received,
    Reuse,
    Sick,
    Subject,
    Version,
    Visited,
)
from server.household_file.content.file import HouseholdFile
from server.household_file.content.gather import Basis
from server.household_file.content.papers.income import UNMET, Part, parts_of
from server.household_file.content.papers.known import Known, Step, Thing
from server.household_file.content.records import Standing
from server.household_file.content.visit_of import Filled, companions

SUMS = ("wage_total", "business_total", "property_total", "transfer_total", "expense_total")
#: Form -> the source of the documents that it fills.
FORMS: Mapping[str, tuple[str, ...]] = {
    "visit": ("visits",),
    "income_account": ("incomes",),
    "health_eight": ("eight",),
    "housing_assessment": ("houses",),
    "left_behind_card": ("cards",),
    "exit_check": ("exits",),
    "monitoring": ("verifications", "applications", "clearings"),
}
FEN = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Beside:
    """What the checks need of a household besides its file.

    incomes: what is approved of its accounts. reuses, settled, newest, bound, card: see `Subject`.
    """

    known_since: str = ""
    incomes: Sequence[Mapping[str, str]] = ()
    reuses: Sequence[Reuse] = ()
    settled: frozenset[str] = frozenset()
    newest: Version | None = None
    bound: Version | None = None
    card: Card | None = None


def subject_of(file: HouseholdFile, basis: Basis, beside: Beside, today: date) -> Subject:
    """All that the checks are given of a household."""
    known = basis.known
    people = [Person(one.id, known.people[one.id]) for one in known.members]
    case, since = _monitored(known)
    turned = [change.on for change in file.changes if change.item == "户类型变更"]
    return Subject(
        file=file,
        today=today,
        first=date.fromisoformat(known.period.first),
        last=date.fromisoformat(known.period.last),
        policy=basis.policy,
        home=Home(known.home.codes, people, monitored=bool(case)),
        known_since=day_of(beside.known_since or file.opened_on) or today,
        type_since=day_of(max(turned, default="")),
        monitored_since=since,
        case=case,
        visits=[_visited(known, one) for one in known.records.of("visit")],
        followed=list(_followed(known)),
        measures=[_measure(one) for one in known.all("measures")],
        accounts=list(_accounts(known, beside.incomes)),
        helpers=_helpers(known.helpers),
        reuses=beside.reuses,
        records=_records(file, known),
        sick=list(_sick(known, basis.policy)),
        carded=frozenset(one.code("person") for one in known.all("contact_cards")),
        settled=beside.settled,
        newest=beside.newest,
        bound=beside.bound,
        card=beside.card,
        unasked=frozenset(
            source
            for form, sources in FORMS.items()
            if basis.policy.get(f"form.{form}.signature") == "off"
            for source in sources
        ),
    )


def _monitored(known: Known) -> tuple[str, date | None]:
    """The case that runs and since when; blank where none does."""
    for case in known.all("cases"):
        if case.code("category") and case.code("decision") not in OVER:
            admitted = [
                step.said.get("decided_on") or step.on
                for step in known.decisions
                if step.of == case.id and step.said.get("decision") == "admitted"
            ]
            return case.id, day_of(min(admitted, default=case.code("decided_on")))
    return "", None


def _visited(known: Known, one: Standing) -> Visited:
    """A visit; of one before the printed days only what due dates are counted from."""
    day = date.fromisoformat(one.on)
    name = one.submission.instance_id
    if not known.period.holds(one.on):
        return Visited(name, day, "", str(one.state.summary.get("visit_result", "")))
    form = known.records.form(one)
    return Visited(
        instance_id=name,
        on=day,
        by=known.records.by(one),
        result=form.text("visit_result"),
        role=form.text("recorder_role"),
        companions=companions(form),
        account=form.text("account_text"),
        received=clock.local(one.submission.received_at).isoformat(),
    )


def _followed(known: Known) -> Iterator[date]:
    for one in known.records.of("case_event"):
        said = one.state.summary
        if said.get("case_step") in ("follow", "clear") and said.get("visit_result") not in UNMET:
            yield date.fromisoformat(one.on)


def _measure(one: Thing) -> Measure:
    return Measure(
        id=one.id,
        item=one.code("measure_item"),
        label=one.text("measure_item"),
        person=one.code("person"),
        amount=_number(one.code("amount")),
        unit=one.code("amount_unit"),
        first=day_of(one.code("start_date")),
        last=day_of(one.code("end_date")),
        status=one.code("status"),
    )


def _accounts(known: Known, incomes: Sequence[Mapping[str, str]]) -> Iterator[Account]:
    """The accounts that are printed."""
    filled = [
        (one, form)
        for one, form in known.filled("account")
        if form.text("visit_result") not in UNMET and day_of(form.text("period_end"))
    ]
    meant = [
        (one, form)
        for one, form in filled
        if known.period.meets(form.text("period_start"), form.text("period_end"))
    ]
    for one, form in meant or filled[: 0 if known.period.chosen else 1]:
        yield _account(known, one, form, incomes)


def _account(
    known: Known, one: Standing, form: Filled, incomes: Sequence[Mapping[str, str]]
) -> Account:
    last = date.fromisoformat(form.text("period_end"))
    size = form.text("family_size")
    kind = form.text("account_type")
    held = next(
        (
            said
            for said in incomes
            if (said.get("account_type"), said.get("period_end")) == (kind, last.isoformat())
        ),
        {},
    )
    printed = _printed(parts_of(form, known), int(size) if size.isdecimal() else 0)
    registered = {name: _number(held.get(name, "")) for name in printed} if one.approved else {}
    return Account(
        instance_id=one.submission.instance_id,
        first=day_of(form.text("period_start")) or last,
        last=last,
        size=int(size) if size.isdecimal() else 0,
        annual=kind == "annual",
        received=tuple(_received(form)),
        printed=printed,
        registered={name: said for name, said in registered.items() if said is not None},
    )


def _printed(parts: Sequence[Part], size: int) -> dict[str, Decimal]:
    """What the printed lines come to."""
    found = {name: part.total for name, part in zip(SUMS, parts, strict=True)}
    total = sum((part.total for part in parts[:4]), Decimal(0))
    net = total - parts[4].total
    found |= {"total_income": total, "net_income": net}
    return found | ({"per_capita_net": (net / size).quantize(FEN)} if size else {})


def _received(form: Filled) -> Iterator[Received]:
    for row in form.rows("transfer"):
        amount = _number(form.text("transfer_amount", row)) or Decimal(0)
        person = form.text("transfer_person", row)
        kind, label = form.text("transfer_kind", row), form.said("transfer_kind", row)
        yield Received(kind, label, person, amount)
    for row in form.rows("property"):
        amount = _number(form.text("property_amount", row)) or Decimal(0)
        kind, label = form.text("property_kind", row), form.said("property_kind", row)
        yield Received(f"property:{kind}", label, "", amount)


def _helpers(steps: Sequence[Step]) -> list[Helper]:
    """Who helped one after the other; what was only corrected of one is no new one."""
    begun: list[tuple[str, date]] = []
    for step in steps:
        name = step.said.get("helper_name", "")
        since = day_of(step.said.get("helper_from", "")) or date.fromisoformat(step.on)
        if begun and begun[-1][0] == name:
            begun[-1] = (name, since if step.said.get("helper_from") else begun[-1][1])
        else:
            begun.append((name, since))
    ends: list[date | None] = [since for _, since in begun[1:]]
    return [
        Helper(name, since, until)
        for (name, since), until in zip(begun, [*ends, None], strict=False)
    ]


def _records(file: HouseholdFile, known: Known) -> dict[str, str]:
    """Document -> the record that it was made from, where it was made from one."""
    named = {
        one.submission.instance_id[:8]: one.submission.instance_id for one in known.records.all
    }
    found = {
        paper.key: named[short]
        for paper in file.papers
        if (short := paper.key.rpartition("-")[2]) in named
    }
    for kind, key in (("health", "eight"), ("card", "card")):
        for one, form in reversed(known.filled(kind)):
            found[f"{key}-{form.text('person_id')[:8]}"] = one.submission.instance_id
    if registered := known.records.of("register"):
        found["basic"] = registered[0].submission.instance_id
    return found


def _sick(known: Known, policy: Mapping[str, object]) -> Iterator[Sick]:
    """Of whom the eight ones are asked."""
    newest: dict[str, str] = {}
    for one, form in reversed(known.filled("health")):
        newest[form.text("person_id")] = one.on
    for member in known.members:
        if needs_them(known.people[member.id], known.home.code("household_type"), policy):
            yield Sick(member.id, member.name, newest.get(member.id, ""))


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
