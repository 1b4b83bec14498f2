"""Documents cannot rot: every problem, setting and command is in docs/."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from server import problems
from server.cli import main
from server.config import ROOT
from server.problems import Problem

DOCS = ROOT / "docs"
READS = re.compile(r"(?:env(?:iron)?\.get\(|_number\(env, |environ\[)\"([A-Z_]+)\"")


def all_problems() -> set[type[Problem]]:
    found = {Problem}
    for kind in vars(problems).values():
        if isinstance(kind, type) and issubclass(kind, Problem):
            found.add(kind)
    return found


def documented_problems() -> dict[str, str]:
    table = (DOCS / "protocol.md").read_text("utf-8").split("## Problems")[1]
    return dict(re.findall(r"^\| `([a-z-]+)` \| (\d+|any) \|", table, re.MULTILINE))


def test_the_protocol_lists_every_problem_with_its_status() -> None:
    declared = {kind.slug: str(int(kind.status)) for kind in all_problems()}
    declared["http"] = "any"
    assert documented_problems() == declared


def test_every_problem_speaks_chinese_to_people() -> None:
    for kind in all_problems():
        assert re.search(r"[\u4e00-\u9fff]", kind.default_detail), kind.__name__


def settings_read() -> set[str]:
    sources = [ROOT / "server" / "config.py", ROOT / "gunicorn.conf.py"]
    return {name for source in sources for name in READS.findall(source.read_text("utf-8"))}


def test_every_setting_is_documented() -> None:
    table = (DOCS / "settings.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))
    assert documented == settings_read()


def test_nothing_but_the_settings_reads_the_environment() -> None:
    reading = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "server").rglob("*.py")
        if re.search(r"os\.environ|getenv", path.read_text("utf-8"))
    ]
    assert reading == ["server/config.py"]


def commands(group: click.Group, before: str = "yihu") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}", command


@pytest.mark.parametrize(("name", "command"), list(commands(main)), ids=lambda value: str(value))
def test_every_command_and_option_is_documented(name: str, command: click.Command) -> None:
    table = (DOCS / "commands.md").read_text("utf-8")
    row = next((line for line in table.splitlines() if line.startswith(f"| `{name}")), "")
    assert row, f"docs/commands.md lacks {name}"
    assert command.help, f"{name} has no help"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert max(parameter.opts, key=len) in row, f"{name} {parameter.opts}"
