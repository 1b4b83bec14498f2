"""`yihu forms`: checking, publishing, exporting and withdrawing forms."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server import clock, jobs
from server.cli.instance import instance
from server.config import ROOT
from server.database import reading, transaction

if TYPE_CHECKING:
    from server.forms.dictionary import Dictionary
    from server.forms.publish import Source
    from server.forms.uploads import Order

FOLDER = ROOT / "forms"
FILES = click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))


@click.group()
def forms() -> None:
    """Forms (XLSForm as .md or .xlsx; with pictures in a .zip or a folder)."""


@forms.command()
@FILES
def check(files: tuple[Path, ...]) -> None:
    """Say of each of FILES (all of forms/ if none is named) whether it can be published.

    Checked against forms/registers.toml; no database is touched.
    """
    from server.forms import dictionary as dictionaries

    dictionary = dictionaries.read_toml(FOLDER / "registers.toml")
    named = [file for file in files if file.stem != "README"]
    refused = sum(not _check(file, dictionary) for file in named or _own())
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
@click.option(
    "--supplement",
    is_flag=True,
    help="Ask what is new once more where the version in force was answered.",
)
def publish_(files: tuple[Path, ...], valid_from: datetime | None, supplement: bool) -> None:
    """Publish FILES; without any, all of forms/ and the data dictionary where missing or newer.

    A newer data dictionary asks for `yihu registers rebuild` afterwards.
    """
    from server.forms.compile import FormRefused
    from server.forms.uploads import Order

    day = valid_from.date() if valid_from else clock.today()
    order = Order("supplement" if supplement else "onwards", day, None)
    with instance():
        try:
            told = _publish(files, order) if files else _publish_own()
        except FormRefused as error:
            raise click.ClickException("不能发布：\n" + "\n".join(error.reasons)) from error
    click.echo("\n".join(told) or "没有新的要发布。")


@forms.command()
@click.argument("form_id")
@click.option("--version", help="The version in force if absent.")
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file; FORM_ID-VERSION.xlsx here if absent.",
)
def export(form_id: str, version: str | None, to: Path | None) -> None:
    """Write a published form as an Excel workbook that can be edited and published again."""
    from server.forms import queries
    from server.forms.export import workbook

    with instance(), reading() as session:
        row = (
            queries.form_version(session, form_id, version)
            if version
            else queries.version_in_force(session, form_id, clock.today())
        )
        if row is None:
            raise click.ClickException(f"没有发布过 {form_id} {version or ''}".rstrip() + "。")
        content, name = workbook(row.source), f"{row.form_id}-{row.version}.xlsx"
    path = to or Path(name)
    path.write_bytes(content)
    click.echo(f"已写到 {path}")


@forms.command("withdraw")
@click.argument("form_id")
@click.argument("version")
@click.option("--undo", is_flag=True, help="Let the version count again.")
def withdraw_(form_id: str, version: str, undo: bool) -> None:
    """Withdraw a version: new records begin with the one before, its drafts are still taken."""
    from server.accounts import queries as accounts
    from server.forms import queries, uploads
    from server.intake.readmit import published as tell_of

    with instance(), transaction() as session:
        row = queries.form_version(session, form_id, version)
        if row is None:
            raise click.ClickException(f"没有发布过 {form_id} {version}。")
        if undo:
            uploads.restore(row)
        else:
            uploads.withdraw(row, clock.now())
        action = "form.restored" if undo else "form.withdrawn"
        accounts.audit(session, clock.now(), None, action, f"{form_id} {version}")
        session.flush()
        now = queries.version_in_force(session, form_id, clock.today())
        told = f"现在用 {now.version}。" if now else "现在没有可用的版本。"
        tell_of(session, [(form_id, version)], clock.now())
    click.echo(f"已{'恢复' if undo else '撤回'} {form_id} {version}。{told}")


def _publish(files: tuple[Path, ...], order: Order) -> list[str]:
    from server.accounts import queries as accounts
    from server.forms.publish import is_published
    from server.forms.uploads import publish_form, read_form
    from server.intake.readmit import published as tell_of

    read = [read_form(_source(file)) for file in files]
    with transaction() as session:
        new = [form for form in read if not is_published(session, form.compiled)]
        rows = [publish_form(session, form, order, clock.now(), clock.today()) for form in new]
        names = [(row.form_id, row.version) for row in rows]
        for form_id, version in names:
            subject = f"{form_id} {version}"
            accounts.audit(session, clock.now(), None, "form.published", subject)
        job = tell_of(session, names, clock.now())
    if job:
        jobs.wake(job)
    return _said(names)


def _publish_own() -> list[str]:
    from server.forms.publish import renew_dictionary, seed
    from server.intake.readmit import published as tell_of

    with transaction() as session:
        renewed = renew_dictionary(session, clock.now())
        names = seed(session, clock.now())
        job = tell_of(session, names, clock.now())
    if job:
        jobs.wake(job)
    told = ["数据字典已换成新版。登记簿要按它重算：yihu registers rebuild"] if renewed else []
    return _said(names) + told


def _source(path: Path) -> Source:
    from server.forms.bundle import pack
    from server.forms.publish import Source

    if path.is_dir():
        return Source(f"{path.name}.zip", pack(path))
    return Source(path.name, path.read_bytes())


def _said(names: list[tuple[str, str]]) -> list[str]:
    return [f"已发布 {form_id} {version}" for form_id, version in names]


def _own() -> list[Path]:
    return [path for path in sorted(FOLDER.glob("*.md")) if path.stem != "README"]


def _check(file: Path, dictionary: Dictionary) -> bool:
    from server.forms.compile import FormRefused
    from server.forms.publishable import reasons_against
    from server.forms.uploads import read_form

    try:
        form = read_form(_source(file))
        reasons = list(reasons_against(form.compiled, dictionary))
    except FormRefused as error:
        reasons = error.reasons
    click.echo(f"{file.name}：{'可以发布' if not reasons else '不能发布'}")
    for reason in reasons:
        click.echo(f"  - {reason}")
    return not reasons
