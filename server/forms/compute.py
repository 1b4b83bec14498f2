"""What applies in an instance and what its calculated values are, worked out anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from lxml import etree

from server.forms.closures import Cell, Function, Known, Row, Scope, compile_expression
from server.forms.definition import Definition, Question
from server.forms.kept import kept
from server.forms.xpath import BadExpression, Context, UnknownFunction, functions_of
from server.forms.xpath_values import CHINA, Value, as_moment, boolean_of, number_of, text_of

#: Rounds in which relevance and calculations must come to rest.
ROUNDS = 12
KEPT = 64
FAILURES = (ValueError, TypeError, AttributeError, ArithmeticError, re.error)
#: What only the phone knows: never computed again.
OF_THE_PHONE = frozenset({"uuid", "random", "now"})
SEVERAL = frozenset({"select_multiple", "rank"})

Codes = Callable[[Scope], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Item:
    """One question, group or repeat of a form, with its expressions and what is below it.

    choices: the codes that a question has; they may hang on other answers (`moving`).
    """

    path: str
    name: str
    question: Question | None
    repeat: bool
    relevant: Function | None
    calculation: Function | None
    choices: Codes | None
    moving: bool
    below: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A form version, ready to be computed."""

    items: tuple[Item, ...]
    constraints: Mapping[str, Function]
    required: Mapping[str, Function]
    counts: Mapping[str, Function]
    known: frozenset[str]


@dataclass(slots=True, eq=False)
class GroupHere:
    """A group in one place of an instance; `applies` in the round that is computed."""

    relevant: Function
    scope: Scope
    round: int = -1
    applies: bool = True


@dataclass(slots=True, eq=False)
class Field:
    """One question in one place of an instance.

    path: with rows, `/data/members[2]/name`. given: what the phone sent. held: what of it is of the
    question's type. value: what holds: blank where it does not apply, the server's result where it
    is calculated.
    """

    question: Question
    path: str
    node: Cell
    given: str
    held: str
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
    groups: tuple[GroupHere, ...] = field(default=())


@dataclass(slots=True)
class _Counted:
    """A repeat whose number of rows the form itself says."""

    placed: str
    rows: int
    expression: Function
    scope: Scope
    groups: tuple[GroupHere, ...]


class Computed:
    """An instance with every question present and everything calculated.

    fields: in the form's order. unknown: paths of what the form does not have.
    """

    def __init__(self, root: etree._Element, definition: Definition, filled_at: datetime) -> None:
        self.definition = definition
        self.fields: list[Field] = []
        self.unknown: list[str] = []
        self._counted: list[_Counted] = []
        self._plan = plan_of(definition)
        self._now = as_moment(filled_at)
        self._today = as_moment(datetime.combine(filled_at.astimezone(CHINA), time(), CHINA))
        self._place(root, self._plan.items, _Around("/data", "/data", self._scope(Row())))
        moving = [one for one in self.fields if one.groups or _moves(one.item)]
        for turn in range(ROUNDS):
            if not self._settle(moving, turn):
                break
        self._round = turn

    def is_required(self, field: Field) -> bool:
        """Whether the question must be answered, as things are."""
        expression = self._plan.required.get(field.question.path)
        return field.question.required or (
            expression is not None and boolean_of(_at(expression, field, False))
        )

    def breaks(self, field: Field) -> bool:
        """Whether the answer does not fulfil the question's constraint."""
        expression = self._plan.constraints.get(field.question.path)
        return expression is not None and not boolean_of(_at(expression, field, True))

    def choices(self, field: Field) -> tuple[str, ...]:
        """The codes that the question has here, as things are."""
        return field.item.choices(field.scope) if field.item.choices else ()

    def miscounted(self) -> Iterator[tuple[str, int, int]]:
        """Repeats with other rows than the form says: path, how many they are, how many it says."""
        for one in self._counted:
            if all(_group_applies(group, self._round + 1) for group in one.groups):
                number = number_of(one.expression(one.scope))
                wanted = max(0, int(number)) if number == number else 0
                if wanted != one.rows:
                    yield one.placed, one.rows, wanted

    def _scope(self, row: Row) -> Scope:
        return Scope(row, self._today, self._now)

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
                self._repeat(item, found, around)
            else:
                self._enter(found[0] if found else None, item, around, around.scope, item.name)

    def _repeat(self, item: Item, found: list[etree._Element], around: _Around) -> None:
        above = around.scope.row
        rows = above.rows[item.path] = []
        for number, element in enumerate(found, 1):
            row = Row(number, above)
            rows.append(row)
            self._enter(element, item, around, self._scope(row), f"{item.name}[{number}]")
        if expression := self._plan.counts.get(item.path):
            groups = (*around.groups, *_own_group(item, around.scope))
            placed = f"{around.placed}/{item.name}"
            self._counted.append(_Counted(placed, len(rows), expression, around.scope, groups))

    def _enter(
        self, element: etree._Element | None, item: Item, around: _Around, scope: Scope, name: str
    ) -> None:
        groups = (*around.groups, *_own_group(item, around.scope))
        inside = _Around(item.path, f"{around.placed}/{name}", scope, groups)
        self._place(element, item.below, inside)

    def _ask(
        self, item: Item, question: Question, found: list[etree._Element], around: _Around
    ) -> None:
        given = (found[0].text or "").strip() if found else ""
        held = kept(given if found else _default(question), question.type, question.parameters)
        if held and item.choices and not item.moving:
            held = _chosen(held, question.type, item.choices(around.scope))
        cell = around.scope.row.cells[item.path] = Cell(held)
        placed = f"{around.placed}/{item.name}"
        self.fields.append(
            Field(question, placed, cell, given, held, held, item, around.scope, around.groups)
        )

    def _settle(self, moving: list[Field], turn: int) -> bool:
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


