"""The commands, each a few lines around one verb of a capability."""

from __future__ import annotations

import click

from server.cli import demo, forms, people, printing, registers, roster, running, safety
from server.cli.instance import Commands
from server.config import read_settings


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="yihu")
def main() -> None:
    """Yihu 一户: household visits that are recorded without network.

    Every command works on the instance that YIHU_INSTANCE and DATABASE_URL name (docs/settings.md).
    Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 done in part.
    """


@main.group("db")
def database() -> None:
    """The database of the instance."""


@database.command()
def upgrade() -> None:
    """Bring the database to this release: schema, policy, data dictionary, forms, registers.

    Harmless when it is there already. Of an empty database only the schema is made.
    """
    from server import migrate
    from server.cli.instance import instance
    from server.cli.upgrade import bring_up_to_date

    migrate.upgrade(read_settings().database_url)
    with instance():
        for done in bring_up_to_date():
            click.echo(done)
    click.echo("数据库已是最新。")


main.add_command(people.user)
main.add_command(demo.demo)
main.add_command(forms.forms)
main.add_command(registers.registers)
main.add_command(roster.roster)
main.add_command(printing.household_file)
main.add_command(printing.village_files)
main.add_command(running.serve)
main.add_command(running.worker)
main.add_command(safety.backup)
main.add_command(safety.restore)
