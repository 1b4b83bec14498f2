"""What we put into WeasyPrint gives what WeasyPrint gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from server.household_file.typeset import quicker, subsets
from server.household_file.typeset.page import page
from server.household_file.typeset.pdf import pdf
from tests.household_file.households import Pictures, usual


def printed() -> bytes:
    pictures = Pictures()
    return pdf(page(usual(pictures), 7), pictures)


def seen(content: bytes, folder: Path) -> list[bytes]:
    """The pages as pictures."""
    folder.mkdir()
    (folder / "file.pdf").write_bytes(content)
    command: list[str | Path] = [
        "pdftoppm",
        "-r",
        "72",
        "-gray",
        folder / "file.pdf",
        folder / "page",
    ]
    subprocess.run(command, check=True)
    return [picture.read_bytes() for picture in sorted(folder.glob("*.pgm"))]


def test_pages_look_as_weasyprint_itself_draws_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = seen(printed(), tmp_path / "ours")
    for name, (mine, theirs) in quicker.REPLACED.items():
        for key, module in list(sys.modules.items()):
            if key.startswith("weasyprint") and getattr(module, name, None) is mine:
                monkeypatch.setattr(module, name, theirs)
    assert seen(printed(), tmp_path / "theirs") == ours


def test_faces_that_were_cut_before_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = printed()
    cut: list[bytes] = []

    def whole(font: Any, glyphs: frozenset[int]) -> Any:
        cut.append(font.name)
        return font.hb_face

    monkeypatch.setattr(subsets, "_source", whole)
    assert printed() == ours
    assert len(set(cut)) > 2