def _default(question: Question) -> str:
    """What the engine takes where a question is not in the instance at all."""
    return "" if question.default_is_computed else question.default


def _moves(item: Item) -> bool:
    return item.relevant is not None or item.calculation is not None or item.moving


def _own_group(item: Item, scope: Scope) -> tuple[GroupHere, ...]:
    return (GroupHere(item.relevant, scope),) if item.relevant is not None else ()


def _is_relevant(place: Field, turn: int) -> bool:
    if not all(_group_applies(group, turn) for group in place.groups):
        return False
    if place.item.relevant is None:
        return True
    place.scope.here = place.node
    return _holds(place.item.relevant, place.scope)


def _group_applies(group: GroupHere, turn: int) -> bool:
    if group.round != turn:
        group.round = turn
        group.applies = _holds(group.relevant, group.scope)
    return group.applies


def _holds(expression: Function, scope: Scope) -> bool:
    try:
        value = expression(scope)
        return value if value is True or value is False else boolean_of(value)
    except FAILURES:
        return True


def _value(place: Field) -> str:
    item = place.item
    if item.calculation is not None:
        value = _at(item.calculation, place, place.held)
        return kept(text_of(value), place.question.type, place.question.parameters)
    if item.moving and place.held and item.choices:
        return _chosen(place.held, place.question.type, item.choices(place.scope))
    return place.held


def _chosen(value: str, kind: str, codes: tuple[str, ...]) -> str:
    """What of a choice there is to choose; a ranking has every code."""
    if kind not in SEVERAL:
        return value if value in codes else ""
    found = [code for code in value.split() if code in codes]
    if kind == "rank" and value.split():
        found = list(dict.fromkeys([*found, *codes]))
    return " ".join(found)


def _at(expression: Function, place: Field, default: Value) -> Value:
    """An expression at a field; what cannot be computed says nothing."""
    place.scope.here = place.node
    try:
        value: Value = expression(place.scope)
    except FAILURES:
        return default
    return value


_kept: dict[int, tuple[Definition, Plan]] = {}


def plan_of(definition: Definition) -> Plan:
    """Made once for each definition object, which is kept so that its id stays."""
    found = _kept.get(id(definition))
    if found is None:
        if len(_kept) >= KEPT:
            _kept.clear()
        found = _kept[id(definition)] = (definition, _Planner(definition).plan())
    return found[1]


