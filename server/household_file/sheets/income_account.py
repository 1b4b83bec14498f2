"""收入核算表 by itself: one account of a household, to be followed, signed and sealed."""

from __future__ import annotations

from dataclasses import dataclass

from server.household_file import words
from server.household_file.content.blocks import Paper
from server.household_file.content.catalogue import Plan, Section
from server.household_file.content.facts import Fact
from server.household_file.content.gather import Basis
from server.household_file.content.papers import income
from server.household_file.sheets.facts import Sheet
from server.household_file.sheets.signing import section_of
from server.problems import NotFound


@dataclass(frozen=True)
class IncomeAccount:
    """One account as the file has it, with the places to sign of its section."""

    head: Fact
    household_no: str
    plan: Plan
    section: Section
    paper: Paper


def income_account(basis: Basis, year: str = "", record: str = "") -> Sheet:
    """The account of the basis' period, the yearly one before others; the newest one of several.

    year: how the period is called when there is none. record: this one only. Raises NotFound where
    there is none.
    """
    known = basis.known
    plan, section = section_of(basis, "incomes")
    papers = {paper.key: paper for paper in income.incomes(known, section)}
    accounts = [
        (one.submission.instance_id, form, papers[key])
        for one, form in known.filled("account")
        if (key := f"income-{one.submission.instance_id[:8]}") in papers
        and record in ("", one.submission.instance_id)
    ]
    if not accounts:
        raise NotFound(f"这户没有{f' {year} 年的' if year else ''}收入核算，没有可以印的。")
    annual = (one for one in accounts if one[1].text("account_type") == "annual")
    used, form, paper = next(annual, accounts[0])
    kind = form.text("account_type")
    parts = (known.household_no or basis.household_id, form.text("period_end")[:4])
    return Sheet(
        kind="income_account",
        key="-".join(parts if kind == "annual" else (*parts, kind)),
        title=f"{section.title} {known.head}",
        author=f"{known.place[1]}{words.committee(known.place[2])}",
        as_of=known.as_of,
        villages=(basis.village,),
        content=IncomeAccount(basis.head, known.household_no, plan, section, paper),
        household_id=basis.household_id,
        pages=1,
        options={"about": paper.about},
        names=(known.head, *(member.name for member in known.members), paper.by),
        used=tuple(sorted({used, *basis.heads["households"], *basis.heads["persons"]})),
    )
