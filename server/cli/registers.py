"""`yihu registers`: the registers, which follow from the submissions alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import click
from sqlalchemy.exc import SQLAlchemyError

from server import clock
from server.cli.instance import instance
from server.cli.progress import Progress, progress
from server.database import is_passing, reading, transaction
from server.intake.rebuild import Difference, Part, Step, next_part, redo, steps

#: So many differences are said one by one.
SAID = 50
#: How often a part is tried when other transactions come in between.
ATTEMPTS = 3
#: What a step counts as in the progress bar.
WHOLE = 1000


class _OnlyLook(Exception):
    """Rolls a part back."""


@click.group()
def registers() -> None:
    """The registers: households, persons, what follows from them."""


@registers.command()
@click.option("--check", is_flag=True, help="Change nothing; say what differs, with exit code 1.")
def rebuild(check: bool) -> None:
    """Compute all registers, review states, due dates and tasks anew from the submissions.

    Works beside the running server. Needed after a new data dictionary or policy; otherwise it
    finds nothing to do, and what it finds is a fault worth telling us.
    """
    found = 0
    with instance(), progress("重算登记簿") as tell:
        for number, one in enumerate(walk(keep=not check, tell=tell), 1):
            found = number
            if number <= SAID:
                click.echo(_said(one))
    if found > SAID:
        click.echo(f"……还有 {found - SAID} 处")
    if found and check:
        raise click.ClickException(f"有 {found} 处和记录对不上；改正：yihu registers rebuild")
    click.echo(f"已改正 {found} 处。" if found else "全部和记录一致，没有要改的。")


def walk(*, keep: bool, tell: Progress | None = None) -> Iterator[Difference]:
    """Compute everything anew, part by part, each in a transaction of its own.

    keep: whether what differs is set right. tell: progress, in thousandths of steps.
    """
    with reading() as session:
        todo = steps(session)
    for done, step in enumerate(todo):
        after = ""
        while part := _part_after(step, after):
            yield from _redone(part, keep)
            after = part.names[-1]
            if tell:
                tell(done * WHOLE + _share(after), len(todo) * WHOLE, step.name)
    if tell:
        tell(len(todo) * WHOLE, len(todo) * WHOLE, "")


def _part_after(step: Step, after: str) -> Part | None:
    with reading() as session:
        return next_part(session, step, after)


def _redone(part: Part, keep: bool) -> list[Difference]:
    for left in reversed(range(ATTEMPTS)):
        try:
            return _once(part, keep)
        except SQLAlchemyError as error:
            if not left or not is_passing(error):
                raise
    return []


def _once(part: Part, keep: bool) -> list[Difference]:
    found: list[Difference] = []
    with suppress(_OnlyLook), transaction() as session:
        found = redo(session, part, clock.now())
        if not keep:
            raise _OnlyLook
    return found


def _share(name: str) -> int:
    """How far a step is, in thousandths: ids are evenly spread."""
    try:
        return int(name[:4], 16) * WHOLE // 0x10000
    except ValueError:
        return 0


def _said(one: Difference) -> str:
    before = one.stored if isinstance(one.stored, dict) else None
    after = one.rebuilt if isinstance(one.rebuilt, dict) else None
    if before is None or after is None:
        which = "多出来的" if one.rebuilt is None else "缺的" if one.stored is None else "不同"
        return f"{one.what} {one.id}：{which}"
    names = sorted(name for name in before.keys() | after if before.get(name) != after.get(name))
    return f"{one.what} {one.id}：{'、'.join(names)} 不同"
