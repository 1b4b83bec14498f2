"""What the square code of a printed page says, and reading it again; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

#: So many digits of the hash of the facts stand in the code and in the footer.
DIGITS = 16
#: No number of a household or a sheet is longer.
LONGEST = 80

_WEB = re.compile(r"https?://[^/\s]+/Z/([^/\s]+)/(\d{1,9})/([0-9A-F]{16})/(\d{1,9})/?", re.I)
_PLAIN = re.compile(r"YIHU:(.+?):(\d{1,9}):([0-9A-F]{16})(?::(\d{1,9}))?", re.I)
_UUID = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Code:
    """One page of one version of a household's file.

    number: the household's number, its id where it has none yet. digits: the first 16 digits of the
    hash of the facts, capitals. page: the page of the PDF, from 1; None on paper that was printed
    before pages had codes of their own.
    """

    number: str
    version: int
    digits: str
    page: int | None

    def text(self, base: str | None = None) -> str:
        """What the code says: a page of the township's web where it has an address (`PUBLIC_URL`).

        All in capitals where the number allows it: a code of capitals is a third smaller.
        """
        number = self.number.upper() if _UUID.fullmatch(self.number) else self.number
        if base:
            parts = (quote(number, safe=""), str(self.version), self.digits, str(self.page or 0))
            return "/".join((base.upper(), "Z", *parts))
        page = "" if self.page is None else f":{self.page}"
        return f"YIHU:{number}:{self.version}:{self.digits}{page}"


def read(text: str) -> Code | None:
    """The code that a reader saw or a hand typed; None when it is none of ours."""
    text = text.strip()
    if found := _WEB.fullmatch(text):
        number, page = unquote(found[1]), int(found[4]) or None
    elif found := _PLAIN.fullmatch(text):
        number, page = found[1], int(found[4]) if found[4] else None
    else:
        return None
    if len(number) > LONGEST or not number.isprintable():
        return None
    number = number.lower() if _UUID.fullmatch(number) else number
    return Code(number, int(found[2]), found[3].upper(), page)
