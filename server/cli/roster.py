"""`yihu roster`: Excel rosters without a browser."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server import clock
from server.accounts import queries as accounts
from server.cli.instance import instance
from server.cli.progress import progress
from server.database import reading

if TYPE_CHECKING:
    from server.roster.preview import Counts
    from server.roster.run import Imported

DONE_IN_PART = 3


@click.group()
def roster() -> None:
    """Rosters of households and people (花名册)."""


@roster.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what importing would do.")
@click.option(
    "--report",
    "report_to",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write an .xlsx with every row's result and reason.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day the file speaks of; else what it says itself, else today.",
)
def import_(file: Path, dry_run: bool, report_to: Path | None, as_of: datetime | None) -> None:
    """Import FILE (.xlsx) for all villages of the instance; the same file again changes nothing.

    Ends with exit code 3 when rows were refused; the others are in.
    """
    from server.roster.preview import Source, preview
    from server.roster.report import annotated
    from server.roster.run import import_file

    with instance():
        with reading() as session:
            areas = accounts.areas_on(session, clock.today())
        villages = {area.code: area.name for area in areas if area.level == "village"}
        source = Source(file.read_bytes(), villages, as_of=as_of.date() if as_of else None)
        with reading() as session:
            seen = preview(session, source)
        _say_preview(seen.counts)
        if report_to is not None:
            report_to.write_bytes(annotated(seen.table, seen.outcomes()))
            click.echo(f"逐行结果写在 {report_to}。")
        if dry_run:
            sys.exit(DONE_IN_PART if seen.counts.refused else 0)
        with progress("导入花名册") as tell:
            done = import_file(source, person_id=None, progress=tell)
    _say_done(done)
    sys.exit(DONE_IN_PART if done.refused_rows else 0)


def _say_preview(counts: Counts) -> None:
    click.echo(
        f"表里 {counts.households} 户 {counts.persons} 人：新增 {counts.new} 户，"
        f"有变化 {counts.changed} 户，没变化 {counts.unchanged} 户，不能导入 {counts.refused} 行。"
    )


def _say_done(done: Imported) -> None:
    click.echo(
        f"导入完成：新增 {done.new} 户，有变化 {done.changed} 户，没变化 {done.unchanged} 户，"
        f"不能导入 {done.refused_rows} 行。"
    )
