"""Blocks of a document as HTML: plain tables and few boxes, because layout is what costs."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from server.household_file import words
from server.household_file.content.blocks import Block, Cell, Pictures, Row, Table
from server.household_file.content.facts import Photo
from server.household_file.typeset.marks import mark
from server.household_file.typeset.names import name, prose

NOTHING = Markup("")


def set_block(block: Block, names: Sequence[str]) -> Markup:
    """One block of a document."""
    if isinstance(block, Table):
        return _table(block, names)
    if isinstance(block, Pictures):
        return set_pictures(block.photos, names, block.title)
    return Markup('<p class="prose">{}</p>').format(prose(block.text, names))


def set_pictures(photos: Sequence[Photo], names: Sequence[str], title: str = "") -> Markup:
    """Photos with their captions, two a row."""
    out = [Markup("<h2>{}</h2>").format(title)] if title else []
    out += [Markup('<table class="ph">'), columns((50, 50))]
    for start in range(0, len(photos), 2):
        pair = photos[start : start + 2]
        cells = [_photo(photo, start + place + 1, names) for place, photo in enumerate(pair)]
        cells += [Markup("<td></td>")] * (2 - len(pair))
        out.append(Markup("<tr>{}</tr>").format(Markup().join(cells)))
    out.append(Markup("</table>"))
    return Markup().join(out)


def columns(widths: Sequence[float]) -> Markup:
    """The column widths of a table; relative, made to a whole."""
    whole = sum(widths)
    cols = "".join(f'<col style="width:{100 * width / whole:.4g}%">' for width in widths)
    return Markup(f"<colgroup>{cols}</colgroup>")  # noqa: S704 — numbers only


def boxes(options: Sequence[tuple[str, bool]]) -> Markup:
    """Choices with the chosen ones ticked."""
    return Markup().join(
        Markup('<span class="c"><i class="o{}"></i>{}</span>').format(" x" if chosen else "", said)
        for said, chosen in options
    )


def _photo(photo: Photo, number: int, names: Sequence[str]) -> Markup:
    if photo.sha256:
        frame = Markup('<div class="frame"><img src="photo:{}" alt="{}"></div>').format(
            photo.sha256, photo.title
        )
    else:
        frame = Markup('<div class="frame none"><p>照片缺</p><p class="kai">{}</p></div>').format(
            photo.fault or "手机上的照片还没有传到"
        )
    unreviewed = "" if photo.reviewed else Markup('<span class="mk">未核</span>')
    where = f"　{photo.place}" if photo.place else ""
    people = Markup("人物：{}　").format(prose(photo.people, names)) if photo.people else ""
    by = Markup("摄影：{}").format(prose(photo.by, names)) if photo.by else ""
    return Markup('<td>{}<div class="cap"><b>{}　{}</b>{}<br>{}{}<br>{}{}</div></td>').format(
        frame,
        number,
        prose(photo.title, names),
        unreviewed,
        photo.taken or "时间不详",
        where,
        people,
        by,
    )


def _table(table: Table, names: Sequence[str]) -> Markup:
    css = " ".join(filter(None, ("t", table.style, "join" if table.join else "")))
    out = [Markup('<table class="{}">').format(css), columns(table.widths)]
    if table.head:
        head = Markup().join(_row(row, names) for row in table.head)
        out.append(Markup("<thead>{}</thead>").format(head))
    rows = [row for row in table.groups if len(row) == 1]
    if len(rows) == len(table.groups):
        out += [_group(tuple(row for (row,) in rows), names, spare=_spare(table))]
    else:
        out += [_group(group, names, keep=True) for group in table.groups]
        out += [_group((), names, spare=_spare(table))] if table.spare else []
    out.append(Markup("</table>"))
    return Markup().join(out)


def _spare(table: Table) -> Markup:
    """Empty rows for hands."""
    return Markup("<tr>{}</tr>").format(Markup("<td></td>") * len(table.widths)) * table.spare


def _group(
    rows: Sequence[Row], names: Sequence[str], *, keep: bool = False, spare: Markup = NOTHING
) -> Markup:
    css = Markup(' class="keep"') if keep and len(rows) > 1 else ""
    content = Markup().join(_row(row, names) for row in rows) + spare
    return Markup("<tbody{}>{}</tbody>").format(css, content)


def _row(row: Row, names: Sequence[str]) -> Markup:
    return Markup("<tr>{}</tr>").format(Markup().join(_cell(one, names) for one in row))


def _cell(one: Cell, names: Sequence[str]) -> Markup:
    tag = "th" if one.head else "td"
    more = f' colspan="{one.span}"' if one.span > 1 else ""
    more += f' rowspan="{one.rows}"' if one.rows > 1 else ""
    more += f' class="{one.style}"' if one.style else ""
    return Markup("<{0}{1}>{2}</{0}>").format(
        Markup(tag),  # noqa: S704 — ours
        Markup(more),  # noqa: S704 — numbers and classes of ours
        _content(one, names),
    )


def _content(one: Cell, names: Sequence[str]) -> Markup:
    fact = one.fact
    styles = one.style.split()
    if fact.options and "box" in styles:
        return boxes(fact.options) + mark(fact)
    if not fact.text:
        return mark(fact)
    if one.head:
        return lines(fact.text)
    if "song" in styles:
        parts = (name(part) for part in fact.text.split("、"))
        return Markup("、").join(parts) + mark(fact)
    if "told" in styles or "prose" in styles:
        said = (line.strip() for line in fact.text.splitlines())
        paragraphs = (Markup('<p class="prose">{}</p>').format(prose(one, names)) for one in said)
        return Markup().join(paragraphs) + mark(fact)
    return prose(words.said(fact.text), names) + mark(fact)


def lines(text: str) -> Markup:
    """Text with its line breaks."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))
