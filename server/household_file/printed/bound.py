"""The volume of a household that is bound, with its 续页: what is in it, where the next go on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from server.household_file import kept
from server.household_file.content.file import HouseholdFile
from server.household_file.models import PrintedFile
from server.household_file.period import usual
from server.household_file.printed import queries
from server.household_file.printed.continued import Bound, Piece
from server.household_file.printed.pages import placed
from server.problems import StateMovedOn

#: What facts must say of a file to be compared with those of today; earlier versions kept less.
NEEDED = frozenset({"papers", "plan", "visits", "photos", "changes", "used", "belongings"})
#: Why a bound volume cannot be continued.
NO_FACTS = "装订的那一版没有留底稿，不能只印续页，印了全册"


def bound(
    session: Session, chain: Sequence[PrintedFile], file: HouseholdFile, root: Path
) -> Bound | None:
    """What is bound, as it was kept; None where not all of it was.

    chain: see `queries.chains`. file: what is to be compared with it. root: the folder of kept
    PDFs.
    """
    used = {one.instance_id for one in file.used}.union(*(version.used for version in chain))
    pieces = []
    for version in chain:
        facts = kept.facts(root / kept.facts_path(version.path))
        found = placed(root, version.path)
        if facts is None or found is None or not set(facts) >= NEEDED:
            return None
        pieces.append(Piece(facts, found))
    volume, last = chain[0], chain[-1]
    return Bound(
        version=volume.version,
        on=volume.bound_on.isoformat() if volume.bound_on else "",
        digest=last.facts_hash,
        pieces=pieces,
        roots=queries.roots(session, used),
        since=usual(volume.as_of).first,
    )


def note_bound(session: Session, version: PrintedFile, day: date | None) -> None:
    """Note that the paper of a version was bound, or (`day` absent) that it was not.

    Raises StateMovedOn where pages do not follow what is bound, or where others follow them.
    """
    if day is None:
        if any(one.bound_on for one in queries.continuations(session, version.id)):
            raise StateMovedOn("后面还装着续页，请先把续页记为没有装订。")
    elif version.continues is not None:
        chain = queries.chains(session, [version.household_id]).get(version.household_id, [])
        if not chain or chain[-1].id != version.continues:
            raise StateMovedOn("这份续页接的不是现在装订的最后一页，请重新印续页。")
    queries.bind(session, version.id, day)
