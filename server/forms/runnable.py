"""What of a form phone and server cannot run, in words for the person who wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from server.forms.compile import CompiledForm
from server.forms.compute import Expressions
from server.forms.definition import Definition
from server.forms.supported import (
    EARLIER,
    ONLY_ONCE,
    REFUSED_APPEARANCES,
    REFUSED_COLUMNS,
    REFUSED_FUNCTIONS,
    REFUSED_TYPES,
    REFUSED_WRITINGS,
    SEARCHED,
    TYPES,
)
from server.forms.xpath import BadExpression, UnknownFunction, functions_of
from server.forms.xpath_functions import pattern_of

ONCE = re.compile(r"\bonce\(")
LITERAL = re.compile(r"'[^']*'|\"[^\"]*\"")
PATTERN = re.compile(r"\bregex\([^'\"]*,\s*(?:'([^']*)'|\"([^\"]*)\")\s*\)")

#: The path that a reason is about, blank where it is about none; and the reason.
Reason = tuple[str, str]


def reasons_it_cannot_run(form: CompiledForm) -> Iterator[Reason]:
    """What of a form the phone could not ask or the server could not check."""
    yield from _columns(form)
    yield from _unsupported(form.definition)
    yield from _expressions(form.definition)


def _columns(form: CompiledForm) -> Iterator[Reason]:
    for name in sorted(form.columns & REFUSED_COLUMNS.keys()):
        yield "", f"{name} 这一列不能用：{REFUSED_COLUMNS[name]}"


def _unsupported(definition: Definition) -> Iterator[Reason]:
    """Types and appearances that the phone does not have."""
    for question in definition.questions:
        label = question.label or question.name
        if question.type not in TYPES:
            why = REFUSED_TYPES.get(question.type, "手机上没有这种题")
            yield question.path, f"{label}：题型 {question.type} 不能用：{why}"
        yield from _appearance(question.path, label, question.appearance)
        if EARLIER in question.default:
            yield question.path, f"{label}：{REFUSED_WRITINGS['${last-saved#…}']}"
    for group in definition.groups:
        yield from _appearance(group.path, group.label or group.path, group.appearance)


def _appearance(path: str, label: str, written: str) -> Iterator[Reason]:
    if SEARCHED in written:
        yield path, f"{label}：search(…) 不能用：{REFUSED_WRITINGS['search(…)']}"
        return
    for word in written.split():
        if word in REFUSED_APPEARANCES:
            yield path, f"{label}：外观 {word} 不能用：{REFUSED_APPEARANCES[word]}"


def _expressions(definition: Definition) -> Iterator[Reason]:
    expressions = Expressions(definition)
    for path, name, text, columns in _all_expressions(definition):
        if EARLIER in text:
            yield path, f"{name}：{REFUSED_WRITINGS['${last-saved#…}']}"
        elif "${" in text:
            named = text[text.index("${") :].split("}")[0]
            yield path, f"{name}：算式里的 {named}}} 在表里找不到"
        else:
            yield from (
                (path, f"{name}：{why}") for why in _wrong(expressions, path, text, columns)
            )


def _wrong(
    expressions: Expressions, path: str, text: str, columns: frozenset[str]
) -> Iterator[str]:
    """What is wrong with one expression."""
    for found in PATTERN.finditer(text):
        try:
            pattern_of(found[1] or found[2] or "")
        except re.error:
            yield f"regex 里的写法不对：{found[1] or found[2]}"
    for name in sorted(ONLY_ONCE & set(functions_of(_outside_once(text)))):
        yield f"{name}() 要写成 once({name}())，不然草稿重新打开会变"
    try:
        expressions.compiled(path, text, columns)
    except UnknownFunction as error:
        why = REFUSED_FUNCTIONS.get(str(error), "请换一种写法")
        yield f"函数 {error}() 手机或服务器不会算：{why}"
    except BadExpression:
        yield f"{_unreadable(text)}：{text[:60]}"


def _outside_once(text: str) -> str:
    """An expression without what stands within `once(…)`."""
    while found := ONCE.search(text):
        depth, end = 1, found.end()
        while end < len(text) and depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        text = f"{text[: found.start()]} {text[end:]}"
    return text


def _unreadable(text: str) -> str:
    plain = LITERAL.sub("''", text)
    if "[" in plain:
        return REFUSED_WRITINGS["[…]"]
    if any(mark in plain for mark in ("//", "::", "@")):
        return REFUSED_WRITINGS["//, ::, @"]
    return "算式读不懂"


def _all_expressions(
    definition: Definition,
) -> Iterator[tuple[str, str, str, frozenset[str]]]:
    none: frozenset[str] = frozenset()
    for q in definition.questions:
        label = q.label or q.name
        for text in (q.relevant, q.constraint, q.calculation, q.required_when, q.rows):
            if text:
                yield q.path, label, text, none
        if q.default_is_computed and EARLIER not in q.default:
            yield q.path, label, f"once({q.default})", none
        if q.choice_filter:
            choices = definition.choices(q.list or "")
            yield q.path, label, q.choice_filter, frozenset(n for c in choices for n in c)
    for group in definition.groups:
        for text in (group.relevant, group.count):
            if text:
                yield group.path, group.label or group.path, text, none
