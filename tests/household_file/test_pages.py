"""Which document stands on which pages of a kept version."""

from __future__ import annotations

from datetime import date

import pikepdf
import pytest
from flask import Flask

from server.config import current
from server.household_file import kept
from server.household_file.issuing.printing import Printed, print_household
from server.household_file.printed.pages import Placed, on_page, placed
from server.policy.models import PolicyValue
from tests.household_file.recording import Office
from tests.making import writing


@pytest.fixture
def office(ground: Flask) -> Office:
    return Office(ground)


def documents_of(office: Office, one: Printed) -> tuple[Placed, ...]:
    with office.app.app_context():
        found = placed(current().printed, kept.path_of(one.path.stem))
    assert found is not None
    return found


def printed(office: Office, household: str) -> Printed:
    with office.app.app_context():
        return print_household(household)


def test_every_page_belongs_to_the_document_that_it_shows(office: Office) -> None:
    household, _ = office.register("张㛃", "王䶮")
    visit = office.visit(household)
    one = printed(office, household)
    found = documents_of(office, one)
    with pikepdf.open(one.path) as document:
        assert (found[0].first, found[-1].last) == (1, len(document.pages))
    assert [before.last + 1 for before in found[:-1]] == [after.first for after in found[1:]]
    by_key = {each.key: each for each in found}
    assert (by_key["cover"].section, by_key["cover"].first) == ("0", 1)
    assert (by_key["basic"].section, by_key["basic"].title) == ("2", "农户基本信息表")
    assert by_key["v0"].record == visit
    assert by_key["v0"].title.startswith("入户走访记录（")
    assert by_key["closing"].last == found[-1].last
    assert on_page(found, by_key["basic"].first) == by_key["basic"]
    assert on_page(found, found[-1].last + 1) is None


def test_files_by_item_have_their_pages_too(office: Office) -> None:
    household, _ = office.register("张㛃")
    with writing(office.app) as session:
        session.add(PolicyValue(key="file.profile", valid_from=date(2020, 1, 1), value="jian"))
    found = documents_of(office, printed(office, household))
    assert [one.key for one in found][:2] == ["contents", "basic"]
    assert (found[1].first, found[1].end, found[1].last) == (3, 3, 4)


def test_a_version_without_its_facts_does_not_say_what_stands_where(office: Office) -> None:
    household, _ = office.register("张㛃")
    one = printed(office, household)
    (one.path.parent / kept.facts_path(one.path.name)).unlink()
    with office.app.app_context():
        assert placed(current().printed, kept.path_of(one.path.stem)) is None
