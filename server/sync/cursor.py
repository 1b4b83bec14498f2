"""The opaque cursor of a pull: epoch, scope of the caller, and the last number seen."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, replace

from server.problems import CursorTooOld


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a phone has pulled, in which epoch and with which scope.

    begun: of a phone that began with nothing, the county's last number when it began, until it has
    reached that: it need not be told what went before.
    """

    epoch: str
    scope: str
    number: int
    begun: int = 0

    def __str__(self) -> str:
        text = f"{self.epoch}.{self.scope}.{self.number}.{self.begun}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def moved(self, number: int) -> Cursor:
        """The same phone's cursor at a later number."""
        number = max(number, self.number)
        return replace(self, number=number, begun=self.begun if number < self.begun else 0)


@dataclass(frozen=True, slots=True)
class Known:
    """From where to where the server can tell what changed: after `floor`, up to `last`."""

    epoch: str
    floor: int
    last: int


def read(text: str, scope: str, known: Known) -> Cursor:
    """The cursor that a phone sent; blank starts at the beginning.

    Raises CursorTooOld when the epoch or the caller's scope has changed since, when what went away
    since is no longer said, and when the cursor knows more than the server, which then was set
    back without anybody telling it.
    """
    if not text:
        return Cursor(known.epoch, scope, 0, begun=known.last)
    try:
        parts = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split(".")
        cursor = Cursor(parts[0], parts[1], int(parts[2]), int(parts[3]))
    except (binascii.Error, UnicodeDecodeError, IndexError, ValueError) as error:
        raise CursorTooOld from error
    reached = max(cursor.number, cursor.begun)
    if (cursor.epoch, cursor.scope) != (known.epoch, scope):
        raise CursorTooOld
    if not known.floor <= reached <= known.last:
        raise CursorTooOld
    return cursor
