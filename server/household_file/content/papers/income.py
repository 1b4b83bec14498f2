"""收入核算表: every line with its basis, and the sum so that the household can follow it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from lxml import etree

from server.household_file import words
from server.household_file.content.blocks import (
    Block,
    Paper,
    Row,
    Table,
    cell,
    label,
    labels,
    table,
)
from server.household_file.content.catalogue import Section
from server.household_file.content.papers.known import Known
from server.household_file.content.records import Standing
from server.household_file.content.visit_of import Filled, signed, signed_by

WIDTHS = (6, 21, 16, 10, 9, 13, 16)
HEAD = labels("序号", "项目", "姓名、品名", "数量", "单位", "单价（元）", "金额（元）")
FEN = Decimal("0.01")
UNMET = frozenset({"absent", "refused"})
#: Empty lines under each head of a form that nobody filled in yet.
SPARE = (3, 3, 2, 3, 2)
NUMBERS = "一二三四五"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what, whose or of what, how much of it, its price, and what it comes to.

    basis: instead of amount and price, where the sum was told at once. left_out: not counted.
    """

    what: str
    whose: str = ""
    quantity: str = ""
    unit: str = ""
    price: str = ""
    basis: str = ""
    amount: Decimal = Decimal(0)
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the account."""

    title: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        """What counts of it."""
        return sum((line.amount for line in self.lines if not line.left_out), Decimal(0))


def incomes(known: Known, section: Section) -> list[Paper]:
    """The accounts of the period; the newest one where none lies in it; an empty form at last."""
    accounts = [
        (one, form)
        for one, form in known.filled("account")
        if form.text("visit_result") not in UNMET
    ]
    meant = [
        (one, form)
        for one, form in accounts
        if known.period.meets(form.text("period_start"), form.text("period_end"))
    ]
    if not meant and not known.period.chosen:
        meant = accounts[:1]
    if not meant:
        return [_empty(section)] if section.blank else []
    return [_paper(known, section, *account) for account in meant]


def _paper(known: Known, section: Section, one: Standing, form: Filled) -> Paper:
    parts = parts_of(form, known)
    first, last = form.text("period_start"), form.text("period_end")
    size = form.text("family_size")
    blocks: list[Block] = [_lines(parts), _sums(parts, size, _rigid(form))]
    if reason := form.text("change_reason"):
        blocks.append(_pair("和上年相差大的原因", reason))
    return Paper(
        section=section.code,
        key=f"income-{one.submission.instance_id[:8]}",
        blocks=tuple(blocks),
        about=_about(last[:4], form),
        on=one.on,
        by=known.records.by(one),
        right=f"{words.long_date(first)}至{words.long_date(last)}　人口 {size} 人",
        reviewed=one.approved,
        signed={
            "household": signed(form),
            "recorder": signed_by(form, "signature_recorder"),
        },
        notes=(_explained(parts), *known.records.passed(one)),
    )


def _about(year: str, form: Filled) -> str:
    """Which account it is, as the contents tell them apart."""
    if form.text("account_type") == "annual":
        return f"{year}年度"
    return "，".join(filter(None, (year and f"{year}年", form.said("account_type"))))


def _explained(parts: Sequence[Part]) -> str:
    if any(line.left_out for part in parts for line in part.lines):
        return "带括号的金额是一次性的，只记录，不计入收入。"
    return ""


def _empty(section: Section) -> Paper:
    titles = ("工资性收入", "生产经营性收入", "财产性收入", "转移性收入", "生产经营性支出")
    parts = [
        Part(title, tuple(Line("") for _ in range(spare)))
        for title, spare in zip(titles, SPARE, strict=True)
    ]
    return Paper(
        section=section.code,
        key="income",
        blocks=(_lines(parts, blank=True), _sums(parts, "", "", blank=True)),
        note="空白表",
        right="　　　年　　月　　日至　　　年　　月　　日",
    )


def parts_of(form: Filled, known: Known) -> list[Part]:
    """The five parts of an account as it was filled in."""
    return [
        Part("工资性收入", tuple(_wages(form, known))),
        Part("生产经营性收入", tuple(_business(form))),
        Part("财产性收入", tuple(_told(form, "property", lambda _: ""))),
        Part("转移性收入", tuple(_transfers(form, known))),
        Part("生产经营性支出", tuple(_told(form, "expense", lambda _: ""))),
    ]


def _wages(form: Filled, known: Known) -> Iterator[Line]:
    for row in form.rows("wage"):
        months, monthly = form.text("wage_months", row), form.text("wage_monthly", row)
        yield Line(
            what=form.text("wage_employer", row),
            whose=_whose(form, "wage_person", row),
            quantity=_plain(months),
            unit="月" if months else "",
            price=words.money(monthly),
            amount=_product(months, monthly),
        )


def _business(form: Filled) -> Iterator[Line]:
    for row in form.rows("business"):
        quantity, price = form.text("business_qty", row), form.text("business_price", row)
        yield Line(
            what=form.said("business_kind", row),
            whose=form.text("business_name", row),
            quantity=_plain(quantity),
            unit=form.text("business_unit", row),
            price=words.money(price),
            amount=_product(quantity, price),
        )


def _transfers(form: Filled, known: Known) -> Iterator[Line]:
    out = set(form.text("not_countable").split())
    for line, row in zip(
        _told(form, "transfer", lambda row: _whose(form, "transfer_person", row)),
        form.rows("transfer"),
        strict=True,
    ):
        kind = form.text("transfer_kind", row)
        other = kind == "other" and form.text("transfer_other_counts", row) != "yes"
        left_out = kind in out or other
        yield Line(line.what, line.whose, basis=line.basis, amount=line.amount, left_out=left_out)


def _told(form: Filled, repeat: str, whose: Callable[[etree._Element], str]) -> Iterator[Line]:
    for row in form.rows(repeat):
        yield Line(
            what=form.said(f"{repeat}_kind", row),
            whose=whose(row),
            basis=form.text(f"{repeat}_note", row),
            amount=_number(form.text(f"{repeat}_amount", row)),
        )


def _whose(form: Filled, question: str, row: etree._Element) -> str:
    said = form.text(question, row)
    return form.around.person(said) or ("" if len(said) == 36 else said)


def _rigid(form: Filled) -> str:
    return "，".join(
        f"{line.what} {line.amount:.2f}" for line in _told(form, "rigid", lambda _: "")
    )


def _lines(parts: Sequence[Part], *, blank: bool = False) -> Table:
    groups: list[tuple[Row, ...]] = []
    for number, part in enumerate(parts):
        total = "" if blank else f"{part.total:.2f}"
        title = label(f"{NUMBERS[number]}、{part.title}", 6, style="g sum")
        rows = [_line(place + 1, line, blank=blank) for place, line in enumerate(part.lines)]
        first = (title, cell(total, "d r sum"))
        groups.append((first, rows[0]) if rows else (first,))
        groups += [(row,) for row in rows[1:]]
    return Table(WIDTHS, tuple(groups), (HEAD,), style="low")


def _line(number: int, line: Line, *, blank: bool) -> Row:
    amount = "" if blank else f"{line.amount:.2f}"
    start = (cell(str(number), "d"), cell(line.what, "l"), cell(line.whose, "song s"))
    end = cell(f"（{amount}）" if line.left_out else amount, "d r")
    if line.basis:
        return (*start, cell(line.basis, "l s", 3), end)
    return (
        *start,
        cell(line.quantity, "d r"),
        cell(line.unit),
        cell(line.price, "d r"),
        end,
    )


def _sums(parts: Sequence[Part], size: str, rigid: str, *, blank: bool = False) -> Table:
    earned, spent = [part.total for part in parts[:4]], parts[4].total
    total = sum(earned, Decimal(0))
    net = total - spent
    people = int(size) if size.isdecimal() and int(size) else 0
    each = (net / people).quantize(FEN, ROUND_HALF_UP) if people else None
    said = (
        ("总收入（一＋二＋三＋四）", "＋".join(f"{one:.2f}" for one in earned), f"{total:.2f}"),
        ("纯收入（总收入－五）", f"{total:.2f}－{spent:.2f}", f"{net:.2f}"),
        ("人均纯收入", f"{net:.2f}÷{size}", f"{each:.2f}" if each is not None else ""),
        ("刚性支出（参考，不扣减）", rigid or "没有", ""),
    )
    rows = tuple(
        (
            label(title, style="l"),
            cell("" if blank else how, "l s digits"),
            cell("" if blank else amount, "d r sum" if amount else "d r"),
        )
        for title, how, amount in said
    )
    return Table((27, 48, 16), (rows,), join=True, style="low")


def _pair(title: str, text: str) -> Table:
    return table((27, 64), [(label(title, style="l"), cell(text, "l high"))], join=True)


def _product(quantity: str, price: str) -> Decimal:
    return (_number(quantity) * _number(price)).quantize(FEN, ROUND_HALF_UP)


def _number(said: str) -> Decimal:
    try:
        return Decimal(said)
    except InvalidOperation:
        return Decimal(0)


def _plain(said: str) -> str:
    """A quantity without needless zeros."""
    if not said:
        return ""
    return f"{_number(said).normalize():f}"
