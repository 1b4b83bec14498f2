"""The phone app with a county on it: 5,761 households, 11,673 people, 190 villages, nine towns.

The rows are multiplied from the demo village's own and served in place of the county's files, so
that only the phone is measured: taking them in, starting without network, drawing a village,
finding by initials.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import CDPSession, Page, Route, sync_playwright

from bench.instance import PASSWORD, Instance, call
from bench.phone import CHROMIUM, FLAGS, SLOWER, VILLAGE

Figure = dict[str, object]
Row = dict[str, Any]
HOUSEHOLDS, PEOPLE, VILLAGES, TOWNS = 5_761, 11_673, 190, 9
SEED = 20261122
SURNAMES = {"王": "w", "李": "l", "张": "z", "刘": "l", "陈": "c", "杨": "y", "赵": "z", "黄": "h"}
GIVEN = {"秀": "x", "英": "y", "国": "g", "强": "q", "广": "g", "田": "t", "明": "m", "芳": "f"}
RUNS = 3

#: From a change of the query to the painted hits, the pause for quick fingers included.
_SEARCHED = """(query) => new Promise((resolve) => {
  const input = document.querySelector('input[enterkeyhint=search]')
  const began = performance.now()
  const watcher = new MutationObserver(() => {
    watcher.disconnect()
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)))
  })
  input.value = query
  input.dispatchEvent(new Event('input', { bubbles: true }))
  setTimeout(() => watcher.observe(document.querySelector('main'),
    { childList: true, subtree: true, characterData: true }), 60)
})"""


def county(instance: Instance) -> Iterator[Figure]:
    """What a phone with a county takes, at a sixth of this machine's speed."""
    files = _files(_templates(instance))
    instance.add_person("benchphonecounty", "first_secretary", VILLAGE)
    with _phone(instance, files) as (page, browser):
        yield _figure("pwa_county_first_sync_ms_6x", [_signed_in(page, browser)])
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.reload()
        page.wait_for_function("navigator.serviceWorker.controller !== null")
        page.context.set_offline(True)
        yield _figure("pwa_county_offline_start_ms_6x", [_started(page) for _ in range(RUNS)])
        yield _figure("pwa_county_village_ms_6x", [_listed(page)])
        times = [float(page.evaluate(_SEARCHED, query)) for query in ("c", "cg", "lgt", "陈", "12")]
        yield _figure("pwa_county_search_first_ms_6x", times[:1])
        yield _figure("pwa_county_search_ms_6x", times[1:])
        browser.send("HeapProfiler.collectGarbage")
        heap = browser.send("Runtime.getHeapUsage")["usedSize"] / 1_000_000
        yield {"name": "pwa_county_heap_mb", "value": round(heap, 1), "unit": "MB"}


