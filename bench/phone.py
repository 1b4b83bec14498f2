"""The phone app in a real browser: size of its start, offline start."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import brotli  # type: ignore[import-untyped]
from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.instance import PASSWORD, ROOT, Instance

Figure = dict[str, object]
VILLAGE = "370321110217"
TOWN = "370321110"
RUNS = 5
SLOWER = 6
#: How long a person looks at the household before he taps; meanwhile the form is got ready.
LOOKING_S = 4
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu"]

#: Notes when the first element of a kind has been painted, in milliseconds since the navigation.
_PAINTED = """
window.painted = (selector) => new Promise((resolve) => {
  const seen = () => requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
  const look = () => document.querySelector(selector) && (watcher.disconnect(), seen())
  const watcher = new MutationObserver(look)
  watcher.observe(document, { childList: true, subtree: true })
  look()
})
window.rows = window.painted('main a.row')
"""


def initial_size(instance: Instance) -> Iterator[Figure]:
    """Scripts and styles that index.html names, by brotli; what is loaded later does not count."""
    folder = Path(instance.env.get("YIHU_PWA_DIST", ROOT / "pwa" / "dist"))
    sizes = sizes_at_start(folder)
    yield {
        "name": "pwa_initial_kb_brotli",
        "value": round(sum(sizes.values()) / 1000, 1),
        "unit": "kB",
        "files": len(sizes),
    }


def sizes_at_start(folder: Path) -> dict[str, int]:
    """Bytes by brotli of each script and style that a built app loads before it can be used."""
    page = (folder / "index.html").read_text("utf-8")
    names = re.findall(r'(?:src|href)="/(assets/[^"]+\.(?:js|css))"', page)
    return {name: len(brotli.compress((folder / name).read_bytes(), quality=11)) for name in names}


def offline_start(instance: Instance) -> Iterator[Figure]:
    """From the reload, without network, to the first rows of households, as a cadre has them."""
    for name, username, role, area in (
        ("pwa_offline_start_ms_6x", "benchvillage", "first_secretary", VILLAGE),
        ("pwa_offline_start_town_ms_6x", "benchwhole", "team_member", TOWN),
    ):
        instance.add_person(username, role, area)
        with on_a_phone(instance, username) as (page, browser):
            page.context.set_offline(True)
            slow_down(browser)
            page.reload()  # warms up nothing that a restart would not find warm
            times = []
            for _ in range(RUNS):
                page.reload(wait_until="commit")
                times.append(float(page.evaluate("window.rows")))
        yield _figure(name, times)


def _figure(name: str, times: list[float]) -> Figure:
    each = [round(one) for one in times]
    return {"name": name, "value": round(statistics.median(times)), "unit": "ms", "each": each}


@contextmanager
def on_a_phone(
    instance: Instance, username: str, script: str = ""
) -> Iterator[tuple[Page, CDPSession]]:
    """A phone that is signed in, has all households and is ruled by the service worker.

    script: what every page of it runs first.
    """
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(
            viewport={"width": 360, "height": 780},
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
        )
        context.set_default_timeout(60_000)
        context.add_init_script(_PAINTED + script)
        page = context.new_page()
        page.goto(instance.url)
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.locator("main a.row").first.wait_for()
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.reload()
        page.wait_for_function("navigator.serviceWorker.controller !== null")
        yield page, context.new_cdp_session(page)
        browser.close()


def slow_down(browser: CDPSession) -> None:
    """A cheap phone: a sixth of this machine's speed."""
    browser.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
