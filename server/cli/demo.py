"""`yihu demo`: a town to try everything with."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import click
from sqlalchemy.orm import Session

from server import clock
from server.accounts import queries as accounts
from server.accounts.models import Person
from server.changes import queries as changes
from server.cli import demo_town
from server.cli.instance import instance
from server.cli.progress import progress
from server.config import ROOT, Settings
from server.database import reading, transaction
from server.policy.values import seed as seed_policy

WORDS = ROOT / "server" / "words.json"


@click.group()
def demo() -> None:
    """The demo town: 24 villages, 720 made-up households."""


@demo.command()
@click.option("--if-empty", is_flag=True, help="Do nothing where there are people already.")
def load(if_empty: bool) -> None:
    """Load the demo town and print its accounts; interrupted, it goes on where it stopped."""
    from server.roster.preview import Source
    from server.roster.run import import_file

    with instance() as settings:
        with reading() as session:
            loaded, foreign = demo_town.is_loaded(session), demo_town.is_foreign(session)
        if if_empty and (loaded or foreign or not settings.demo):
            return
        if foreign:
            raise click.ClickException("这里已经有真实账号，不能再装演示数据。")
        password = kept_password(settings)
        prepare(settings, password)
        with progress("导入演示花名册") as tell, reading() as session:
            areas = accounts.areas_on(session, clock.today())
            villages = {area.code: area.name for area in areas if area.level == "village"}
            admin = accounts.person_by_username(session, demo_town.ADMIN)
            import_file(
                Source(demo_town.ROSTER.read_bytes(), villages),
                person_id=admin.id if admin else None,
                progress=tell,
            )
        with transaction() as session:
            for account in demo_town.ACCOUNTS:
                demo_town.add_account(session, account, password)
        for line in lines(settings):
            click.echo(line)


def prepare(settings: Settings, password: str) -> None:
    """All that the roster needs: areas, counter, policy, dictionary, forms, an administrator."""
    from server.forms.publish import seed as publish_forms

    with transaction() as session:
        demo_town.add_areas(session, settings)
        changes.start(session, settings.county)
        seed_policy(session)
        publish_forms(session, clock.now())
        demo_town.add_account(session, demo_town.ACCOUNTS[0], password)


def lines(settings: Settings) -> list[str]:
    """The demo accounts as they are printed; none where there is no demo."""
    path = _path(settings)
    if not path.exists():
        return []
    password = json.loads(path.read_text("utf-8"))["password"]
    with reading() as session:
        if not demo_town.is_loaded(session):
            return []
        names = {area.code: area.name for area in accounts.areas_on(session, clock.today())}
        people = [
            (account, accounts.person_by_username(session, account[0]))
            for account in demo_town.ACCOUNTS
        ]
        held = {
            person.username: [names.get(code, code) for _, code in _roles(session, person)]
            for _, person in people
            if person is not None
        }
    words = json.loads(WORDS.read_text("utf-8"))["role"]
    rows = [
        f"  {username:<10}{words.get(role, role)} {name}（{'、'.join(held[username])}）"
        for username, name, role, _ in demo_town.ACCOUNTS
    ]
    return [f"演示账号，密码都是 / demo accounts, one password for all: {password}", *rows]


def kept_password(settings: Settings) -> str:
    """The password of this instance's demo accounts, made once, readable by its owner only."""
    path = _path(settings)
    if not path.exists():
        made = settings.demo_password or f"yihu-{secrets.randbelow(10**6):06d}"
        path.touch(mode=0o600)
        path.write_text(json.dumps({"password": made}), "utf-8")
    password: str = json.loads(path.read_text("utf-8"))["password"]
    return password


def _roles(session: Session, person: Person) -> list[tuple[str, str]]:
    held = accounts.roles_on(session, person.id, clock.today())
    return [(assignment.role, assignment.area) for assignment in held]


def _path(settings: Settings) -> Path:
    return settings.instance / "demo.json"