def _figure(name: str, times: list[float]) -> Figure:
    each = [round(one) for one in times]
    return {"name": name, "value": sorted(each)[len(each) // 2], "unit": "ms", "each": each}


def _templates(instance: Instance) -> dict[str, list[Row]]:
    """The demo village's rows by kind, read as a phone of it would."""
    instance.add_person("benchphonerows", "first_secretary", VILLAGE)
    token = instance.sign_in("benchphonerows")
    rows: dict[str, list[Row]] = {}
    for row in call(instance.url + "/api/v1/sync/pull?limit=500", token=token)["changes"]:
        if not row["gone"]:
            rows.setdefault(row["kind"], []).append(row)
    return rows


def _files(templates: dict[str, list[Row]]) -> dict[str, tuple[bytes, int, list[Row]]]:
    """Town code -> the packed file, its households, and its areas."""
    chance = random.Random(SEED)
    towns: dict[str, tuple[bytes, int, list[Row]]] = {}
    made = 0
    for town in range(TOWNS):
        code = f"3703211{town:02d}"
        numbers = range(town, VILLAGES, TOWNS)
        areas = [_area(code, number) for number in numbers]
        bodies, homes = [], 0
        for number, area in zip(numbers, areas, strict=True):
            share = HOUSEHOLDS // VILLAGES + (number < HOUSEHOLDS % VILLAGES)
            rows = [
                row for _ in range(share) for row in _home(templates, area["code"], chance, made)
            ]
            homes += share
            made += share
            bodies.append({"area": area["code"], "epoch": "bench", "number": 1, "rows": rows})
        body = {"area": code, "epoch": "bench", "number": 1, "villages": bodies}
        packed = gzip.compress(json.dumps(body, ensure_ascii=False).encode(), 9, mtime=0)
        top = {"code": code, "name": f"{town + 1}号镇", "level": "town", "parent": "370321"}
        towns[code] = (packed, homes, [top, *areas])
    return towns


def _area(town: str, number: int) -> Row:
    code = f"{town}{200 + number:03d}"
    return {"code": code, "name": f"{number + 1}号村", "level": "village", "parent": town}


def _home(
    templates: dict[str, list[Row]], area: str, chance: random.Random, made: int
) -> list[Row]:
    """A household with one to three people, two on the average, and its last visit."""
    home = str(uuid.UUID(int=chance.getrandbits(128)))
    size = chance.choice((1, 2, 3)) if made % 40 else 3
    people = [_person(templates, area, home, chance) for _ in range(size)]
    row = _clone(chance.choice(templates["households"]), home, area)
    row["units"] |= {
        "head": [people[0]["id"], [0]],
        "group_name": [f"{chance.randint(1, 6)}组", [0]],
        "address_detail": [f"{chance.randint(1, 200)}号", [0]],
        "household_no": [f"{area}{made:05d}", [0]],
    }
    row["initials"] = people[0]["initials"]
    row["derived"] |= {"family_size": size, "next_due_on": f"2026-1{chance.randint(0, 2)}-15"}
    visit = {
        **_clone({"kind": "review"}, str(uuid.UUID(int=chance.getrandbits(128))), area),
        "household": home,
        "form_id": "visit",
        "form_version": "2026112201",
        "event_date": "2026-10-12",
        "recorder": {"id": "x", "name": "李明远"},
        "state": "approved",
        "remarks": [],
        "superseded_by": None,
        "summary": {"visit_result": "met_person", "visit_type": "monthly", "line": "见到户主"},
    }
    return [row, *people, visit]


def _person(templates: dict[str, list[Row]], area: str, home: str, chance: random.Random) -> Row:
    row = _clone(
        chance.choice(templates["persons"]), str(uuid.UUID(int=chance.getrandbits(128))), area
    )
    letters = [chance.choice(list(SURNAMES)), *chance.choices(list(GIVEN), k=2)]
    row["units"] |= {"person_name": ["".join(letters), [0]], "household": [home, [0]]}
    row["initials"] = "".join((SURNAMES | GIVEN)[letter] for letter in letters)
    row["masked"] = {"id_number": f"{chance.randint(0, 9999):04d}"}
    return row


def _clone(row: Row, name: str, area: str) -> Row:
    copy: Row = json.loads(json.dumps(row))
    return copy | {"id": name, "area": area, "number": 1, "gone": False}


@contextmanager
def _phone(
    instance: Instance, files: dict[str, tuple[bytes, int, list[Row]]]
) -> Iterator[tuple[Page, CDPSession]]:
    """A phone to which the county's files are served in place of the village's."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(
            viewport={"width": 360, "height": 780},
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
        )
        context.set_default_timeout(60_000)
        context.add_init_script(_ROWS)
        areas = [area for _, _, some in files.values() for area in some]
        listed = {
            "epoch": "bench",
            "cursor": "bench",
            "snapshots": [
                {
                    "area": code,
                    "level": "town",
                    "name": code,
                    "households": homes,
                    "bytes": len(packed),
                    "sha256": hashlib.sha256(packed).hexdigest(),
                }
                for code, (packed, homes, _) in files.items()
            ],
        }

        def as_county(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, json=answer.json() | {"areas": areas})

        def as_file(route: Route) -> None:
            packed = files[route.request.url.rsplit("/", 1)[1]][0]
            route.fulfill(body=packed, content_type="application/gzip")

        idle = {"cursor": "bench", "more": False, "epoch": "bench", "changes": []}
        context.route("**/api/v1/devices", as_county)
        context.route("**/api/v1/devices/me", as_county)
        context.route("**/api/v1/sync/snapshots", lambda route: route.fulfill(json=listed))
        context.route("**/api/v1/sync/snapshots/*", as_file)
        context.route("**/api/v1/sync/pull*", lambda route: route.fulfill(json=idle))
        page = context.new_page()
        page.goto(instance.url)
        yield page, context.new_cdp_session(page)
        browser.close()


#: When the first household of a list has been painted, in milliseconds since the navigation.
_ROWS = """
window.painted = (selector) => new Promise((resolve) => {
  const seen = () => requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
  const look = () => document.querySelector(selector) && (watcher.disconnect(), seen())
  const watcher = new MutationObserver(look)
  watcher.observe(document, { childList: true, subtree: true })
  look()
})
window.rows = window.painted('main a.row')
"""


def _signed_in(page: Page, browser: CDPSession) -> float:
    browser.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.get_by_label("用户名").fill("benchphonecounty")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    began = time.perf_counter()
    page.get_by_role("button", name="登录", exact=True).click()
    page.locator("main a.row").first.wait_for()
    return 1000 * (time.perf_counter() - began)


def _started(page: Page) -> float:
    page.reload(wait_until="commit")
    return float(page.evaluate("window.rows"))


def _listed(page: Page) -> float:
    page.evaluate(
        "addEventListener('click', () => { const began = performance.now();"
        " window.village = window.painted('main .searchbox').then((at) => at - began) },"
        " { capture: true, once: true })"
    )
    page.get_by_role("navigation", name="主要页面").get_by_role("link", name="农户").click()
    page.locator(".searchbox").wait_for()
    return float(page.evaluate("window.village"))
