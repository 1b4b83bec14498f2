"""疑似重复: what two people recorded of one household, side by side."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.pages.desk import Desk


class Duplicates:
    """The list of what is alike, and the two that are open."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.page = desk.page

    def open_pair_of(self, name: str) -> None:
        """Open the two that go by one name."""
        self.desk.open("duplicates/")
        self.page.locator("a.item", has_text=name).first.click()
        expect(self.page.locator(".rec-head h2")).to_contain_text(name)

    def sides(self, label: str) -> Locator:
        """What the two say of one unit."""
        within = self.page.locator(".cmp", has=self.page.locator(f"div.k:text-is('{label}')"))
        return within.locator("div.v")

    def choose(self, label: str, value: str) -> None:
        """Let the side hold that says this."""
        self.sides(label).filter(has_text=value).locator("label").click()

    def join_by_key(self, reason: str) -> None:
        """Say why, and join with the key that stands on the button."""
        self.page.get_by_label("依据").fill(reason)
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("a")
        self.desk.see("已合并成一个")

    def withdraw(self, reason: str) -> None:
        """Take the decision that is open back, and confirm it."""
        self.page.get_by_label("原因").fill(reason)
        self.page.once("dialog", lambda dialog: dialog.accept())
        self.page.get_by_role("button", name="撤回合并").click()
        self.desk.see("已撤回。")
