"""A desk in the township office: the console in an ordinary window."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from bench.instance import PASSWORD

DESK: dict[str, Any] = {
    "viewport": {"width": 1366, "height": 768},
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
    "accept_downloads": True,
}


class Desk:
    """What a person can do at the console, wherever he is in it."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.url = url
        self.page: Page = context.new_page()
        context.set_default_timeout(20_000)

    def open(self, path: str = "") -> None:
        """Go to an address below /console/."""
        self.page.goto(f"{self.url}/console/{path}")

    def sign_in(self, username: str, password: str = PASSWORD) -> None:
        """Sign in and wait for the first page."""
        self.open()
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.get_by_role("navigation", name="主导航")).to_be_visible()

    def follow(self, name: str) -> None:
        """Open a page by the main navigation."""
        self.page.get_by_role("navigation", name="主导航").get_by_role("link", name=name).click()

    def see_heading(self, text: str) -> None:
        """The page's title."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(text)

    def see(self, text: str) -> None:
        """Some words stand on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible()
