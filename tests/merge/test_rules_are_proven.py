"""The table of the merge's rules (docs/merge.md) names code and tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "merge.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("|") and not line.startswith(("| rule", "|---"))
]
TESTS = set(
    re.findall(
        r"^def (test_\w+)",
        "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")),
        re.MULTILINE,
    )
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1][:40]}")
def test_a_rule_names_code_and_tests_that_exist(row: list[str]) -> None:
    _, _, code, tests = row
    assert [path for path in re.findall(r"`([^`]+)`", code) if not (ROOT / path).is_file()] == []
    assert [name for name in re.findall(r"`([^`]+)`", tests) if name not in TESTS] == []
    assert "`" in code
    assert "`" in tests


def test_every_rule_has_its_rows() -> None:
    assert {row[0] for row in ROWS} >= {str(number) for number in range(1, 11)}
