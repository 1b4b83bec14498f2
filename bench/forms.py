"""The eight forms on a slow phone: opening, answering, memory; and their check on the server."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from playwright.sync_api import CDPSession, Locator, Page

from bench.instance import PASSWORD, Instance, call
from bench.phone import LOOKING_S, VILLAGE, on_a_phone, slow_down
from server.forms.check import check
from tests.forms.corpus import FILLED_AT, Maker
from tests.forms.instances import compiled, known_member, new_id, register_xml

Figure = dict[str, object]
Row = dict[str, object]
RUNS = 3
ANSWERS = 8
OPENINGS = 20
INSTANCES = 60
#: Form -> the button that begins it on a household's page.
BEGUN_BY = {
    "visit": "开始走访",
    "household_register": "家里人有变化",
    "health_eight": "健康八个一",
    "housing_assessment": "住房安全评定",
    "monitoring": "报风险线索",
    "income_account": "收入核算",
    "left_behind_card": "联系卡",
    "exit_check": "退出核查",
    "help_plan": "帮扶计划",
}

#: From a tap until the form is painted; from an answer until what follows of it is.
_TIMED = """
const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
addEventListener('pointerdown', () => {
  const tapped = performance.now()
  window.opened = new Promise((resolve) => {
    const look = () => document.querySelector('main [data-reference], main .fold') &&
      document.querySelector('[role=progressbar]') &&
      (watcher.disconnect(), painted().then(() => resolve(performance.now() - tapped)))
    const watcher = new MutationObserver(look)
    watcher.observe(document, { childList: true, subtree: true })
  })
}, { capture: true })
window.answered = async (most) => {
  const times = []
  const names = new Set()
  for (const folded of document.querySelectorAll('main details.card:not([open]) > summary')) {
    folded.click()
    await painted()
  }
  for (const input of document.querySelectorAll('main input[type=radio]')) {
    if (names.has(input.name) || input.checked || !input.isConnected) continue
    names.add(input.name)
    const begun = performance.now()
    input.click()
    await painted()
    times.push(performance.now() - begun)
    await new Promise((rested) => setTimeout(rested, 400))
    if (times.length === most) break
  }
  return times
}
"""


def forms(instance: Instance) -> Iterator[Figure]:
    """Each of the eight forms as a phone opens it first, and again, and as it is answered."""
    instance.add_person("bencheight", "first_secretary", VILLAGE)
    _leave_somebody_behind(instance)
    with on_a_phone(instance, "bencheight", _TIMED) as (page, browser):
        places = _places(instance, page)
        page.context.set_offline(True)
        slow_down(browser)
        for form, place in places.items():
            yield from _form(page, form, place)
        yield from _kept(page, browser, places["visit"])


def checks(_instance: Instance) -> Iterator[Figure]:
    """What the server's check of an instance takes, over instances filled in by chance."""
    for form in BEGUN_BY:
        definition = compiled(form).definition
        filled = Maker(definition, seed=1).samples(valid=INSTANCES, faulty=0)
        check(filled[0].xml, definition, filled_on=FILLED_AT)  # the form is compiled once
        times = []
        for sample in filled:
            begun = time.process_time()
            check(sample.xml, definition, filled_on=FILLED_AT, attachments=sample.files)
            times.append((time.process_time() - begun) * 1000)
        yield {
            "name": "check_ms_per_instance",
            "form": form,
            "value": round(statistics.median(times), 1),
            "unit": "ms",
            "most": round(max(times), 1),
        }


def _places(instance: Instance, page: Page) -> dict[str, str]:
    """Form -> address of a household of which it can be begun: the largest."""
    homes = _rows(instance, instance.sign_in("bencheight"), "households")
    homes.sort(key=_size, reverse=True)
    found: dict[str, str] = {}
    for home in homes:
        page.goto(f"{instance.url}/households/{home['id']}")
        page.get_by_role("button", name="开始走访").wait_for()
        for form, name in BEGUN_BY.items():
            if form not in found and _button(page, name).count():
                found[form] = page.url
        if len(found) == len(BEGUN_BY):
            break
    return {form: found[form] for form in BEGUN_BY}


