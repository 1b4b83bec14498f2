"""`yihu household-file` and `yihu village-files`: printing without a browser."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from server.cli.instance import instance
from server.cli.progress import progress
from server.database import reading
from server.registers import queries as registers

DONE_IN_PART = 3
OUTPUT = click.option(
    "--output",
    "-o",
    required=True,
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Where to write the PDF.",
)


@click.command("household-file")
@click.argument("household_no")
@OUTPUT
@click.option("--year", type=click.IntRange(2014, 2100), help="Records of this year only.")
def household_file(household_no: str, output: Path, year: int | None) -> None:
    """Print the household file (一户一档) of HOUSEHOLD_NO as a PDF."""
    from server.household_file import period
    from server.household_file.issuing.printing import print_household  # WeasyPrint takes its time

    with instance():
        with reading() as session:
            row = registers.household_by_no(session, household_no)
        if row is None:
            raise click.ClickException(f"没有户编号是 {household_no} 的农户。")
        printed = print_household(row.household_id, period=period.year(year) if year else None)
        shutil.copyfile(printed.path, output)
    click.echo(f"{printed.head}户，第 {printed.version} 版，写在 {output}。")


@click.command("village-files")
@click.argument("village_code")
@OUTPUT
def village_files(village_code: str, output: Path) -> None:
    """Print the household files of the whole village VILLAGE_CODE as one PDF.

    Ends with exit code 3 when some households could not be printed; the others are in the PDF.
    """
    from server.household_file.issuing.village import print_village  # WeasyPrint takes its time

    with instance():
        with progress("打印一户一档") as tell:
            done = print_village(village_code, None, tell)
        for failed in done.failed:
            click.echo(
                f"没有印出来：{failed.household_no} {failed.head}：{failed.reason}", err=True
            )
        if done.path is None:
            raise click.ClickException("一户也没有印出来。")
        shutil.copyfile(done.path, output)
    click.echo(f"共 {len(done.leaves)} 户 {done.pages} 页，写在 {output}。")
    sys.exit(DONE_IN_PART if done.failed else 0)
