"""A phone: one browser of its own, 360 px wide, with what every page of the app has."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from bench.instance import PASSWORD, ROOT

#: A small phone, held upright; times and words as in the town.
DEVICE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 780},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
    "geolocation": {"latitude": 36.93, "longitude": 118.05, "accuracy": 8},
    "permissions": ["geolocation"],
}

_COUNT_TAPS = """() => {
  window.taps = 0
  addEventListener('pointerdown', () => window.taps++, true)
  const typed = new Map()
  addEventListener('input', ({ target }) => {
    if (!target.matches('textarea, input:not([type=radio], [type=checkbox], [type=file])')) return
    typed.set(target, target.value.length)
  }, true)
  window.letters = () => [...typed.values()].reduce((sum, length) => sum + length, 0)
}"""


class Phone:
    """What a person can do with the phone in his hand."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.url = url
        self.page: Page = context.pages[0] if context.pages else context.new_page()
        context.set_default_timeout(20_000)

    def open(self, path: str = "/") -> None:
        """Go to an address of the app, as by a link or the icon on the desktop."""
        self.page.goto(self.url + path)

    def fill_in_sign_in(self, username: str, password: str = PASSWORD, device: str = "") -> None:
        """Fill in the sign-in page and press the button."""
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码", exact=True).fill(password)
        if device:
            self.page.get_by_label("这部手机叫什么").fill(device)
        self.page.get_by_role("button", name="登录", exact=True).click()

    def sign_in(self, username: str, device: str = "红米 12C") -> None:
        """Sign in for the first time and wait until the households are on the phone."""
        self.open()
        self.fill_in_sign_in(username, device=device)
        self.see_heading("今日")

    def keep_app_offline(self) -> None:
        """Wait until the app itself is kept by the service worker and rules the page."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self.page.reload()
        self.page.wait_for_function("navigator.serviceWorker.controller !== null")

    def lose_network(self) -> None:
        """No network at all, for page and service worker."""
        self.context.set_offline(True)

    def find_network(self) -> None:
        """The network is back."""
        self.context.set_offline(False)

    def tab(self, name: str) -> None:
        """Go to one of the four main pages."""
        self.page.get_by_role("navigation", name="主要页面").get_by_role("link", name=name).click()

    def see_heading(self, text: str) -> None:
        """The page's title."""
        expect(self.page.get_by_role("heading", level=1, name=text)).to_be_visible()

    def see(self, text: str) -> None:
        """Some words stand on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def see_all_sent(self) -> None:
        """Nothing is on this phone only."""
        expect(self.state).to_have_text("都已上传", timeout=45_000)

    @property
    def state(self) -> Locator:
        """How the phone stands with the server, as the head of every main page says it."""
        return self.page.locator("a.sync")

    def open_household(self, household: str) -> None:
        """The page of a household."""
        self.open(f"/households/{household}")
        expect(self.page.get_by_role("heading", name="家里人")).to_be_visible()

    def synchronize(self) -> None:
        """Ask the township for news by the button, and wait for the answer."""
        self.tab("待上传")
        with self.page.expect_response(lambda answer: "/sync/pull" in answer.url):
            self.page.locator("footer .bar button").click()
        expect(self.page.locator("footer .bar button")).to_be_enabled()

    def count_taps(self) -> None:
        """Count every touch from now on."""
        self.page.evaluate(_COUNT_TAPS)

    def see_no_more_taps_than_documented(self, record: str) -> None:
        """Since `count_taps`, in the same document: touches, and letters typed."""
        taps, letters = _documented(record)
        assert self.page.evaluate("window.taps") <= taps
        assert self.page.evaluate("window.letters()") <= letters


def _documented(record: str) -> tuple[int, int]:
    """Taps and letters of a kind of record, by the table of the documents."""
    row = re.search(
        rf"^\| {re.escape(record)} \| (\d+) \| (\d+) \|$",
        (ROOT / "docs" / "taps.md").read_text("utf-8"),
        re.MULTILINE,
    )
    assert row, f"docs/taps.md does not say what {record} costs"
    return int(row[1]), int(row[2])
