"""What can go wrong while files are printed: the paper says what is missing, the job goes on."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pikepdf
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import update

from server import clock, create_app, jobs, migrate
from server.attachments import store
from server.config import Settings, current, read_settings
from server.database import db, transaction
from server.household_file import kept
from server.household_file.issuing.job import VILLAGE_FILES
from server.household_file.issuing.printing import print_household
from server.household_file.issuing.village import print_list
from server.household_file.order import Order
from server.household_file.printed import queries
from server.jobs.models import Job
from server.jobs.queue import SILENCE, run
from server.submissions.models import Submission
from tests.household_file.households import picture
from tests.household_file.recording import Office
from tests.making import SANLI, looking, seed_areas, writing
from tests.processes import descendants, kill_tree, parent_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def office(ground: Flask) -> Office:
    return Office(ground)


def printed(office: Office, household: str) -> str:
    """The words of a household's file, blanks removed."""
    with office.app.app_context():
        path = print_household(household).path
    command = ["pdftotext", "-layout", str(path), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return "".join(text.split())


def test_a_record_of_a_form_version_that_is_gone_is_read_by_another(office: Office) -> None:
    household, _ = office.register("张㛃")
    visit = office.visit(household, account_text="麦子返青")
    with writing(office.app) as session:
        row = session.get_one(Submission, visit)
        changed = row.xml.replace("<account_text>", "<mood>好</mood><account_text>")
        values = {"form_version": "1999010101", "xml": changed}
        session.execute(update(Submission).where(Submission.instance_id == visit).values(**values))
    text = printed(office, household)
    assert "麦子返青" in text
    told = "填报用的表单（第1999010101版）本机没有，按第"
    assert text.count(told) == 2
    assert text.count("版印出，其中没有的1项（mood）见电子记录") == 2
    assert f"2026年11月20日的入户走访，{told}" in text


def test_a_lost_or_damaged_thumbnail_is_made_again(office: Office, settings: Settings) -> None:
    household, _ = office.register("张㛃")
    office.visit(household, photos=("院子.jpg", "灶屋.jpg"))
    for number, (name, left) in enumerate({"院子.jpg": b"", "灶屋.jpg": b"\xff\xd8half"}.items()):
        sha256 = office.named(name).sha256
        whole = store.path_of(settings.files, sha256)
        whole.parent.mkdir(parents=True, exist_ok=True)
        whole.write_bytes(picture(number))
        if left:
            office.arrive(name, left)
    assert "照片缺" not in printed(office, household)
    with Image.open(store.path_of(settings.files, office.named("院子.jpg").sha256, "thumb")) as one:
        assert one.format == "JPEG"


def test_a_damaged_original_is_told(office: Office, settings: Settings) -> None:
    household, _ = office.register("张㛃")
    office.visit(household, photos=("院子.jpg",))
    whole = store.path_of(settings.files, office.named("院子.jpg").sha256)
    whole.parent.mkdir(parents=True, exist_ok=True)
    whole.write_bytes(picture(1)[:900])
    assert "照片打不开，请记录人重新上传" in printed(office, household)
    assert [one.name for one in whole.parent.iterdir()] == [whole.name]


@contextmanager
def disk_of(largest: int) -> Iterator[None]:
    """No file can become larger, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def noise(number: int) -> bytes:
    """A photo that nothing can make smaller."""
    size = (728, 546)
    grains = Random(number).randbytes(3 * size[0] * size[1])
    out = BytesIO()
    Image.frombytes("RGB", size, grains).save(out, "JPEG", quality=95, subsampling=0)
    return out.getvalue()


def with_photos(office: Office, name: str, count: int) -> None:
    """A household whose file is about as many megabytes large as it has photos."""
    names = [f"{name}{number}.jpg" for number in range(count)]
    office.visit(office.register(name)[0], photos=names)
    for number, photo in enumerate(names):
        office.arrive(photo, noise(number))


def ordered(office: Office, list_id: str, **wanted: Any) -> str:
    order = Order(clock.today().isoformat(), villages=(SANLI,), **wanted)
    with writing(office.app) as session:
        return jobs.enqueue(session, VILLAGE_FILES, order.params() | {"list": list_id})


def done(office: Office, job_id: str) -> Job:
    with office.app.app_context():
        run(job_id)
        found = jobs.state_of(job_id)
    assert found is not None
    return found


FULL = ("failed", "磁盘满了，腾出空间后再试。")


def test_a_file_for_which_there_is_no_room_is_printed_when_there_is(
    office: Office, settings: Settings
) -> None:
    with_photos(office, "张㛃", 10)
    job_id = ordered(office, "one")
    with disk_of(8 << 20):
        stopped = done(office, job_id)
    assert (stopped.state, stopped.message) == FULL
    assert [one.suffix for one in settings.printed.rglob("*") if one.is_file()] == [".gz"]
    with office.app.app_context():
        jobs.resume(job_id)
    after = done(office, job_id)
    assert (after.state, after.result["households"]) == ("done", 1)


def test_what_is_put_together_is_whole_or_not_there(office: Office, settings: Settings) -> None:
    for name in ("张㛃", "王䶮"):
        with_photos(office, name, 6)
    made: set[Path] = set()
    for list_id, order in enumerate(({}, {"given": "zip"}, {"sheet": "manual"})):
        job_id = ordered(office, str(list_id), **order)
        with disk_of(8 << 20):
            stopped = done(office, job_id)
        assert (stopped.state, stopped.message) == FULL
        there = {one for one in (settings.printed / "bound").rglob("*") if one.is_file()}
        assert {one for one in there if not one.name.endswith(".slip.pdf")} == made
        with office.app.app_context():
            jobs.resume(job_id)
        after = done(office, job_id)
        assert (after.state, after.result["rendered"]) == ("done", 0 if list_id else 2)
        path = settings.printed / str(after.result["path"])
        made.add(path)
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                assert archive.testzip() is None
    assert not list(settings.printed.rglob(f"{kept.FRESH}*"))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Office, dict[str, str]]]:
    """An instance with its office, and the environment of its processes."""
    env = {**os.environ, "YIHU_INSTANCE": str(tmp_path / "instance"), "YIHU_DEMO": "0"}
    env.pop("DATABASE_URL", None)
    settings = read_settings(env)
    migrate.upgrade(settings.database_url)
    app = create_app(settings)
    with app.app_context(), transaction() as session:
        seed_areas(session)
    yield Office(app), env
    with app.app_context():
        db.engine.dispose()


@contextmanager
def worker(env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker of an instance; killed with all that it started when it is not wanted."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "server.cli", "worker"],
            cwd=ROOT,
            env=env,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill_tree(process.pid)
        process.wait(30)


def wait_for(what: Callable[[], object]) -> None:
    for _ in range(1200):
        if what():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen in a minute")


def pdfs(folder: Path) -> dict[Path, tuple[int, int]]:
    """The kept files, and which writing of them it is."""
    found = [one for one in folder.rglob("*.pdf") if not one.name.startswith(kept.FRESH)]
    return {one: (one.stat().st_ino, one.stat().st_mtime_ns) for one in found}


def rendering(worker: int) -> list[int]:
    """The processes that render for a worker: a process that it started forks them."""
    started = descendants(worker)
    return [one for one in started if parent_of(one) != worker]


@pytest.mark.deep
def test_killed_processes_cost_nothing_but_what_was_under_way(
    served: tuple[Office, dict[str, str]], tmp_path: Path
) -> None:
    office, env = served
    for name in "一二三四五六七":
        office.register(f"张{name}", "王䶮")
    order = Order(clock.today().isoformat(), villages=(SANLI,))
    with writing(office.app) as session:
        job_id = jobs.enqueue(session, VILLAGE_FILES, order.params() | {"list": "one"})
    with office.app.app_context():
        folder = current().printed

    def states() -> dict[str, int]:
        with looking(office.app) as session:
            return queries.list_states(session, "one")

    def job() -> Job:
        with office.app.app_context():
            found = jobs.state_of(job_id)
        assert found is not None
        return found

    with worker(env, tmp_path / "log") as process:
        wait_for(lambda: states().get("rendered", 0) >= 1)
        os.kill(rendering(process.pid)[0], signal.SIGKILL)
        wait_for(lambda: states().get("rendered", 0) >= 3)
    before = pdfs(folder)
    assert 0 < states()["waiting"] <= 4
    assert not states().get("failed")
    assert not (folder / "bound").exists()
    left = next(iter(before)).with_name(f"{kept.FRESH}left.pdf")
    left.write_bytes(b"%PDF half")
    os.utime(left, (0, 0))
    with writing(office.app) as session:
        long_ago = clock.now() - 2 * SILENCE
        session.execute(update(Job).where(Job.id == job_id).values(heartbeat_at=long_ago))
    with worker(env, tmp_path / "log"):
        wait_for(lambda: job().state == "done")
    after = job()
    assert (after.result["households"], after.result["failed"]) == (7, [])
    assert not left.exists()
    now = pdfs(folder)
    assert {path: now[path] for path in before} == before
    assert len([path for path in now if path.parent.name != "bound"]) == 7
    made = folder / str(after.result["path"])
    for path in now:
        with pikepdf.open(path) as document:
            assert len(document.pages) >= 5
    written = made.read_bytes()
    for path in (made, *list(before)[:1]):
        path.unlink()
    with office.app.app_context():
        again = print_list("two", order, lambda *_: None, processes=1)
    assert again.path is not None
    assert again.rendered <= 1
    assert again.path.read_bytes() == written
