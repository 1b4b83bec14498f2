"""What WeasyPrint asks of every box again and again, answered once a style.

Two of its functions are replaced by ones that give the same (`test_engine.py` compares them), for
plain boxes; whatever is not plain goes the old way.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from weasyprint import draw
from weasyprint.css.functions import check_math
from weasyprint.formatting_structure.boxes import PageBox
from weasyprint.layout import percent
from weasyprint.layout.absolute import AbsolutePlaceholder

SIDES = ("top", "right", "bottom", "left")
LENGTHS = (
    *(f"margin_{side}" for side in SIDES),
    *(f"padding_{side}" for side in SIDES),
    *(f"{most}{axis}" for axis in ("width", "height") for most in ("", "min_", "max_")),
)
BORDERS = tuple(f"border_{side}_width" for side in SIDES)

_resolve_percentages = percent.resolve_percentages
_draw_collapsed_borders = draw.draw_collapsed_borders


def install() -> None:
    """Put our functions in the places of WeasyPrint's."""
    for name, (ours, theirs) in REPLACED.items():
        for module in [one for key, one in sys.modules.items() if key.startswith("weasyprint")]:
            if getattr(module, name, None) is theirs:
                setattr(module, name, ours)


def _once(style: Any, name: str, answer: Callable[[Any], Any]) -> Any:
    """The answer about a style, kept with it; copies of the style are asked anew."""
    kept = style.__dict__
    if name not in kept:
        kept[name] = answer(style)
    return kept[name]


def resolve_percentages(box: Any, containing_block: Any) -> None:
    """Set the used lengths of a box: at once where its style has no percentages."""
    style = box.style
    lengths = _once(style, "plain_lengths", _plain_lengths)
    if lengths is None or isinstance(box, PageBox | AbsolutePlaceholder):
        _resolve_percentages(box, containing_block)
        return
    box.__dict__.update(lengths)
    collapse = style["border_collapse"] == "collapse"
    for name in BORDERS:
        if not (collapse and name in box.__dict__):
            box.__dict__[name] = style[name]
    if style["box_sizing"] != "content-box":
        percent.adjust_box_sizing(box, "width")
        percent.adjust_box_sizing(box, "height")


def _plain_lengths(style: Any) -> dict[str, Any] | None:
    lengths: dict[str, Any] = {}
    for name in LENGTHS:
        value = style[name]
        if value is None or value == "auto":
            lengths[name] = 0 if name in ("min_width", "min_height") else value
        elif check_math(value) or value.unit == "%":
            return None
        else:
            lengths[name] = value.value
    return lengths


def draw_collapsed_borders(stream: Any, table: Any) -> None:
    """Draw the borders of a table, neighbours that look the same as one line."""
    lines = list(_lines(table))
    if any(style != "solid" for (_, style, *_), _ in lines):
        _draw_collapsed_borders(stream, table)
        return
    with stream.artifact():
        for (_, _, width, color), same in groupby(sorted(lines, key=_score), key=itemgetter(0)):
            with stream.stacked():
                stream.set_color(color, stroke=True)
                stream.set_line_width(width)
                for _, (x1, y1, x2, y2) in same:
                    stream.move_to(x1, y1)
                    stream.line_to(x2, y2)
                stream.stroke()


def _score(line: Any) -> Any:
    """Wide lines are drawn over thin ones; lines of one look come together."""
    (score, style, width, color), _ = line
    return score, style, width, str(color)


Line = tuple[tuple[Any, str, float, Any], tuple[float, float, float, float]]


def _lines(table: Any) -> Iterator[Line]:
    """The lines of a table that is part of a page: how each looks, from where to where."""
    rows = [row for group in table.children for row in group.children]
    if not rows or not table.column_widths:
        return
    xs = [*table.column_positions, table.column_positions[-1] + table.column_widths[-1]]
    ys = [row.position_y for row in rows] + [rows[-1].position_y + rows[-1].height]
    upright, level = _borders_on_page(table, len(rows))
    for x in range(len(xs)):
        for look, first, last in _runs([upright[y][x] for y in range(len(rows))]):
            over = 0.0 if first == 0 and table.skip_cell_border_top else _half(level, first, x)
            ends = last + 1 == len(rows) and table.skip_cell_border_bottom
            under = 0.0 if ends else _half(level, last + 1, x)
            yield look, (xs[x], ys[first] - over, xs[x], ys[last + 1] + under)
    for y in range(len(ys)):
        if (y == 0 and table.skip_cell_border_top) or (
            y == len(rows) and table.skip_cell_border_bottom
        ):
            continue
        for look, first, last in _runs(level[y]):
            before, after = _half_upright(upright, first, y), _half_upright(upright, last + 1, y)
            yield look, (xs[first] - before, ys[y], xs[last + 1] + after, ys[y])


def _borders_on_page(table: Any, height: int) -> tuple[list[Any], list[Any]]:
    """The table's borders, those of rows that stand on other pages left out."""
    upright, level = table.collapsed_border_grid
    header = len(table.children[0].children) if table.children[0].is_header else 0
    footer = len(table.children[-1].children) if table.children[-1].is_footer else 0
    skipped = table.skipped_rows - header if table.skipped_rows else 0
    beyond = len(upright) - height

    def row(y: int, *, between: bool) -> int:
        if header and y < header + between:
            return y
        if footer and y >= height - footer:
            return y + beyond
        return y + skipped

    return (
        [upright[row(y, between=False)] for y in range(height)],
        [level[row(y, between=True)] for y in range(height + 1)],
    )


def _runs(borders: list[Any]) -> Iterator[tuple[Any, int, int]]:
    """Neighbouring borders of one look, with their first and last place; none that is invisible."""
    place = 0
    for (score, (style, width, color)), same in groupby(borders):
        last = place + sum(1 for _ in same) - 1
        if width and color.alpha:
            yield (score, style, width, color), place, last
        place = last + 1


def _half(level: list[Any], y: int, x: int) -> float:
    """Half of the widest of the level borders that an upright one at x meets."""
    return _widest(level[y][max(x - 1, 0) : x + 1]) / 2


def _half_upright(upright: list[Any], x: int, y: int) -> float:
    return _widest([row[x] for row in upright[max(y - 1, 0) : y + 1]]) / 2


def _widest(borders: list[Any]) -> float:
    return max((width for _, (_, width, _) in borders), default=0.0)


REPLACED: dict[str, tuple[Any, Any]] = {
    "resolve_percentages": (resolve_percentages, _resolve_percentages),
    "draw_collapsed_borders": (draw_collapsed_borders, _draw_collapsed_borders),
}
