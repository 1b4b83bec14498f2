"""Fixtures of the browser stories.

`instance`   the demo town, served by `yihu serve` in a folder of its own, for the stories of a file
`town`       gives each story households of its own, and reads what the server knows of them
`village`    a whole village of a story's own, with its first secretary
`phone`      makes phones: `phone("liming")` is signed in, with the households on it
`desk`       makes desks: `desk("zhao")` is signed in to the console

Every context that a story opened is closed at its end.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from bench.instance import Instance
from tests.browser.pages.desk import DESK, Desk
from tests.browser.pages.phone import DEVICE, Phone
from tests.browser.serving import load, served
from tests.browser.town import Household, Town

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu"]
MakePhone = Callable[..., Phone]
MakeDesk = Callable[[str], Desk]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that lies in this folder is a browser story."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo town, loaded once for the whole run."""
    folder = tmp_path_factory.mktemp("demo") / "instance"
    folder.mkdir()
    load(folder)
    return folder


@pytest.fixture(scope="module")
def instance(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """The served demo town, with all its households as they were."""
    folder = tmp_path_factory.mktemp("served") / "instance"
    shutil.copytree(demo, folder)
    with served(folder) as running:
        yield running


@pytest.fixture(scope="module")
def town(instance: Instance) -> Town:
    """The households of the demo town."""
    return Town(instance)


@dataclass(frozen=True)
class Village:
    """A village of a story's own: who records there, and its households."""

    username: str
    homes: list[Household]


@pytest.fixture
def village(town: Town, instance: Instance) -> Village:
    """A village that no other story touches, with a first secretary of its own."""
    area = town.village()
    username = f"cadre{area[-3:]}"
    instance.add_person(username, "first_secretary", area)
    return Village(username, town.households(area))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver, one for the whole run."""
    expect.set_options(timeout=15_000)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One browser; every phone and every desk is a context of its own in it."""
    running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield running
    running.close()


@pytest.fixture
def phone(browser: Browser, instance: Instance) -> Iterator[MakePhone]:
    """Makes a phone; signed in as somebody, unless no name is given."""
    made: list[Phone] = []

    def make(username: str = "", device: str = "红米 12C") -> Phone:
        one = Phone(browser.new_context(**DEVICE), instance.url)
        made.append(one)
        if username:
            one.sign_in(username, device)
        return one

    yield make
    for one in made:
        one.context.close()


@pytest.fixture
def desk(browser: Browser, instance: Instance) -> Iterator[MakeDesk]:
    """Makes a desk, signed in to the console."""
    made: list[Desk] = []

    def make(username: str) -> Desk:
        one = Desk(browser.new_context(**DESK), instance.url)
        made.append(one)
        one.sign_in(username)
        return one

    yield make
    for one in made:
        one.context.close()
