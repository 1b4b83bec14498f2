"""续页: what is printed of a household whose volume is bound already."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from flask import Flask

from server import clock
from server.config import current
from server.household_file import kept
from server.household_file.content.blocks import Paper, Prose
from server.household_file.content.catalogue import WHOLE
from server.household_file.content.facts import Scan
from server.household_file.issuing.leaf import Leaf
from server.household_file.issuing.village import Done, print_list, result_of
from server.household_file.order import Order
from server.household_file.printed import queries
from server.household_file.printed.bound import note_bound
from server.household_file.printed.continued import Bound, Piece, continued
from server.household_file.printed.pages import Placed, placed
from server.policy.models import PolicyValue
from server.problems import StateMovedOn
from tests.forms.instances import new_id, visit_xml
from tests.household_file.households import a_file, a_visit, picture
from tests.household_file.recording import Office
from tests.making import SANLI, looking, writing


@pytest.fixture
def office(ground: Flask) -> Office:
    return Office(ground)


def printed(office: Office, list_id: str, **order: object) -> Done:
    wanted = {"as_of": clock.today().isoformat(), "villages": (SANLI,)} | order
    with office.app.app_context():
        return print_list(list_id, Order(**wanted), lambda *_: None, processes=1)  # type: ignore[arg-type]


def bound(office: Office, household: str, version: int, *, yes: bool = True) -> None:
    with writing(office.app) as session:
        row = next(one for one in queries.versions(session, household) if one.version == version)
        note_bound(session, row, clock.today() if yes else None)


def pages_of(path: Path) -> list[str]:
    command = ["pdftotext", "-layout", str(path), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return ["".join(one.split()) for one in text.split("\f")[:-1]]


def the_leaf(done: Done) -> Leaf:
    (leaf,) = done.leaves
    return leaf


def correct(office: Office, household: str, first: str, **answers: str) -> str:
    """An approved correction of a visit."""
    second = new_id()
    xml = visit_xml(household, instance_id=second, deprecated_id=first, **answers)
    office.decide(office.send("visit", second, xml, replaces=first))
    return second


def test_a_bound_volume_gets_only_what_is_new(office: Office) -> None:
    household, registration = office.register("张㛃", "王䶮")
    spring = office.visit(household, account_text="麦子返青")
    for one in (registration, spring):
        office.decide(one)
    volume = the_leaf(printed(office, "volume"))
    listed = {one.key: one for one in known_places(office, household, 1)}
    bound(office, household, 1)
    nothing = printed(office, "nothing", continued=True)
    assert (nothing.path, nothing.bound) == (None, 1)
    assert result_of(nothing)["message"] == "装订以后没有新内容，没有要印的。"

    office.decide(
        office.visit(
            household, photos=("院子.jpg",), account_text="羊羔买了六只", event_date="2026-11-21"
        )
    )
    office.arrive("院子.jpg", picture(1))
    leaf = the_leaf(printed(office, "first", continued=True))
    assert (leaf.continued, leaf.lead) == (True, volume.pages % 2)
    assert leaf.title.endswith(" 续页")
    pages = pages_of(leaf.path)
    assert len(pages) == leaf.lead + leaf.pages
    assert pages[: leaf.lead] == [""] * leaf.lead
    contents, visit, *_, closing = pages[leaf.lead :]
    first, last = volume.pages + 1, volume.pages + leaf.pages
    assert "卷内文件目录（续）" in contents
    assert f"接本卷第{volume.pages}页" in contents
    assert f"—{first}—" in contents
    assert "羊羔买了六只" in visit
    assert f"—{first + 1}—" in visit
    assert "麦子返青" not in "".join(pages)
    assert "农户基本信息表" not in "".join(pages)
    assert f"本次为第1次续页，共增4件{leaf.pages}页，编第{first}页至第{last}页" in closing
    items = len([key for key in listed if key not in ("cover", "contents")])
    by = "三里村村民委员"
    assert re.findall(rf"(\d+)(?:{by}会)?卷内备考表(?:{by})?(\d+)", contents) == [
        (str(items + 4), str(last))
    ]
    again = printed(office, "again", continued=True)
    assert (again.rendered, the_leaf(again).path) == (0, leaf.path)

    bound(office, household, 2)
    correct(office, household, spring, account_text="麦子返青，浇了水")
    next_leaf = the_leaf(printed(office, "second", continued=True))
    text = pages_of(next_leaf.path)
    place = f"第{listed['v0'].first}页"
    assert f"—{last + 1}—" in text[next_leaf.lead]
    assert f"替代{place}" in text[next_leaf.lead]
    assert "羊羔买了六只" not in "".join(text)
    assert f"本次为第2次续页，共增3件{next_leaf.pages}页" in text[-1]
    assert f"更正和更新：入户走访记录（2026年11月20日），替代{place}" in text[-1]


def known_places(office: Office, household: str, version: int) -> Sequence[Placed]:
    with looking(office.app) as session:
        row = next(one for one in queries.versions(session, household) if one.version == version)
        found = placed(current().printed, row.path)
    assert found is not None
    return found


def test_pages_lie_on_the_side_of_the_sheet_that_their_number_says(office: Office) -> None:
    household, _ = office.register("张㛃")
    volume = the_leaf(printed(office, "volume"))
    assert volume.pages % 2 == 1
    bound(office, household, 1)
    office.visit(household)
    both = printed(office, "both", continued=True)
    single = printed(office, "single", continued=True, sheet="single")
    for made, blank in ((both, 1), (single, 0)):
        assert made.path is not None
        text = pages_of(made.path)
        assert text[:blank] == [""] * blank
        assert f"—{volume.pages + 1}—" in text[blank]
        assert made.pages == len(text)
    leaf = the_leaf(both)
    assert (both.pages, single.pages) == (2 * ((leaf.pages + 2) // 2), leaf.pages)
    assert both.path is not None
    with pikepdf.open(both.path) as document, document.open_outline() as outline:
        assert outline.root[0].children[0].title == "卷内文件目录（续）"


def test_what_is_not_kept_is_printed_whole_and_said(office: Office) -> None:
    household, _ = office.register("张㛃")
    office.register("王䶮")
    printed(office, "volume")
    bound(office, household, 1)
    with office.app.app_context():
        for facts in current().printed.rglob("*.json.gz"):
            facts.unlink()
    office.visit(household)
    made = printed(office, "whole", continued=True)
    assert [leaf.continued for leaf in made.leaves] == [False, False]
    with looking(office.app) as session:
        said = {line.listed.head: line.listed.reason for line in queries.lines(session, "whole")}
    assert said == {"张㛃": "装订的那一版没有留底稿，不能只印续页，印了全册", "王䶮": ""}


def test_pages_are_bound_in_their_order_and_taken_out_from_the_end(office: Office) -> None:
    household, _ = office.register("张㛃")
    printed(office, "volume")
    bound(office, household, 1)
    office.visit(household, event_date="2026-11-18")
    printed(office, "first", continued=True)
    office.visit(household, event_date="2026-11-19")
    printed(office, "other", continued=True)
    bound(office, household, 2)
    with pytest.raises(StateMovedOn, match="请重新印续页"):
        bound(office, household, 3)
    with pytest.raises(StateMovedOn, match="先把续页记为没有装订"):
        bound(office, household, 1, yes=False)
    bound(office, household, 2, yes=False)
    bound(office, household, 3)
    assert printed(office, "nothing", continued=True).bound == 1


def test_a_document_that_holds_no_more_is_named(office: Office) -> None:
    household, _ = office.register("张㛃")
    visit = office.visit(household, account_text="麦子返青")
    printed(office, "volume")
    page = next(one.first for one in known_places(office, household, 1) if one.key == "v0")
    bound(office, household, 1)
    office.decide(visit, "reject", "记错了户")
    leaf = the_leaf(printed(office, "gone", continued=True))
    closing = pages_of(leaf.path)[-1]
    assert f"卷内第{page}页《入户走访记录（2026年11月20日）》已作废" in closing


def test_by_item_every_new_document_is_the_next_item(office: Office) -> None:
    household, _ = office.register("张㛃")
    office.visit(household, event_date="2026-11-18")
    with writing(office.app) as session:
        session.add(PolicyValue(key="file.profile", valid_from=date(2020, 1, 1), value="jian"))
    printed(office, "volume")
    items = len(known_places(office, household, 1)) - 2
    bound(office, household, 1)
    office.visit(household)
    leaf = the_leaf(printed(office, "more", continued=True))
    contents, _blank, visit, *_, closing = pages_of(leaf.path)
    assert "归档文件目录（续）" in contents
    assert f"{items + 1}李明远" in contents
    assert "—1—" in visit
    assert f"编第{items + 1}件至第{items + 2}件" in closing
    assert "新增：没有" not in closing


def test_what_was_rendered_but_never_given_counts_as_changed(office: Office) -> None:
    for name in ("张㛃", "王䶮"):
        office.register(name)

    class Cancelled(Exception):
        pass

    def cancel(done: int, *_: object) -> None:
        if done == 2:
            raise Cancelled

    order = Order(clock.today().isoformat(), villages=(SANLI,))
    with office.app.app_context(), pytest.raises(Cancelled):
        print_list("cancelled", order, cancel, processes=1)
    after = printed(office, "changed", changed=True)
    assert (after.rendered, len(after.leaves)) == (0, 2)
    assert printed(office, "again", changed=True).path is None


def test_scans_follow_only_documents_that_are_printed_and_a_volume_stays_one() -> None:
    visits = tuple(a_visit(number, full=True) for number in range(3))
    slip = Paper("3", "identity", (Prose("户口簿 1 份"),))
    before = a_file(visits=visits[1:], papers=(slip,))
    by_item = replace(WHOLE, profile="jian")
    more = replace(slip, blocks=(Prose("户口簿 2 份"),))
    after = replace(
        a_file(plan=by_item, visits=visits, papers=(more,)),
        scans=tuple(
            Scan(document, digest, document, "扫描件", "2026-11-20", "李明远")
            for document, digest in (("v0", "a"), ("v1", "b"), ("identity", "c"))
        ),
    )
    places = (
        Placed("identity", "3", "身份材料", 3, 3, 3),
        Placed("v0", "10", "走访", 4, 5, 5, "visit-1"),
    )
    there = Bound(1, "2026-11-01", "0", [Piece(kept.as_json(before), places)], {}, "2026-01-01")
    news = continued(after, kept.as_json(after), there)
    assert news is not None
    assert news.continues is not None
    assert news.plan.profile == "juan"
    assert news.continues.keys == ("identity", "v0", "visits")
    assert news.continues.replaces == {"identity": "第 3 页"}
    assert [(scan.document, scan.sha256) for scan in news.scans] == [("v0", "a"), ("identity", "c")]
