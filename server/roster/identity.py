"""Citizen identity numbers (GB 11643) and the names of entities made from a roster."""

from __future__ import annotations

import hmac
import re
import uuid
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_SHAPE = re.compile(r"[1-9]\d{16}[\dX]")


def shaped(number: str) -> bool:
    """Whether the text looks like an 18-character number, right or wrong."""
    return _SHAPE.fullmatch(number) is not None


def checksum_holds(number: str) -> bool:
    """Whether the last character follows from the other seventeen."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == number[17]


def birth_of(number: str) -> date | None:
    """The birth date inside a number, or None when there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex_of(number: str) -> str:
    """`male` or `female`, by the seventeenth digit."""
    return "male" if int(number[16]) % 2 else "female"


def masked(number: str) -> str:
    """The number as it may stand on a screen: first six and last four."""
    return f"{number[:6]}********{number[-4:]}" if len(number) == 18 else number


def entity_id(secret: str, *key: str) -> str:
    """A UUID that only the holder of the secret can derive from the source's own key.

    key: source, register and what names the entity there. A plain hash of an identity number
      could be guessed by trying all numbers; a keyed one cannot.
    """
    digest = hmac.digest(secret.encode(), "\x1f".join(key).encode(), "sha256")
    return str(uuid.UUID(bytes=digest[:16], version=5))
