"""Which village a row speaks of, by code, by name and by household number."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from server.roster.row import Row

_TAILS = re.compile(r"(?:村民委员会|村委会|居委会|村|社区)$")


class Villages:
    """The villages that a file may speak of: those that exist and that the importer may fill."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """names: code → name."""
        self._names = names
        self._codes: dict[str, list[str]] = {}
        for code, name in names.items():
            for spelling in {name, _short(name)}:
                self._codes.setdefault(spelling, []).append(code)

    def settle(self, row: Row) -> None:
        """Settle a row's village code, or refuse the row with the reason."""
        name = row.values.pop("village_name", "")
        if "village_code" in row.blamed:
            return
        code = row.get("village_code") or self._by_name(row, name)
        if not code:
            return
        if code not in self._names:
            row.faults.append(self._unknown(code, name))
            return
        row.values["village_code"] = code
        known = self._names[code]
        if name and _short(name) != _short(known):
            row.faults.append(f"村代码 {code} 是“{known}”，行政村却填“{name}”。请核实后改成一致。")
            return
        self._compare_with_number(row, code)

    def _by_name(self, row: Row, name: str) -> str:
        """The code of the village of a name; a name that several have is told by the number."""
        if not name:
            row.faults.append("没有村代码，也没有村名。请补填。")
            return ""
        codes = self._named(name)
        if not codes:
            row.faults.append(self._unknown("", name))
            return ""
        fitting = [code for code in codes if row.get("household_no").startswith(code)]
        if len(codes) == 1 or len(fitting) == 1:
            return (fitting or codes)[0]
        row.faults.append(f"有 {len(codes)} 个村叫“{name}”。请加一列“村代码”填明是哪一个。")
        return ""

    def _named(self, name: str) -> list[str]:
        return self._codes.get(name) or self._codes.get(_short(name)) or []

    def _unknown(self, code: str, name: str) -> str:
        """Why no village is meant, with the one that may be."""
        what = f"“{name}”" if name else f"村代码 {code}"
        if name and code:
            what += f"（村代码 {code}）"
        if name and self._named(name):
            return f"没有{what}：“{name}”的村代码是 {self._named(name)[0]}。请核实村代码。"
        alike = difflib.get_close_matches(name, list(self._names.values()), 1, 0.6) if name else []
        guess = f"是不是“{alike[0]}”？" if alike else ""
        return f"没有{what}这个村，或者不归您管。{guess}请核实村名和村代码。"

    def _compare_with_number(self, row: Row, code: str) -> None:
        """The household number begins with its village's code, unless villages were joined."""
        number = row.get("household_no")
        if not number or number.startswith(code):
            return
        other = self._names.get(number[:12])
        if len(number) != 17:
            row.remarks.append(f"户编号 {number} 是 {len(number)} 位，一般是 17 位，请核实。")
        elif other:
            row.faults.append(
                f"户编号 {number} 是“{other}”的编号，村代码却是“{self._names[code]}”。"
                "请核实是哪个村的户。"
            )
        else:
            row.remarks.append(f"户编号 {number} 前 12 位不是村代码 {code}，按村代码导入，请核实。")


def _short(name: str) -> str:
    """三里村, 三里村委会 and 三里 are one village."""
    return _TAILS.sub("", name) or name
