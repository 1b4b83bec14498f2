"""The opaque cursor of a pull: epoch, scope of the caller, and the last number seen."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from server.problems import CursorTooOld


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a phone has pulled, in which epoch and with which scope."""

    epoch: str
    scope: str
    number: int

    def __str__(self) -> str:
        text = f"{self.epoch}.{self.scope}.{self.number}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(text: str, epoch: str, scope: str) -> Cursor:
    """The cursor that a phone sent; blank starts at the beginning.

    Raises CursorTooOld when the epoch or the caller's scope has changed since.
    """
    if not text:
        return Cursor(epoch, scope, 0)
    try:
        parts = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split(".")
        cursor = Cursor(parts[0], parts[1], int(parts[2]))
    except (binascii.Error, UnicodeDecodeError, IndexError, ValueError) as error:
        raise CursorTooOld from error
    if (cursor.epoch, cursor.scope) != (epoch, scope):
        raise CursorTooOld
    return cursor
