"""A phone whose browser is killed with SIGKILL, as by a dead battery, and started again."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.pages.phone import DEVICE, Phone

_WHAT_IS_ON_THE_DISK = """() => new Promise((done, failed) => {
  const id = JSON.parse(localStorage.getItem('yihu.people'))[0].id
  const request = indexedDB.open(`yihu-${id}`)
  request.onerror = () => failed(request.error)
  request.onsuccess = () => {
    const names = ['drafts', 'outbox', 'sent', 'blobs', 'uploads']
    const read = request.result.transaction(names)
    const kept = {}
    for (const name of names) {
      const keys = read.objectStore(name).getAllKeys()
      keys.onsuccess = () => (kept[name] = keys.result)
    }
    read.oncomplete = () => { request.result.close(); done(JSON.stringify(kept)) }
  }
})"""


class Pocket:
    """A phone with a profile on the disk: it can be switched off, killed and switched on."""

    def __init__(self, playwright: Playwright, profile: Path, url: str) -> None:
        self.playwright = playwright
        self.profile = profile
        self.url = url

    def switch_on(self) -> Phone:
        """The browser with everything that is on the disk."""
        context = self.playwright.chromium.launch_persistent_context(
            self.profile, executable_path=CHROMIUM, args=FLAGS, **DEVICE
        )
        return Phone(context, self.url)

    def kill(self) -> None:
        """SIGKILL to the browser that holds the profile, and to nothing else."""
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = process.read_bytes().split(b"\0")
            except OSError:
                continue
            mine = f"--user-data-dir={self.profile}".encode() in words
            if mine and not any(word.startswith(b"--type=") for word in words):
                os.kill(int(process.parent.name), signal.SIGKILL)

    @contextmanager
    def killed_after(self, seconds: float) -> Iterator[None]:
        """Kill it so long after the block began, whatever it is doing then."""
        timer = threading.Timer(seconds, self.kill)
        timer.start()
        try:
            yield
        finally:
            timer.join()


def on_disk(phone: Phone) -> dict[str, list[Any]]:
    """The keys of what this phone keeps of its own, by table."""
    found: dict[str, list[Any]] = json.loads(phone.page.evaluate(_WHAT_IS_ON_THE_DISK))
    return found
