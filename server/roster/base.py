"""What the cells of an exported roster came from, sealed into a sheet of its own."""

from __future__ import annotations

import base64
import hmac
import json
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from server.problems import RosterUnreadable
from server.registers import values
from server.roster.workbook import MAX_UNPACKED, Sheet

SHEET = "系统数据（勿改）"
#: Shorter than what is read of a cell.
_PIECE = 1_800
_AGAIN = "请重新导出，在新导出的表里改。"
Shown = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Base:
    """What a file had seen when it was exported.

    shown: entity → what its cells came from, values and heads, as phones send it.
    homes: person → household.
    """

    as_of: date
    shown: Mapping[str, Shown] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)

    def properties(self, of: str) -> dict[str, str]:
        """Property → value of one entity."""
        return values.properties({"units": self.shown.get(of, {}).get("values", {})})


def shown_of(state: values.State, units: Collection[str], sets: Collection[str]) -> Shown:
    """What a row shows of an entity.

    state: its live state. units: those that are exported; sets: the multiple choices among them,
      which name themselves so that choices they do not list count as shown unticked.
    """
    heads = values.heads(state)
    found = {
        unit: (value, [heads[index] for index in indexes])
        for unit, (value, indexes) in values.units(state).items()
        if unit.partition("/")[0] in units
    }
    used = sorted({head for _, named in found.values() for head in named})
    entries: dict[str, object] = {name: ["", []] for name in sorted(sets)}
    for unit, (value, named) in sorted(found.items()):
        entries[unit] = [value, [used.index(head) for head in named]]
    return {"heads": used, "values": entries}


def sealed(base: Base, secret: str) -> Iterator[str]:
    """The cells of the sheet: a seal, then what it holds for."""
    said = [base.as_of.isoformat(), base.shown, base.homes]
    packed = zlib.compress(json.dumps(said, ensure_ascii=False).encode())
    yield _seal(packed, secret)
    text = base64.b64encode(packed).decode()
    for start in range(0, len(text), _PIECE):
        yield text[start : start + _PIECE]


def unsealed(sheet: Sheet, secret: str) -> Base:
    """What the sheet says. Raises RosterUnreadable when somebody changed it."""
    cells = [line.cells[0] for line in sheet.lines if line.cells]
    texts = [cell.strip() for cell in cells if isinstance(cell, str)]
    try:
        packed = base64.b64decode("".join(texts[1:]), validate=True)
    except ValueError:
        packed = b""
    if not packed or not hmac.compare_digest(texts[0].encode(), _seal(packed, secret).encode()):
        raise RosterUnreadable(f"工作表“{SHEET}”被改动过，或者这张表不是从这里导出的。{_AGAIN}")
    text = zlib.decompressobj().decompress(packed, MAX_UNPACKED)
    as_of, shown, homes = json.loads(text)
    return Base(date.fromisoformat(as_of), shown, homes)


def base_of(sheets: Sequence[Sheet], secret: str) -> Base | None:
    """The base of an exported file; None for any other. Raises RosterUnreadable."""
    found = next((sheet for sheet in sheets if sheet.name == SHEET), None)
    return unsealed(found, secret) if found else None


def refuse_torn(base: Base | None, marked: bool) -> None:
    """Refuse a file whose rows lost what they came from, or the other way round.

    marked: whether the table has the column that names its rows.
    """
    if base is None and marked:
        raise RosterUnreadable(
            f"这张表是从这里导出的，但工作表“{SHEET}”不见了，多半是复制到了别的表里。"
            f"{_AGAIN}要当作普通花名册导入，请先删掉“系统标识”这一列。"
        )
    if base is not None and not marked:
        raise RosterUnreadable(f"导出的表里“系统标识”这一列不见了。{_AGAIN}")


def _seal(packed: bytes, secret: str) -> str:
    return hmac.digest(secret.encode(), b"roster export\x1f" + packed, "sha256").hex()
