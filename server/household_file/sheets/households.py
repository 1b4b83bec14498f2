"""Which sheet an order asks for of a household, and what can be asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server import clock
from server.household_file import period
from server.household_file.content.gather import Basis, known_of
from server.household_file.content.papers.income import UNMET
from server.household_file.order import Order
from server.household_file.period import Period
from server.household_file.sheets.contact_card import contact_card
from server.household_file.sheets.facts import Sheet
from server.household_file.sheets.income_account import income_account
from server.household_file.sheets.wall_card import wall_card

ALL = Period("0001-01-01", "9999-12-31", chosen=True)

Maker = Callable[[Basis, Order], Sheet]
MAKERS: Mapping[str, Maker] = {
    "wall_card": lambda basis, order: wall_card(basis, order.year or order.as_of[:4], order.paper),
    "contact_card": lambda basis, order: contact_card(basis, order.copies, backs=order.backs),
    "income_account": lambda basis, order: income_account(basis, order.year, order.record),
}


def sheet_of(session: Session, household_id: str, order: Order) -> Sheet:
    """The sheet that is ordered, of one household.

    Raises NotFound for a household that nobody registered, and where there is nothing to print.
    """
    days = ALL if order.record else period.year(int(order.year)) if order.year else None
    return MAKERS[order.what](known_of(session, household_id, order.day, days), order)


@dataclass(frozen=True, slots=True)
class Account:
    """One account that can be printed, as people tell it from the others."""

    record: str
    about: str
    reviewed: bool


def accounts_of(session: Session, household_id: str) -> list[Account]:
    """The accounts of a household, newest first."""
    known = known_of(session, household_id, clock.today(), ALL).known
    return [
        Account(
            one.submission.instance_id,
            f"{form.text('period_end')[:4]}年 {form.said('account_type')}（{one.on}）",
            one.approved,
        )
        for one, form in known.filled("account")
        if form.text("visit_result") not in UNMET
    ]
