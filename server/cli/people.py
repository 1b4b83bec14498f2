"""`yihu user`: accounts."""

from __future__ import annotations

import sys

import click

from server import clock
from server.accounts import people, queries
from server.accounts.people import PersonRefused
from server.accounts.roles import ROLES
from server.cli.instance import instance
from server.database import transaction


@click.group()
def user() -> None:
    """Accounts of people."""


@user.command()
@click.argument("username")
@click.option("--name", required=True, help="The person's name, as it is printed.")
@click.option("--role", required=True, type=click.Choice(sorted(ROLES)), help="What he does.")
@click.option("--area", required=True, help="Code of the village, town or county he does it in.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(username: str, name: str, role: str, area: str, password_stdin: bool) -> None:
    """Add the account USERNAME with one role; asks for the password."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("密码（至少 8 位）", hide_input=True, confirmation_prompt=True)
    now = clock.now()
    with instance():
        try:
            with transaction() as session:
                person = people.add(
                    session,
                    username=username,
                    name=name,
                    password=password,
                    role=role,
                    area=area,
                    now=now,
                    valid_from=clock.today(),
                )
                queries.audit(session, now, None, "person-added", person.id, reason="yihu user add")
        except PersonRefused as refused:
            raise click.ClickException(str(refused)) from refused
    click.echo(f"已添加 {name}（{username}）。")
