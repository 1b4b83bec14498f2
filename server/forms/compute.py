"""What applies in an instance and what its calculated values are, worked out anew."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from lxml import etree

from server.forms.definition import Definition, Question
from server.forms.instance import Instance
from server.forms.xpath import BadExpression, Context, Expression, UnknownFunction
from server.forms.xpath_functions import Value, boolean_of, text_of

FORM_DATA = frozenset({"start", "end", "note"})
ROUNDS = 12
KEPT_RULES = 64


@dataclass(frozen=True)
class Rules:
    """The expressions of a form version, compiled, each under the path that it belongs to."""

    relevants: Mapping[str, Expression]
    constraints: Mapping[str, Expression]
    required: Mapping[str, Expression]
    calculations: Mapping[str, Expression]


@dataclass
class Field:
    """One question in one place of an instance.

    path: with rows, `/data/members[2]/name`. given: what the phone sent. value: what holds: blank
    where it does not apply, the server's result where it is calculated.
    """

    question: Question
    path: str
    node: etree._Element
    given: str
    value: str
    relevant: bool = True
    groups: tuple[tuple[str, etree._Element], ...] = field(default=())


class Computed:
    """An instance with every question present and everything calculated.

    fields: in the form's order. unknown: paths of what the form does not have.
    """

    def __init__(self, instance: Instance, definition: Definition, today: date) -> None:
        self.definition = definition
        self.fields: list[Field] = []
        self.unknown: list[str] = []
        self._rules = rules_of(definition)
        self._today = today
        self._known = {
            *definition.by_path,
            *definition.groups_by_path,
        }
        root = instance.root
        self._place(root, "/data", "/data", ())
        for _ in range(ROUNDS):
            if not self._settle():
                break

    def evaluate(self, expression: Expression, field: Field, *, default: Value) -> Value:
        """An expression at a field; what cannot be computed says nothing."""
        return self._at(expression, field.node, default)

    def is_required(self, field: Field) -> bool:
        """Whether the question must be answered, as things are."""
        expression = self._rules.required.get(field.question.path)
        return field.question.required or (
            expression is not None and boolean_of(self.evaluate(expression, field, default=False))
        )

    def breaks(self, field: Field) -> bool:
        """Whether the answer does not fulfil the question's constraint."""
        expression = self._rules.constraints.get(field.question.path)
        return expression is not None and not boolean_of(
            self.evaluate(expression, field, default=True)
        )

    def _place(
        self,
        element: etree._Element,
        path: str,
        placed: str,
        groups: tuple[tuple[str, etree._Element], ...],
    ) -> None:
        """Give every question below `path` a node and a field, in the form's order."""
        self._note_unknown(element, path, placed)
        for below in self._children(path):
            name = below.rsplit("/", 1)[1]
            group = self.definition.groups_by_path.get(below)
            found = element.findall(name)
            if group is not None and group.kind == "repeat":
                for row, node in enumerate(found, 1):
                    self._place(node, below, f"{placed}/{name}[{row}]", (*groups, (below, node)))
                continue
            node = found[0] if found else etree.SubElement(element, name)
            if group is not None:
                self._place(node, below, f"{placed}/{name}", (*groups, (below, node)))
            else:
                given = (node.text or "").strip()
                question = self.definition.by_path[below]
                self.fields.append(
                    Field(question, f"{placed}/{name}", node, given, given, groups=groups)
                )

    def _note_unknown(self, element: etree._Element, path: str, placed: str) -> None:
        for child in element:
            if child.tag != "meta" and f"{path}/{child.tag}" not in self._known:
                self.unknown.append(f"{placed}/{child.tag}")

    def _children(self, path: str) -> Iterator[str]:
        return iter(children_of(self.definition).get(path, ()))

    def _settle(self) -> bool:
        """One round; whether anything changed."""
        changed = False
        groups: dict[int, bool] = {}
        for place in self.fields:
            relevant = self._is_relevant(place, groups)
            value = self._value(place) if relevant else ""
            if relevant != place.relevant or value != place.value:
                changed = True
                place.relevant, place.value = relevant, value
            place.node.text = value
        return changed

    def _is_relevant(self, place: Field, groups: dict[int, bool]) -> bool:
        for path, node in place.groups:
            if id(node) not in groups:
                groups[id(node)] = self._applies(path, node)
            if not groups[id(node)]:
                return False
        return self._applies(place.question.path, place.node)

    def _applies(self, path: str, node: etree._Element) -> bool:
        expression = self._rules.relevants.get(path)
        return expression is None or boolean_of(self._at(expression, node, True))

    def _value(self, place: Field) -> str:
        expression = self._rules.calculations.get(place.question.path)
        if expression is None or "uuid" in expression.functions:
            return place.given
        value = self._at(expression, place.node, place.given)
        if isinstance(value, float) and math.isnan(value):
            return ""
        return text_of(value)

    def _at(self, expression: Expression, node: etree._Element, default: Value) -> Value:
        try:
            return expression.evaluate(node, self._today)
        except BadExpression:
            return default


def children_of(definition: Definition) -> Mapping[str, tuple[str, ...]]:
    """The paths directly below each group, in the form's order."""
    return rules_and_tree(definition)[1]


def rules_of(definition: Definition) -> Rules:
    """The compiled expressions of a form version, kept for the next instance."""
    return rules_and_tree(definition)[0]


Tree = Mapping[str, tuple[str, ...]]
_kept: dict[int, tuple[Definition, Rules, Tree]] = {}


def rules_and_tree(definition: Definition) -> tuple[Rules, Tree]:
    """Compiled once for each definition object; the definition is kept so that its id stays."""
    kept = _kept.get(id(definition))
    if kept is None:
        if len(_kept) >= KEPT_RULES:
            _kept.clear()
        kept = _kept[id(definition)] = (definition, _compile(definition), _tree(definition))
    return kept[1:]


def _tree(definition: Definition) -> Tree:
    children: dict[str, dict[str, None]] = {}
    for question in definition.questions:
        parts = question.path.split("/")
        for depth in range(3, len(parts) + 1):
            parent, below = "/".join(parts[: depth - 1]), "/".join(parts[:depth])
            children.setdefault(parent, {})[below] = None
    return {parent: tuple(below) for parent, below in children.items()}


def _compile(definition: Definition) -> Rules:
    contexts = _Contexts(definition)
    questions = definition.questions
    return Rules(
        relevants=contexts.compiled(
            [*((q.path, q.relevant) for q in questions)]
            + [(g.path, g.relevant) for g in definition.groups]
        ),
        constraints=contexts.compiled([(q.path, q.constraint) for q in questions]),
        required=contexts.compiled([(q.path, q.required_when) for q in questions]),
        calculations=contexts.compiled([(q.path, q.calculation) for q in questions]),
    )


class _Contexts:
    def __init__(self, definition: Definition) -> None:
        self._repeats = [g.path for g in definition.groups if g.kind == "repeat"]
        self._dates = frozenset(q.path for q in definition.questions if q.type == "date")

    def compiled(self, expressions: list[tuple[str, str]]) -> dict[str, Expression]:
        """Those that can be compiled; publishing has refused the others."""
        made = {}
        for path, text in expressions:
            if text:
                try:
                    made[path] = self.expression(path, text)
                except (UnknownFunction, BadExpression):
                    continue
        return made

    def expression(self, path: str, text: str) -> Expression:
        return Expression(text, Context(path, self._repeats, self._dates))


def expression_of(definition: Definition, path: str, text: str) -> Expression:
    """One expression compiled for its place. Raises UnknownFunction or BadExpression."""
    return _Contexts(definition).expression(path, text)
