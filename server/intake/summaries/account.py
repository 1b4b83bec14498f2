"""What an income account came to."""

from __future__ import annotations

from server.intake.summaries.filled import Filled, Summary, plain


def summary(filled: Filled) -> Summary:
    """The title of the form."""
    return plain(filled)
