"""Our forms as an office changes them: a line put otherwise, taken out or added, as a workbook."""

from __future__ import annotations

from collections.abc import Mapping

from server.forms.export import workbook
from tests.forms.instances import FORMS, compiled

#: The version that an office gives a form that it changed.
NEXT = "2027010101"


def markdown(
    form_id: str = "visit", changes: Mapping[str, str] | None = None, *, version: str = NEXT
) -> bytes:
    """The Markdown of a form with pieces of text replaced; each must be there."""
    text = (FORMS / f"{form_id}.md").read_text("utf-8")
    released = compiled(form_id).definition.version
    for old, new in {released: version, **(changes or {})}.items():
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def excel(
    form_id: str = "visit", changes: Mapping[str, str] | None = None, *, version: str = NEXT
) -> bytes:
    """The same as a workbook."""
    return workbook(markdown(form_id, changes, version=version))


def line(form_id: str, name: str) -> str:
    """The line of a question in a form's Markdown."""
    text = (FORMS / f"{form_id}.md").read_text("utf-8")
    return next(line for line in text.splitlines() if f" {name} |" in line)
