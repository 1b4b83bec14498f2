"""`yihu forms`: checking and publishing forms."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server import clock, jobs
from server.cli.instance import instance
from server.config import ROOT
from server.database import transaction

if TYPE_CHECKING:
    from server.forms.dictionary import Dictionary

FOLDER = ROOT / "forms"
FILES = click.argument(
    "files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


@click.group()
def forms() -> None:
    """Forms (XLSForm as .md or .xlsx)."""


@forms.command()
@FILES
def check(files: tuple[Path, ...]) -> None:
    """Say of each of FILES (all of forms/ if none is named) whether it can be published.

    Checked against forms/registers.toml; no database is touched.
    """
    from server.forms import dictionary as dictionaries

    dictionary = dictionaries.read_toml(FOLDER / "registers.toml")
    refused = sum(not _check(file, dictionary) for file in files or _own())
    if refused:
        raise click.ClickException(f"{refused} 张表不能发布。")


@forms.command("publish")
@FILES
@click.option(
    "--from",
    "valid_from",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day from which phones fill in this version; today if absent.",
)
def publish_(files: tuple[Path, ...], valid_from: datetime | None) -> None:
    """Publish FILES; without any, all of forms/ and the data dictionary where missing or newer.

    A newer data dictionary asks for `yihu registers rebuild` afterwards.
    """
    from server.forms.compile import FormRefused
    from server.forms.publish import publish, renew_dictionary, seed
    from server.intake.readmit import published as tell_of

    with instance():
        job, renewed = None, False
        try:
            with transaction() as session:
                if files:
                    day = valid_from.date() if valid_from else clock.today()
                    rows = [
                        publish(session, file, now=clock.now(), valid_from=day) for file in files
                    ]
                    new = [(row.form_id, row.version) for row in rows if row]
                else:
                    renewed = renew_dictionary(session, clock.now())
                    new = seed(session, clock.now())
                job = tell_of(session, new, clock.now())
        except FormRefused as error:
            raise click.ClickException("不能发布：\n" + "\n".join(error.reasons)) from error
        if job:
            jobs.wake(job)
    told = [f"已发布 {form_id} {version}" for form_id, version in new]
    if renewed:
        told.append("数据字典已换成新版。登记簿要按它重算：yihu registers rebuild")
    click.echo("\n".join(told) or "没有新的要发布。")


def _own() -> list[Path]:
    return [path for path in sorted(FOLDER.glob("*.md")) if path.stem != "README"]


def _check(file: Path, dictionary: Dictionary) -> bool:
    from server.forms.compile import FormRefused, compile_form
    from server.forms.publishable import reasons_against

    try:
        reasons = list(reasons_against(compile_form(file), dictionary))
    except FormRefused as error:
        reasons = error.reasons
    click.echo(f"{file.name}：{'可以发布' if not reasons else '不能发布'}")
    for reason in reasons:
        click.echo(f"  - {reason}")
    return not reasons
