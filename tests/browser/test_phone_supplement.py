"""What a county adds to a form is asked once more of whom was recorded before, and once only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bench.instance import ROOT, Instance
from tests.browser.conftest import MakePhone, Village
from tests.browser.pages.phone import Phone
from tests.browser.pages.record import Registration
from tests.browser.serving import rows
from tests.browser.town import Town

QUESTION = "家里有没有人听不清电话"
SOURCE = ROOT / "forms" / "household_register.md"
VERSION = SOURCE.read_text("utf-8").rpartition("| household_register |")[2].split("|")[0].strip()
LATER = str(int(VERSION) + 1)


def with_a_question(source: str) -> str:
    """The household form of a later version, with one question more, saved to no register."""
    lines = source.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("| | text | phone |"))
    blank = lines[at].count("|") - 5
    lines.insert(at + 1, f"| | select_one yn | hears | {QUESTION} |" + " |" * blank)
    text = "\n".join(lines)
    return text.replace(f"| household_register | {VERSION} |", f"| household_register | {LATER} |")


@pytest.fixture
def supplemented(instance: Instance, tmp_path: Path) -> Path:
    """The file of that version."""
    file = tmp_path / "household_register.md"
    file.write_text(with_a_question(SOURCE.read_text("utf-8")), "utf-8")
    return file


def sees_it(phone: Phone, household: str) -> bool:
    phone.open("/")
    phone.synchronize()
    phone.open_household(household)
    return phone.page.get_by_role("button", name="补问：农户信息采集").count() == 1


def test_what_was_added_is_asked_alone_and_gone_everywhere_once_answered(
    phone: MakePhone, village: Village, town: Town, instance: Instance, supplemented: Path
) -> None:
    home = village.homes[0]
    instance.add_person("second", "team_member", f"{home.number[:12]}")
    first, second = phone(village.username), phone("second")
    Registration(first).update(home.id, phone_number="13900000018")
    first.see_all_sent()
    assert not sees_it(first, home.id)
    instance.command("forms", "publish", str(supplemented), "--supplement")
    assert sees_it(first, home.id)
    assert sees_it(second, home.id)
    first.open("/")
    expect(first.page.get_by_role("heading", name="要补问的")).to_be_visible()
    first.keep_app_offline()
    first.lose_network()
    first.open_household(home.id)
    first.page.get_by_role("button", name="补问：农户信息采集").tap()
    first.see("别的都照旧")
    expect(first.page.locator(".q")).to_have_count(1)
    first.page.get_by_role("button", name="保存").tap()
    first.see("还什么都没记")
    Registration(first).choose(QUESTION, "是")
    Registration(first).see_complete()
    Registration(first).save()
    expect(first.page.get_by_role("button", name="补问：农户信息采集")).to_have_count(0)
    assert sees_it(second, home.id)
    first.find_network()
    first.see_all_sent()
    assert not sees_it(second, home.id)
    second.open("/")
    expect(second.page.get_by_role("heading", name="要补问的")).to_have_count(0)
    assert town.value(home.id, "phone") == "13900000018"
    said = rows(
        instance,
        "select w.unit, w.value, w.shown from writes w join submissions s"
        " on s.instance_id = w.instance_id where s.form_version = ?",
        LATER,
    )
    new = [unit for unit, value, shown in said if is_news(json.loads(value), shown)]
    assert said
    assert new == []


def is_news(value: object, shown: str | None) -> bool:
    """Whether a unit says something that its author was not shown."""
    blank = not any(value.values()) if isinstance(value, dict) else not value
    return not blank and (shown is None or json.loads(shown)[0] != value)
