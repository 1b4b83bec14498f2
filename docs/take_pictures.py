"""Takes the pictures of README and guides from a running demo instance.

usage: python docs/take_pictures.py http://127.0.0.1:8000 PASSWORD [HOUSEHOLD_FILE.pdf]
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path

import pikepdf
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
#: Picture -> page of the desk; what is to be seen there must have been recorded before.
DESK = {
    "review": "review/?form=visit",
    "dispute": "disputes/",
    "duplicates": "duplicates/",
    "roster": "roster/",
    "incomes": "incomes/",
    "health": "health/",
}
#: Documents of the household file that its picture shows.
PAPER = ("封面", "农户基本信息表", "入户走访记录", "家庭收入核算表", "民主评议")
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main(url: str, password: str) -> None:
    """Walk the phone app and the desk and keep a picture of each page."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        phone(browser, url, password)
        desk(browser, url, password)
        browser.close()


def phone(browser: Browser, url: str, password: str) -> None:
    """Sign in as a first secretary and open what he uses every day."""
    page = browser.new_page(
        viewport={"width": 360, "height": 720}, device_scale_factor=1.5, locale="zh-CN"
    )
    page.goto(url)
    page.wait_for_selector("input[autocomplete=username]")
    keep(page, "phone-sign-in")
    page.fill("input[autocomplete=username]", "liming")
    page.fill("input[autocomplete=current-password]", password)
    page.get_by_role("button", name="登录").click()
    page.get_by_text("该走访的").wait_for(timeout=60_000)
    keep(page, "phone-today")
    page.goto(url + "/households")
    page.locator('a[href^="/households/"]').first.click()
    page.get_by_text("家里人", exact=True).wait_for()
    keep(page, "phone-household")
    page.get_by_text("开始走访").click()
    page.get_by_text("见到谁").first.wait_for(timeout=60_000)
    page.wait_for_timeout(500)
    keep(page, "phone-visit")
    page.close()


def desk(browser: Browser, url: str, password: str) -> None:
    """Sign in as the township's reviewer and open the daily pages."""
    page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    page.goto(url + "/console/")
    page.fill("input[name=username]", "zhao")
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/review/**")
    for name, path in DESK.items():
        page.goto(f"{url}/console/{path}")
        page.wait_for_timeout(1000)
        keep(page, f"desk-{name}")
    page.goto(f"{url}/console/cases/")
    first = page.locator("table a").first
    if first.count():
        first.click()
        page.wait_for_timeout(1000)
        keep(page, "desk-case")
    page.close()


def paper(file: Path) -> None:
    """Some pages of a household file beside each other."""
    with pikepdf.open(file) as document, document.open_outline() as outline:
        meant = [entry.destination for entry in outline.root if entry.title.startswith(PAPER)]
        numbers = [pikepdf.Page(one[0]).index for one in meant if isinstance(one, pikepdf.Array)]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", "60", "-png", file, f"{folder}/page"], check=True)
        pages = [Image.open(path).convert("RGB") for path in sorted(Path(folder).iterdir())]
    upright = [pages[number] for number in numbers]
    gap = 12
    width = sum(page.width + gap for page in upright) + gap
    sheet = Image.new("RGB", (width, upright[0].height + 2 * gap), "#D8DCD5")
    for number, page in enumerate(upright):
        sheet.paste(page, (gap + number * (page.width + gap), gap))
    save(sheet, "paper")


def keep(page: Page, name: str) -> None:
    """A small PNG of what the page shows."""
    save(Image.open(io.BytesIO(page.screenshot())), name)


def save(picture: Image.Image, name: str) -> None:
    """Keep a picture with few colours."""
    picture.convert("RGB").quantize(128).save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2])
    for printed in sys.argv[3:]:
        paper(Path(printed))
