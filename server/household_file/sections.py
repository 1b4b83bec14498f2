"""Which documents make up the volume, and what is not settled yet."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.household_file import layout, words
from server.household_file.facts import Claim, Fact, HouseholdFile


@dataclass(frozen=True)
class Section:
    """One document of the volume, a line of its contents."""

    key: str
    title: str
    responsible: str
    on: str
    note: str = ""
    reviewed: bool = True


@dataclass(frozen=True)
class Open:
    """One line of the list of what is not settled: where it belongs, and who wrote what."""

    whose: str
    label: str
    printed: str
    claim: Claim
    disputed: bool


def sections(file: HouseholdFile) -> list[Section]:
    """The documents of the volume in their order; a section without matter is left out."""
    village = committee(file.village)
    latest = max((use.on for use in file.used), default=file.as_of)
    out = [
        Section("basic", "农户基本信息表", village, latest, reviewed=file.head.reviewed),
        Section("members", "家庭成员表", village, latest, f"{len(file.members)} 人"),
    ]
    if opens(file):
        out.append(Section("open", "未核和待核实事项", village, latest))
    for number, visit in enumerate(file.visits):
        if visit.full:
            title = f"入户走访记录（{words.long_date(visit.on)}）"
            by = "、".join(visit.by)
            out.append(Section(f"v{number}", title, by, visit.on, reviewed=visit.reviewed))
    if file.visits:
        by = file.visits[0].by[0] if file.visits[0].by else village
        several = "等" if len({name for visit in file.visits for name in visit.by}) > 1 else ""
        note = f"{len(file.visits)} 次"
        out.append(Section("visits", "入户走访一览", by + several, file.visits[0].on, note))
    if file.photos:
        out.append(Section("photos", "照片", village, latest, f"{len(file.photos)} 张"))
    if file.changes:
        out.append(Section("changes", "变更记录", village, latest))
    out.append(Section("closing", "卷内备考表", village, ""))
    return out


def opens(file: HouseholdFile) -> list[Open]:
    """What is disputed or waits for review, household first, then person by person."""
    out = [*_open("全户", "户主", file.head), *_open("全户", "家庭住址", file.address)]
    labels = {
        name: f"{place.label}（{place.unit}）" if place.unit else place.label
        for row in layout.BASIC
        for place in row
        for name in place.names
    } | {
        "phone": "联系电话",
        "phone_owner": "电话机主",
        "group_name": "村民小组",
        "address_detail": "住址",
    }
    for name, fact in file.facts.items():
        out += _open("全户", labels.get(name, name), fact)
    for item in file.others:
        out += _open("全户", item.label, item.fact)
    for member in (*file.members, *file.former):
        whose = member.name
        for name, fact in member.facts.items():
            out += _open(whose, layout.MEMBER.get(name, name), fact)
        for item in member.others:
            out += _open(whose, item.label, item.fact)
    return out


def _open(whose: str, label: str, fact: Fact) -> Iterable[Open]:
    for claim in fact.disputed:
        yield Open(whose, label, fact.text, claim, disputed=True)
    for claim in fact.pending:
        yield Open(whose, label, fact.text, claim, disputed=False)


def committee(village: str) -> str:
    """The committee of a village or of an urban community."""
    if village.endswith(("委会", "委员会")):
        return village
    return village + ("居民委员会" if village.endswith("社区") else "村民委员会")
