"""Browsers killed in mid-save, again and again: what the screen acknowledged is there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import pytest
from playwright.sync_api import Error, Playwright

from tests.browser.conftest import Village
from tests.browser.killing import Pocket, on_disk
from tests.browser.pages.phone import Phone
from tests.browser.pages.record import Visit
from tests.browser.pictures import camera_picture
from tests.browser.town import Household, Town

#: From opening a household to saving a visit takes this browser some seconds.
LONGEST_S = 18.0


@dataclass
class Seen:
    """What the screen acknowledged, by record."""

    drafts: set[str] = field(default_factory=set)
    finished: set[str] = field(default_factory=set)
    photos: dict[str, int] = field(default_factory=dict)

    def missing(self, phone: Phone) -> set[str]:
        """Of these, what the phone no longer has."""
        disk = on_disk(phone)
        finished = {*disk["outbox"], *disk["sent"]}
        lost = {*(self.finished - finished), *(self.drafts - finished - {*disk["drafts"]})}
        for record, count in self.photos.items():
            if sum(owner == record for owner, _ in disk["blobs"]) < count:
                lost.add(record)
        return lost


def visit_until_killed(one: Phone, home: Household, picture: Path, seen: Seen) -> None:
    """Record one visit; note each step once the screen says that it is kept."""
    one.open_household(home.id)
    begun = one.page.get_by_role("button", name="接着填走访")
    visit = Visit(one)
    if begun.count():
        begun.click()
        visit.see_open()
    else:
        visit.begin()
    record = one.page.url.rsplit("/", 1)[1]
    visit.met(home.head)
    visit.see_on_disk()
    seen.drafts.add(record)
    visit.take_photo(picture)
    seen.photos[record] = one.page.locator("figure img").count()
    visit.uneventful(home.head)
    visit.save()
    seen.finished.add(record)


def kill_again_and_again(
    pocket: Pocket, homes: Iterator[Household], picture: Path, rounds: int, chance: random.Random
) -> Seen:
    """So many rounds of recording without network until the browser dies."""
    seen = Seen()
    for _ in range(rounds):
        one = pocket.switch_on()
        one.lose_network()
        one.open()
        one.see_heading("今日")
        assert seen.missing(one) == set()
        with pocket.killed_after(chance.uniform(0.5, LONGEST_S)):
            try:
                while True:
                    visit_until_killed(one, next(homes), picture, seen)
            except (Error, AssertionError):
                pass  # it was killed under our hands
    return seen


def tell(playwright: Playwright, town: Town, village: Village, folder: Path, rounds: int) -> None:
    """The whole story; prints its counts."""
    chance = random.Random(f"{rounds} killed browsers")
    homes = village.homes[:10]
    picture = camera_picture(folder / "camera.jpg")
    pocket = Pocket(playwright, folder / "profile", town.instance.url)
    first = pocket.switch_on()
    first.sign_in(village.username)
    first.keep_app_offline()
    first.context.close()
    seen = kill_again_and_again(pocket, cycle(homes), picture, rounds, chance)

    last = pocket.switch_on()
    last.open()
    lost = seen.missing(last)
    disk = on_disk(last)
    kept = {*disk["outbox"], *disk["sent"]}
    last.open("/uploads")
    last.see_all_sent()
    arrived = [instance_id for home in homes for _, instance_id in town.submissions(home.id)]
    doubled = len(arrived) - len(set(arrived)) + len(set(arrived) - kept)
    lost |= seen.finished - set(arrived)
    photos = sum(len(town.photos(one)) for one in seen.finished & set(arrived))
    last.context.close()
    print(  # noqa: T201
        f"\nbrowser killed in mid-save: {rounds} rounds,"
        f" {len(seen.drafts)} drafts and {len(seen.finished)} records acknowledged,"
        f" {len(arrived)} arrived with {photos} photos, {len(lost)} lost, {doubled} doubled"
    )
    assert lost == set()
    assert doubled == 0
    assert photos >= len(seen.finished)


def test_a_browser_killed_in_mid_save_keeps_what_the_screen_acknowledged(
    playwright: Playwright, town: Town, village: Village, tmp_path: Path
) -> None:
    tell(playwright, town, village, tmp_path, rounds=4)


@pytest.mark.deep
def test_fifty_browsers_killed_in_mid_save_lose_nothing(
    playwright: Playwright, town: Town, village: Village, tmp_path: Path
) -> None:
    tell(playwright, town, village, tmp_path, rounds=50)
