"""What `compute.Computed` works out, without lxml: for nearly every instance that arrives.

A form whose expressions `closures.py` cannot read, or an instance with a value that it leaves to
libxml2, raises Unsupported; then `check` takes `Computed`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from lxml import etree

from server.forms.closures import EPOCH, Cell, Function, Row, Scope, Unsupported, compile_expression
from server.forms.compute import ROUNDS, children_of
from server.forms.definition import Definition, Question
from server.forms.xpath import Context, UnknownFunction, functions_of
from server.forms.xpath_functions import Value, boolean_of, text_of

KEPT = 64
FAILURES = (ValueError, TypeError, AttributeError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Item:
    """One question, group or repeat of a form, with its expressions and what is below it."""

    path: str
    name: str
    question: Question | None
    repeat: bool
    relevant: Function | None
    calculation: Function | None
    below: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A form version, ready to be computed."""

    items: tuple[Item, ...]
    constraints: Mapping[str, Function]
    required: Mapping[str, Function]
    known: frozenset[str]
    repeats: tuple[str, ...]


@dataclass(slots=True, eq=False)
class GroupHere:
    """A group in one place of an instance; `applies` in the round that is computed."""

    relevant: Function
    scope: Scope
    round: int = -1
    applies: bool = True


@dataclass(slots=True, eq=False)
class QuickField:
    """One question in one place of an instance (see `compute.Field`)."""

    question: Question
    path: str
    node: Cell
    given: str
    value: str
    item: Item
    scope: Scope
    groups: tuple[GroupHere, ...]
    relevant: bool = True


@dataclass(slots=True)
class _Around:
    """Where the walk through an instance is."""

    path: str
    placed: str
    scope: Scope
    cells: Row
    groups: tuple[GroupHere, ...] = field(default=())


class QuickComputed:
    """An instance with every question present and everything calculated.

    Raises Unsupported.
    """

    def __init__(self, root: etree._Element, definition: Definition, today: date) -> None:
        self.definition = definition
        self.fields: list[QuickField] = []
        self.unknown: list[str] = []
        self._plan = plan_of(definition)
        self._today = float((today - EPOCH).days)
        self._form: Row = {}
        self._rows: dict[str, list[Row]] = {path: [] for path in self._plan.repeats}
        scope = self._scope({})
        self._place(root, self._plan.items, _Around("/data", "/data", scope, self._form))
        moving = [one for one in self.fields if one.groups or _moves(one.item)]
        for turn in range(ROUNDS):
            if not self._settle(moving, turn):
                break

    def is_required(self, field: QuickField) -> bool:
        """Whether the question must be answered, as things are."""
        expression = self._plan.required.get(field.question.path)
        return field.question.required or (
            expression is not None and boolean_of(_at(expression, field, False))
        )

    def breaks(self, field: QuickField) -> bool:
        """Whether the answer does not fulfil the question's constraint."""
        expression = self._plan.constraints.get(field.question.path)
        return expression is not None and not boolean_of(_at(expression, field, True))

    def _scope(self, row: Row) -> Scope:
        return Scope(self._form, self._rows, self._today, row)

    def _place(
        self, element: etree._Element | None, items: tuple[Item, ...], around: _Around
    ) -> None:
        children: dict[str, list[etree._Element]] = {}
        for child in element if element is not None else ():
            children.setdefault(str(child.tag), []).append(child)
            if child.tag != "meta" and f"{around.path}/{child.tag}" not in self._plan.known:
                self.unknown.append(f"{around.placed}/{child.tag}")
        for item in items:
            found = children.get(item.name, [])
            if item.question is not None:
                self._ask(item, item.question, found, around)
            elif item.repeat:
                for number, row in enumerate(found, 1):
                    self._enter(row, item, around, number)
            else:
                self._enter(found[0] if found else None, item, around, None)

    def _enter(
        self, element: etree._Element | None, item: Item, around: _Around, number: int | None
    ) -> None:
        scope, cells = around.scope, around.cells
        if number is not None:
            cells = {}
            self._rows[item.path].append(cells)
            scope = self._scope(cells)
        groups = around.groups
        if item.relevant is not None:
            groups = (*groups, GroupHere(item.relevant, scope))
        placed = f"{around.placed}/{item.name}" + (f"[{number}]" if number is not None else "")
        self._place(element, item.below, _Around(item.path, placed, scope, cells, groups))

    def _ask(
        self, item: Item, question: Question, found: list[etree._Element], around: _Around
    ) -> None:
        given = (found[0].text or "").strip() if found else ""
        cell = around.cells[item.path] = Cell(given)
        placed = f"{around.placed}/{item.name}"
        self.fields.append(
            QuickField(question, placed, cell, given, given, item, around.scope, around.groups)
        )

    def _settle(self, moving: list[QuickField], turn: int) -> bool:
        """One round; whether anything changed."""
        changed = False
        for place in moving:
            relevant = _is_relevant(place, turn)
            value = _value(place) if relevant else ""
            if relevant != place.relevant or value != place.value:
                changed = True
                place.relevant, place.value = relevant, value
            place.node.text = value
        return changed


