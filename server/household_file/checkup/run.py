"""Looking at households: one now, or all of some villages in the background, kept for the desk."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy.orm import Session

from server import clock
from server.config import current
from server.database import reading, transaction
from server.followup import queries as tasks
from server.household_file import kept
from server.household_file.checkup import queries
from server.household_file.checkup.alike import Told, alike, digest_of
from server.household_file.checkup.checks import findings_of
from server.household_file.checkup.collect import Beside, subject_of
from server.household_file.checkup.findings import KINDS, Finding
from server.household_file.checkup.models import Checkup, Explained
from server.household_file.checkup.queries import Looked
from server.household_file.checkup.subject import Card, Reuse, Subject, Version
from server.household_file.content.file import facts_hash
from server.household_file.content.gather import gather, gather_with_basis
from server.household_file.models import PrintedFile
from server.household_file.order import Order
from server.household_file.period import since, usual
from server.household_file.printed import queries as printed
from server.household_file.printed.bound import bound
from server.household_file.printed.continued import continued
from server.household_file.printed.corrections import Correction, corrections, of_version
from server.household_file.printed.stamps import stamps
from server.household_file.sheets.households import sheet_of
from server.household_file.sheets.models import IssuedSheet
from server.registers.models import HouseholdRow

log = logging.getLogger(__name__)

#: Households that are read in one transaction, and held in memory at once.
AT_ONCE = 40
#: Raise it when the checks find other things in the same facts.
CHECKS = 1
VISIT = "入户走访记录"

#: Called with (households done, households in all).
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Line:
    """One finding of a household; said: why it is in order, None while nobody said so."""

    home: HouseholdRow
    finding: Finding
    said: Explained | None

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something about it before printing."""
        return self.said is None and KINDS[self.finding.kind].severity != "hand"


def look(session: Session, home: HouseholdRow, day: date) -> Checkup:
    """What is found of one household now."""
    (found,) = _looked(session, [home], {home.household_id: ""}, day)
    return found


def look_at_villages(villages: Sequence[str], day: date, tell: Tell) -> int:
    """Look at all open households of some villages; returns how many had to be read anew.

    What did not change since is not read again. tell: may raise, which ends the work between two
    batches; what was found by then is kept.
    """
    with reading() as session:
        homes = queries.homes(session, villages)
    anew = 0
    for start in range(0, len(homes), AT_ONCE):
        tell(start, len(homes))
        some, began = homes[start : start + AT_ONCE], clock.now()
        with reading() as session:
            now, before = _stamps(session, some, day)
            fresh = [one for one in some if before.get(one.household_id) != now[one.household_id]]
            found = list(_looked(session, fresh, now, day)) if fresh else []
        with transaction() as session:
            queries.keep(session, found)
            queries.touch(session, [one.household_id for one in some], began)
        anew += len(found)
    tell(len(homes), len(homes))
    return anew


def lines_of(session: Session, looked: Sequence[Looked]) -> list[Line]:
    """Everything that was found of some households, with what was said of it."""
    homes = {one.home.household_id: one.home for one in looked}
    said = queries.explained(session, homes)
    same = _alike(looked)
    out = []
    for one in looked:
        if one.checkup is None:
            continue
        kept_ones = (each for each in one.checkup.findings if each["kind"] in KINDS)
        found = [Finding(**each) for each in kept_ones]  # type: ignore[arg-type]
        for finding in (*found, *same.get(one.home.household_id, ())):
            word = said.get((one.home.household_id, finding.key))
            holds = word is not None and word.basis == finding.basis
            out.append(Line(one.home, finding, word if holds else None))
    return out


def _alike(looked: Sequence[Looked]) -> Mapping[str, list[Finding]]:
    """Visits that say what another one of their village says."""
    told = ((one.home, words) for one in looked if one.checkup for words in one.checkup.told)
    return alike(
        (
            Told(f"{home.area} {digest}", home.household_id, home.head_name, record, on, received)
            for home, (digest, record, on, received) in told
        ),
        VISIT,
    )


def _stamps(
    session: Session, homes: Sequence[HouseholdRow], day: date
) -> tuple[dict[str, str], dict[str, str]]:
    """Household -> the stamp of what would be read on a day, and of what was read last.

    What is due, and what others did with the same picture, differs from day to day.
    """
    ids = [one.household_id for one in homes]
    newest, chains = printed.newest(session, ids), printed.chains(session, ids)
    cards = queries.cards(session, ids)
    return {
        one: _hash(
            stamp,
            day.isoformat(),
            day.isoformat(),
            str(newest[one][1].id) if one in newest else "",
            str(cards[one].id) if one in cards else "",
            *(str(version.id) for version in chains.get(one, ())),
        )
        for one, stamp in stamps(session, ids, day, current().files).items()
    }, queries.kept_stamps(session, ids)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join((*parts, str(CHECKS))).encode()).hexdigest()


