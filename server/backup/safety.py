"""Whether what protects the instance does: the last backup, the journal and its disk, in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import make_url

from server import clock
from server.backup.making import last_backup
from server.config import Settings
from server.journal import segments
from server.problems import Problem

#: A backup is to be made every day; after a second missed one somebody must look.
LATE = timedelta(days=2)


def warnings(settings: Settings) -> list[str]:
    """What somebody should do, in Chinese; empty when all is well."""
    found = [_journal(settings), _backup(settings)]
    return [text for text in found if text]


def last_backup_at(settings: Settings) -> datetime | None:
    """When the instance was backed up last."""
    last = last_backup(settings)
    return datetime.fromisoformat(last["at"]) if last else None


def journal_is_there(settings: Settings) -> bool:
    """Whether the journal's disk is there, and is ours."""
    try:
        segments.begin(settings.journal, settings.instance)
    except Problem:
        return False
    return True


def _journal(settings: Settings) -> str:
    if not journal_is_there(settings):
        return "日志盘不在或坏了：手机的记录现在传不上来，请马上接好日志盘。"
    if _disk_of(settings) == settings.journal.stat().st_dev:
        return (
            "日志和数据库在同一块盘上：这块盘坏了，备份以后的记录会一起丢。"
            "请把 YIHU_JOURNAL 指到另一块盘。"
        )
    return ""


def _disk_of(settings: Settings) -> int:
    """The disk of the database, or of the photos where the database is on another machine."""
    url = make_url(settings.database_url)
    path = Path(url.database or "") if url.get_backend_name() == "sqlite" else settings.instance
    return (path if path.exists() else settings.instance).stat().st_dev


def _backup(settings: Settings) -> str:
    at = last_backup_at(settings)
    if at is None:
        return "还没有做过备份。请让管理员每天运行 yihu backup。"
    if clock.now() - at > LATE:
        return (
            f"上一次备份是 {clock.local(at):%Y-%m-%d %H:%M}，已经过了两天，请查备份为什么没有做。"
        )
    rotten = int((last_backup(settings) or {}).get("rotten", 0))
    if rotten:
        return (
            f"上一次备份时，服务器上有 {rotten} 个照片或打印件坏了或不见了。"
            "请让管理员运行 yihu backup，看是哪几个。"
        )
    return ""