def _moves(item: Item) -> bool:
    return item.relevant is not None or item.calculation is not None


def _is_relevant(place: QuickField, turn: int) -> bool:
    for group in place.groups:
        if group.round != turn:
            group.round = turn
            group.applies = _holds(group.relevant, group.scope)
        if not group.applies:
            return False
    if place.item.relevant is None:
        return True
    place.scope.here = place.node
    return _holds(place.item.relevant, place.scope)


def _holds(expression: Function, scope: Scope) -> bool:
    try:
        value = expression(scope)
        return value if value is True or value is False else boolean_of(value)
    except FAILURES:
        return True


def _value(place: QuickField) -> str:
    if place.item.calculation is None:
        return place.given
    value = _at(place.item.calculation, place, place.given)
    return "" if isinstance(value, float) and math.isnan(value) else text_of(value)


def _at(expression: Function, place: QuickField, default: Value) -> Value:
    """An expression at a field; what cannot be computed says nothing."""
    place.scope.here = place.node
    try:
        value: Value = expression(place.scope)
    except FAILURES:
        return default
    return value


_kept: dict[int, tuple[Definition, Plan | None]] = {}


def plan_of(definition: Definition) -> Plan:
    """Made once for each definition object, which is kept so that its id stays."""
    kept = _kept.get(id(definition))
    if kept is None:
        if len(_kept) >= KEPT:
            _kept.clear()
        try:
            kept = (definition, _Planner(definition).plan())
        except Unsupported:
            kept = (definition, None)
        _kept[id(definition)] = kept
    if kept[1] is None:
        raise Unsupported
    return kept[1]


class _Planner:
    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._repeats = tuple(g.path for g in definition.groups if g.kind == "repeat")
        self._dates = frozenset(q.path for q in definition.questions if q.type == "date")
        self._known = {q.path: q.repeat for q in definition.questions}
        self._known |= {path: path for path in self._repeats}

    def plan(self) -> Plan:
        """The form's plan. Raises Unsupported."""
        inside = [r for r in self._repeats for other in self._repeats if r.startswith(f"{other}/")]
        if inside:
            raise Unsupported(inside)
        questions = self._definition.questions
        return Plan(
            items=tuple(self._items("/data")),
            constraints=self._compiled((q.path, q.constraint) for q in questions),
            required=self._compiled((q.path, q.required_when) for q in questions),
            known=frozenset(self._definition.by_path) | frozenset(self._definition.groups_by_path),
            repeats=self._repeats,
        )

    def _items(self, path: str) -> Iterator[Item]:
        for below in children_of(self._definition).get(path, ()):
            question = self._definition.by_path.get(below)
            group = self._definition.groups_by_path.get(below)
            if (question is None) == (group is None):
                raise Unsupported(below)
            yield Item(
                path=below,
                name=below.rsplit("/", 1)[1],
                question=question,
                repeat=group is not None and group.kind == "repeat",
                relevant=self._function(below, (question or group).relevant),  # type: ignore[union-attr]
                calculation=self._calculation(question) if question else None,
                below=() if question else tuple(self._items(below)),
            )

    def _calculation(self, question: Question) -> Function | None:
        """None also for what names the instance: that is never computed again."""
        if "uuid" in functions_of(question.calculation):
            return None
        return self._function(question.path, question.calculation)

    def _compiled(self, expressions: Iterator[tuple[str, str]]) -> dict[str, Function]:
        found = {path: self._function(path, text) for path, text in expressions}
        return {path: function for path, function in found.items() if function is not None}

    def _function(self, path: str, text: str) -> Function | None:
        if not text:
            return None
        try:
            return compile_expression(text, Context(path, self._repeats, self._dates), self._known)
        except UnknownFunction as error:
            raise Unsupported(text) from error
