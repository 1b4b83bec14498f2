"""How dates, numbers and marks are written on paper."""

import re
from decimal import Decimal, InvalidOperation

_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})")


def long_date(value: str) -> str:
    """`2026-02-18` as 2026年2月18日 (GB/T 9704); what is not a date stays as it is."""
    found = _DATE.match(value)
    return f"{found[1]}年{int(found[2])}月{int(found[3])}日" if found else value


def said(value: str) -> str:
    """A fact's text as printed: a whole date as 2026年2月18日, everything else as it is."""
    return long_date(value) if len(value) == 10 else value


def short_date(value: str) -> str:
    """`2026-02-18` as 2026.02.18, for narrow columns."""
    found = _DATE.match(value)
    return f"{found[1]}.{found[2]}.{found[3]}" if found else value


def month(value: str) -> str:
    """`1968-04-12` as 1968.04, for a month of birth."""
    found = _DATE.match(value)
    return f"{found[1]}.{found[2]}" if found else value


def long_month(value: str) -> str:
    """`2026-02-18` as 2026年2月."""
    found = _DATE.match(value)
    return f"{found[1]}年{int(found[2])}月" if found else value


def wide(label: str) -> str:
    """A Chinese label with the brackets that Chinese print uses."""
    return label.replace("(", "（").replace(")", "）")


def money(amount: str) -> str:
    """An amount with two decimals and no thousands mark; what is not a number stays as it is."""
    try:
        return f"{Decimal(amount):.2f}"
    except InvalidOperation:
        return amount


def masked(account: str) -> str:
    """An account number with only its last four digits, for the archive as for everybody."""
    return "*" * max(len(account) - 4, 0) + account[-4:] if len(account) > 4 else "*" * len(account)


def short_hash(digest: str) -> str:
    """The first 16 hex digits of a digest in four groups, for the footer."""
    shown = digest[:16].upper()
    return " ".join(shown[start : start + 4] for start in range(0, 16, 4))


def committee(village: str) -> str:
    """The committee of a village or of an urban community."""
    if village.endswith(("委会", "委员会")):
        return village
    return village + ("居民委员会" if village.endswith("社区") else "村民委员会")