class Expressions:
    """Compiles the expressions of one form."""

    def __init__(self, definition: Definition) -> None:
        self._repeats = definition.repeats
        self._known = Known(
            {q.path: dict(definition.lists.get(q.list or "", ())) for q in definition.questions},
            frozenset(definition.repeats),
        )

    def compiled(self, path: str, text: str, columns: frozenset[str] = frozenset()) -> Function:
        """One expression for its place. Raises UnknownFunction or BadExpression."""
        return compile_expression(text, Context(path, self._repeats), self._known, columns)


class _Planner:
    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._expressions = Expressions(definition)
        self._children = _children_of(definition)

    def plan(self) -> Plan:
        definition = self._definition
        questions = definition.questions
        return Plan(
            items=tuple(self._items("/data")),
            constraints=self._compiled((q.path, q.constraint) for q in questions),
            required=self._compiled((q.path, q.required_when) for q in questions),
            counts=self._compiled((g.path, g.count) for g in definition.groups),
            known=frozenset(definition.by_path) | frozenset(definition.groups_by_path),
        )

    def _items(self, path: str) -> Iterator[Item]:
        for below in self._children.get(path, ()):
            question = self._definition.by_path.get(below)
            group = self._definition.groups_by_path.get(below)
            relevant = question.relevant if question else group.relevant if group else ""
            yield Item(
                path=below,
                name=below.rsplit("/", 1)[1],
                question=question,
                repeat=group is not None and group.kind == "repeat",
                relevant=self._function(below, relevant),
                calculation=self._calculation(question) if question else None,
                choices=self._choices(question) if question else None,
                moving=question is not None and bool(question.choice_filter or question.rows),
                below=() if question else tuple(self._items(below)),
            )

    def _calculation(self, question: Question) -> Function | None:
        """None also for what only the phone can know."""
        if OF_THE_PHONE.isdisjoint(functions_of(question.calculation)):
            return self._function(question.path, question.calculation)
        return None

    def _choices(self, question: Question) -> Codes | None:
        if question.rows:
            return self._texts(question)
        if question.list is None or question.list not in self._definition.lists:
            return None
        codes = tuple(code for code, _ in self._definition.lists[question.list])
        if not question.choice_filter:
            return lambda _: codes
        return self._filtered(question)

    def _texts(self, question: Question) -> Codes | None:
        """The choices of a question that asks for one of the rows of a repeat."""
        texts = self._function(question.path, question.rows)
        if texts is None:
            return None
        return lambda scope: tuple(cell.text for cell in texts(scope) if cell.text)

    def _filtered(self, question: Question) -> Codes | None:
        choices = self._definition.choices(question.list or "")
        columns = frozenset(name for choice in choices for name in choice)
        judge = self._function(question.path, question.choice_filter, columns)
        if judge is None:
            return None

        def codes(scope: Scope) -> tuple[str, ...]:
            found = []
            for choice in choices:
                scope.choice = choice
                if _holds(judge, scope):
                    found.append(choice["name"])
            return tuple(found)

        return codes

    def _compiled(self, expressions: Iterable[tuple[str, str]]) -> dict[str, Function]:
        found = {path: self._function(path, text) for path, text in expressions}
        return {path: function for path, function in found.items() if function is not None}

    def _function(
        self, path: str, text: str, columns: frozenset[str] = frozenset()
    ) -> Function | None:
        """None also for what cannot be compiled; publishing has refused that."""
        if not text:
            return None
        try:
            return self._expressions.compiled(path, text, columns)
        except (UnknownFunction, BadExpression):
            return None


def _children_of(definition: Definition) -> Mapping[str, tuple[str, ...]]:
    """The paths directly below each group, in the form's order."""
    children: dict[str, dict[str, None]] = {}
    for question in definition.questions:
        parts = question.path.split("/")
        for depth in range(3, len(parts) + 1):
            parent, below = "/".join(parts[: depth - 1]), "/".join(parts[:depth])
            children.setdefault(parent, {})[below] = None
    return {parent: tuple(below) for parent, below in children.items()}
