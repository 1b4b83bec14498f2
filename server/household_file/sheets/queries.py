"""All SQL of issued sheets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Text, cast, delete, false, func, or_, select, true, update
from sqlalchemy.orm import Session

from server.household_file.sheets.facts import Sheet
from server.household_file.sheets.models import BulletinDraft, IssuedSheet
from server.registers import queries as registers

#: Sheets of so many villages are sought among all.
MANY = 100


def find(session: Session, number: str, version: int, digits: str) -> IssuedSheet | None:
    """The sheet that a square code or a footer names, in capitals or not, if it was issued here."""
    named = (number.lower(), version)
    found = by_hash(session, digits.lower())
    return next((one for one in found if (one.number.lower(), one.version) == named), None)


def by_hash(session: Session, prefix: str) -> Sequence[IssuedSheet]:
    """The sheets whose facts' hash begins so."""
    return session.scalars(
        select(IssuedSheet).where(IssuedSheet.facts_hash.startswith(prefix, autoescape=True))
    ).all()


def newest(session: Session, number: str) -> IssuedSheet | None:
    """The newest version of a sheet."""
    return session.scalar(
        select(IssuedSheet)
        .where(IssuedSheet.number == number)
        .order_by(IssuedSheet.version.desc())
        .limit(1)
    )


def sheet(session: Session, sheet_id: int) -> IssuedSheet | None:
    """One sheet by its id."""
    return session.get(IssuedSheet, sheet_id)


def of_household(session: Session, household_id: str) -> Sequence[IssuedSheet]:
    """All sheets of one household, newest first."""
    return session.scalars(
        select(IssuedSheet)
        .where(IssuedSheet.household_id == household_id)
        .order_by(IssuedSheet.made_at.desc(), IssuedSheet.id.desc())
    ).all()


def of_villages(
    session: Session, villages: Collection[str], kinds: Collection[str]
) -> list[IssuedSheet]:
    """The sheets of some kinds that only have households of these villages, newest first."""
    rows = session.scalars(
        select(IssuedSheet)
        .where(IssuedSheet.kind.in_(kinds), IssuedSheet.household_id == "")
        .order_by(IssuedSheet.made_at.desc(), IssuedSheet.id.desc())
    )
    return [row for row in rows if set(row.villages) <= set(villages)]


def carrying(session: Session, household_ids: Collection[str]) -> dict[str, list[IssuedSheet]]:
    """Household -> every sheet that may carry its facts, its village's sheets too, oldest first."""
    areas = {one.id: one.area for one in registers.entities(session, household_ids).values()}
    own = IssuedSheet.household_id.in_(household_ids)
    villages, here = cast(IssuedSheet.villages, Text), sorted({*areas.values()})
    about = or_(false(), *(villages.contains(f'"{area}"') for area in here))
    rows = session.scalars(
        select(IssuedSheet)
        .where(own | ((IssuedSheet.household_id == "") & (about if len(here) < MANY else true())))
        .order_by(IssuedSheet.made_at, IssuedSheet.id)
    ).all()
    return {
        one: [
            row
            for row in rows
            if row.household_id == one
            or (not row.household_id and areas.get(one, "") in row.villages)
        ]
        for one in household_ids
    }


def issue(
    session: Session, sheet: Sheet, number: str, facts_hash: str, path: str, now: datetime
) -> IssuedSheet:
    """The version that a sheet's facts are; the next one if they were never issued.

    Two who issue at once wait for each other here, so no version number is given twice.
    """
    registers.lock_marks(session, {number})
    known = session.scalar(
        select(IssuedSheet).where(
            IssuedSheet.number == number, IssuedSheet.facts_hash == facts_hash
        )
    )
    if known is not None:
        if not set(sheet.used) <= set(known.used):
            known.used = sorted({*known.used, *sheet.used})
        return known
    last = session.scalar(select(func.max(IssuedSheet.version)).where(IssuedSheet.number == number))
    row = IssuedSheet(
        kind=sheet.kind,
        number=number,
        title=sheet.title[:120],
        household_id=sheet.household_id,
        villages=list(sheet.villages),
        options=dict(sheet.options),
        facts_hash=facts_hash,
        version=(last or 0) + 1,
        as_of=date.fromisoformat(sheet.as_of),
        path=path,
        used=sorted(sheet.used),
        made_at=now,
    )
    session.add(row)
    session.flush()
    return row


def note_pages(session: Session, sheet_id: int, pages: int) -> None:
    """Note how many pages a sheet has."""
    session.execute(update(IssuedSheet).where(IssuedSheet.id == sheet_id).values(pages=pages))


def bulletin_draft(session: Session, place: str, month: str) -> BulletinDraft | None:
    """What was written for the bulletin of a place and a month."""
    return session.get(BulletinDraft, (place, month))


def keep_draft(session: Session, draft: BulletinDraft) -> None:
    """Keep what was written, in place of what was there."""
    session.merge(draft)
    session.flush()


def drop_draft(session: Session, place: str, month: str) -> None:
    """Forget what was written, so that the numbers draft it anew."""
    session.execute(
        delete(BulletinDraft).where(BulletinDraft.place == place, BulletinDraft.month == month)
    )