def _rows(instance: Instance, token: str, kind: str) -> list[Row]:
    rows: list[Row] = call(instance.url + "/api/v1/sync/pull?limit=500", token=token)["changes"]
    return [row for row in rows if row["kind"] == kind and not row["gone"]]


def _leave_somebody_behind(instance: Instance) -> None:
    """Nobody of the demo town is; the card is only of who was left behind."""
    body = {"username": "bencheight", "password": PASSWORD, "device_name": "bench"}
    signed_in = call(instance.url + "/api/v1/devices", body)
    somebody = _rows(instance, signed_in["token"], "persons")[0]
    name, now = new_id(), datetime.now(UTC).isoformat()
    units: dict[str, list[str]] = json.loads(json.dumps(somebody["units"]))
    member = known_member(str(somebody["id"]), left_behind_type="elderly")
    xml = register_xml(units["household"][0], known=True, members=[member], instance_id=name)
    submission: dict[str, object] = {
        "instance_id": name,
        "form_id": "household_register",
        "xml": xml,
        "recorded_at": now,
        "form_version": compiled("household_register").definition.version,
        "shown": {},
        "confirmed": [],
        "attachments": [],
        "deprecated_id": None,
    }
    pushed = {"device": signed_in["device"]["id"], "sent_at": now, "submissions": [submission]}
    call(instance.url + "/api/v1/sync/push", pushed, signed_in["token"])


def _size(row: Row) -> int:
    derived: dict[str, int] = json.loads(json.dumps(row.get("derived") or {}))
    return derived.get("family_size", 0)


def _button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def _form(page: Page, form: str, place: str) -> Iterator[Figure]:
    first, again, answered = [], [], []
    for _ in range(RUNS):
        page.goto(place)
        first.append(_opened(page, form))
        page.go_back()
        again.append(_opened(page, form))
        answered += page.evaluate("window.answered", ANSWERS)
        _thrown_away(page)
    yield _figure("form_open_ms_6x", form, first) | {"again": round(statistics.median(again))}
    yield _figure("answer_ms_6x", form, answered)


def _opened(page: Page, form: str) -> float:
    button = _button(page, BEGUN_BY[form]).first
    button.wait_for()
    time.sleep(LOOKING_S)
    button.tap()
    return float(page.evaluate("window.opened"))


def _thrown_away(page: Page) -> None:
    """The draft goes, so that the next opening begins with a new one."""
    page.evaluate(_WITHOUT_DRAFTS)


_WITHOUT_DRAFTS = """async () => {
  await new Promise((rested) => setTimeout(rested, 500))
  for (const { name } of await indexedDB.databases()) {
    if (!/^yihu-[0-9a-f-]{36}$/.test(name)) continue
    await new Promise((done, fail) => {
      const opening = indexedDB.open(name)
      opening.onerror = fail
      opening.onsuccess = () => {
        const change = opening.result.transaction('drafts', 'readwrite')
        change.objectStore('drafts').clear()
        change.oncomplete = () => (opening.result.close(), done())
      }
    })
  }
}"""


def _kept(page: Page, browser: CDPSession, place: str) -> Iterator[Figure]:
    """Memory after a form was opened once, and after it was opened many times in one page."""
    page.goto(place)
    each = []
    for number in range(OPENINGS):
        button = _button(page, BEGUN_BY["visit"]).first
        button.wait_for()
        button.tap()
        page.evaluate("window.opened")
        page.go_back()
        button.wait_for()
        if number in (0, OPENINGS - 1):
            browser.send("HeapProfiler.collectGarbage")
            each.append(round(browser.send("Runtime.getHeapUsage")["usedSize"] / 1_000_000, 1))
    yield {"name": "form_heap_mb", "value": each[-1], "unit": "MB", "after_first": each[0]}


def _figure(name: str, form: str, times: list[float]) -> Figure:
    each = [round(one) for one in times]
    value = round(statistics.median(times)) if times else None
    return {"name": name, "form": form, "value": value, "unit": "ms", "each": each}
