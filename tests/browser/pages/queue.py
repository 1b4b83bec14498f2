"""审核 and 填的不一样: what the township does with what arrived."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.pages.desk import Desk


class Queue:
    """The queue of records and the one that is open."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.page = desk.page

    def open_record_of(self, head: str) -> None:
        """Open the record of a household from the list."""
        self.desk.open("review/")
        self.items.filter(has_text=head).first.click()
        expect(self.record.get_by_role("heading", level=2)).to_contain_text(head)

    @property
    def items(self) -> Locator:
        """The records of the list."""
        return self.page.locator("a.item")

    @property
    def record(self) -> Locator:
        """What is shown of the open record."""
        return self.page.get_by_role("region", name="记录", exact=True)

    @property
    def changes(self) -> Locator:
        """The table of what the record changes, old beside new."""
        return self.record.locator("table.diff")

    def answer(self, question: str) -> Locator:
        """What was answered to a question; its section unfolds."""
        pair = self.record.locator("dl.answer-list > div", has_text=question).first
        if not pair.is_visible():
            section = self.record.locator("details.answers", has_text=question).first
            section.locator("summary").click()
        return pair.locator("dd")

    def remark(self, question: str, text: str) -> None:
        """Write a remark on one question."""
        self.answer(question).get_by_role("button", name="写备注").click()
        self.page.locator("#decide input[name=text], #decide textarea[name=text]").last.fill(text)

    def approve(self) -> None:
        """The record counts."""
        self.page.get_by_role("button", name="通过", exact=False).and_(
            self.page.locator("[value=approve]")
        ).click()
        self.desk.see("已通过")

    def give_back(self) -> None:
        """Return the record with its remarks."""
        self.page.locator("button[value=return]").click()
        self.desk.see("已退回修改")


class Disputes:
    """Two values side by side."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.page = desk.page

    def open_household(self, head: str) -> None:
        """Open a household from the list of those with disputes."""
        self.desk.follow("填的不一样")
        self.page.locator("a.item", has_text=head).click()

    @property
    def sides(self) -> Locator:
        """The values to choose from."""
        return self.page.locator("#settle label.big")

    def settle(self, value: str, reason: str) -> None:
        """Choose one side, with a reason."""
        self.sides.filter(has_text=value).click()
        self.page.get_by_label("核定依据").fill(reason)
        self.page.get_by_role("button", name="核定").last.click()
        self.desk.see("已核定 1 项")
