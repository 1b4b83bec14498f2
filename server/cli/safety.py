"""`yihu backup` and `yihu restore`: so that a broken disk costs nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from server.cli.instance import instance
from server.cli.progress import progress

DONE_IN_PART = 3


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--keep", type=click.IntRange(1), help="Keep so many backups there.")
def backup(folder: Path, keep: int | None) -> None:
    """Back the instance up into a new folder below FOLDER, while it runs.

    Database, photos, printed files and keys, as of one moment, verified. Whoever holds a backup
    holds all personal data and keys: keep it locked away. Ends with exit code 3 when the backup is
    made, but photos or printed files are damaged or missing on the server.
    """
    from server.backup.making import make_backup

    with instance(), progress("备份") as tell:
        done = make_backup(folder.resolve(), keep=keep, progress=tell)
    click.echo(f"已备份并核对：{done.folder}")
    for rescued, words in (
        (True, "服务器上坏了或不见了，备份里有完好的，可以从备份拷回原处："),
        (False, "服务器上坏了或不见了，上次备份和日志里也没有完好的："),
    ):
        names = [one.name for one in done.rotten if one.rescued == rescued]
        if names:
            click.echo(f"{len(names)} 个文件{words}\n" + "\n".join(names))
    if done.rotten:
        sys.exit(DONE_IN_PART)


@click.command()
@click.argument("backup", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--journal",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The journal's folder; the instance's own (YIHU_JOURNAL) if absent and there.",
)
@click.option("--force", is_flag=True, help="Put what is there aside instead of refusing.")
def restore(backup: Path, journal: Path | None, *, force: bool) -> None:
    """Bring the instance back from BACKUP and the journal; the phones then give the rest.

    Stop the server first. Broken off, run it again. Ends with exit code 3 when some of the journal
    could not be taken in (it stays in the journal), or photos of the backup are damaged.
    """
    from server import job_kinds
    from server.backup.restoring import restore as bring_back
    from server.backup.serving import nobody_else
    from server.journal.segments import ID

    assert job_kinds  # noqa: S101  imported for the kinds of work that it registers
    with instance() as settings, nobody_else(settings):
        own = settings.journal if (settings.journal / ID).exists() else None
        with progress("恢复") as tell:
            done = bring_back(
                backup.resolve(),
                journal.resolve() if journal else own,
                force=force,
                progress=tell,
            )
    replayed, lost = done.replayed, done.damaged
    if done.aside:
        click.echo(f"原来的数据挪到了 {done.aside}。")
    click.echo(f"备份（{done.made_at}）已恢复，{done.files} 个文件。")
    if lost:
        click.echo(
            f"备份里有 {len(lost)} 个照片或打印件不见了或坏了，没有恢复：\n" + "\n".join(lost)
        )
    click.echo(
        f"日志里补回 {replayed.fates.total()} 条记录、{replayed.rows} 项资料、"
        f"{replayed.files} 张照片。"
    )
    if replayed.otherwise:
        click.echo(f"其中 {len(replayed.otherwise)} 条这次的处理和当时不一样，请在“要核对”里看。")
    click.echo("手机下次同步会重新下载，并把服务器缺的记录自动再传一次。")
    if replayed.failed:
        click.echo(f"日志里有 {len(replayed.failed)} 组没能补回，仍在日志里，请看服务器日志。")
    if replayed.failed or lost:
        sys.exit(DONE_IN_PART)