def _looked(
    session: Session, homes: Sequence[HouseholdRow], stamped: Mapping[str, str], day: date
) -> Iterator[Checkup]:
    ground = _ground(session, homes)
    for home in homes:
        told: list[list[str]] = []
        try:
            subject = _subject(session, home, ground, day)
            found = findings_of(subject)
            told = list(_told(subject))
        except Exception:  # one household must not hide what is found of the others
            log.exception("household not checked", extra={"household": home.household_id})
            text = "这户没有查成，也会印不出来。请管理员查看服务器日志。"
            found = [Finding("failed", home.household_id, "", text, "household", home.household_id)]
        yield Checkup(
            household_id=home.household_id,
            stamp=stamped[home.household_id],
            checked_at=clock.now(),
            findings=[asdict(one) for one in found],
            told=told,
        )


def _told(subject: Subject) -> Iterator[list[str]]:
    for one in subject.visits:
        if digest := digest_of(one.account):
            yield [digest, one.instance_id, one.on.isoformat(), one.received]


@dataclass(frozen=True, slots=True)
class _Ground:
    """What is read for several households at once."""

    known_since: Mapping[str, str]
    incomes: Mapping[str, list[dict[str, str]]]
    reuses: Mapping[str, list[Reuse]]
    newest: Mapping[str, tuple[str, PrintedFile]]
    chains: Mapping[str, Sequence[PrintedFile]]
    cards: Mapping[str, IssuedSheet]
    corrected: Sequence[Correction]
    settled: frozenset[str]


def _ground(session: Session, homes: Sequence[HouseholdRow]) -> _Ground:
    ids, areas = [one.household_id for one in homes], {one.area for one in homes}
    newest = printed.newest(session, ids)
    return _Ground(
        queries.known_since(session, ids),
        queries.incomes(session, ids),
        _reuses(session, homes),
        newest,
        printed.chains(session, ids),
        queries.cards(session, ids),
        corrections(session, areas) if newest else (),
        frozenset(
            task.subject
            for task in tasks.tasks_of_kind(session, "register_odd", areas)
            if task.state == "done"
        ),
    )


def _reuses(session: Session, homes: Sequence[HouseholdRow]) -> dict[str, list[Reuse]]:
    """Pictures that were used before; a household of another village is not named."""
    found = queries.twins(session, [one.household_id for one in homes])
    area = {one.household_id: one.area for one in homes}
    others = {one.earlier_home for some in found.values() for one in some}
    names = queries.heads(session, others)
    return {
        household: [
            Reuse(
                one.sha256,
                one.instance_id,
                one.on,
                one.earlier_on,
                ""
                if one.earlier_home == household
                else names.get(one.earlier_home, "另一")
                if one.earlier_area == area[household]
                else "外村一",
                drawn=one.media_type == "image/png",
            )
            for one in some
        ]
        for household, some in found.items()
    }


def _subject(session: Session, home: HouseholdRow, ground: _Ground, day: date) -> Subject:
    name = home.household_id
    file, basis = gather_with_basis(session, name, day)
    _, newest = ground.newest.get(name, ("", None))
    beside = Beside(
        ground.known_since.get(name, ""),
        ground.incomes.get(name, ()),
        ground.reuses.get(name, ()),
        ground.settled,
        _version(newest, facts_hash(file), ground.corrected) if newest else None,
        _bound(session, name, ground.chains.get(name, ()), day),
        _card(session, ground.cards.get(name), day),
    )
    return subject_of(file, basis, beside, day)


def _version(row: PrintedFile, digest: str, corrected: Sequence[Correction]) -> Version:
    mine = [one for one in corrected if one.household_id == row.household_id]
    return Version(
        row.version,
        clock.local(row.made_at).date().isoformat(),
        same=row.facts_hash == digest,
        corrected=len(of_version(mine, row)),
    )


def _bound(
    session: Session, household_id: str, chain: Sequence[PrintedFile], day: date
) -> Version | None:
    """The bound volume; the same where it and its 续页 hold all that would be printed now."""
    if not chain:
        return None
    volume = chain[0]
    file = gather(session, household_id, day, since(usual(volume.as_of).first))
    there = bound(session, chain, file, current().printed)
    same = there is not None and continued(file, kept.as_json(file), there) is None
    return Version(volume.version, clock.local(volume.made_at).date().isoformat(), same=same)


def _card(session: Session, row: IssuedSheet | None, day: date) -> Card | None:
    """The card on the wall; None where there is none, or where what it says was not kept."""
    said = kept.facts(current().printed / kept.facts_path(row.path)) if row else None
    if row is None or said is None:
        return None
    year, paper = row.options["year"], row.options["paper"]
    order = Order(day.isoformat(), what=row.kind, year=year, paper=paper)
    now = kept.as_json(sheet_of(session, row.household_id, order))
    return Card(row.version, year, said["content"], now["content"])
