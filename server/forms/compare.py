"""What a new version of a form changes, in words, and what of it would break the registers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from server.forms.definition import Definition, EntityBinding, Group, Question
from server.forms.dictionary import Dictionary

Kind = Literal["added", "gone", "words", "rule", "choices", "settings"]

TYPES = {
    "text": "文字",
    "integer": "整数",
    "decimal": "小数",
    "date": "日期",
    "time": "时间",
    "dateTime": "日期时间",
    "select_one": "单选",
    "select_multiple": "多选",
    "image": "照片",
    "audio": "录音",
    "video": "录像",
    "file": "文件",
    "barcode": "扫码",
    "geopoint": "位置",
    "acknowledge": "确认",
    "note": "说明",
    "range": "滑块",
    "rank": "排序",
    "calculate": "自动计算",
    "hidden": "手机自动填",
}
#: Kinds whose answers are read alike in a register.
ALIKE = frozenset({"text", "hidden", "calculate", "barcode"})
STEPS = {"village": "村", "town": "镇", "county": "县"}
SETTINGS: tuple[tuple[str, Callable[[Definition], str]], ...] = (
    ("表名", lambda d: d.title),
    ("审核步骤", lambda d: "、".join(STEPS.get(step, step) for step in d.review_steps)),
)
PATH = re.compile(r"/data(?:/\w+)+")
#: Comparisons of a question with a code, and what joins conditions: said as people say it.
EQUALS = re.compile(r"(/data(?:/\w+)+)\s*(!?=)\s*'([^']*)'")
SELECTED = re.compile(r"selected\(\s*(/data(?:/\w+)+)\s*,\s*'([^']*)'\s*\)")
ONE_OF = re.compile(r"selected\(\s*'([^']*)'\s*,\s*(/data(?:/\w+)+)\s*\)")
JOINED = {" or ": " 或 ", " and ": " 且 "}

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a version does otherwise than another.

    about: the question, group or list of choices in words; what: which part of it.
    """

    kind: Kind
    about: str
    what: str
    before: str
    after: str


def differences(before: Definition, after: Definition) -> list[Difference]:
    """All that people would notice, question by question, then choices, then settings."""
    return [
        *_questions(before, after),
        *_groups(before, after),
        *_lists(before, after),
        *_settings(before, after),
    ]


def new_questions(before: Definition, after: Definition) -> list[str]:
    """The paths of what people are asked and were not asked before."""
    known = {key for key, question in _by_key(before).items() if question.is_asked}
    return [q.path for key, q in _by_key(after).items() if q.is_asked and key not in known]


def breaks(
    before: Definition, after: Definition, dictionary: Dictionary, rows: Mapping[str, int]
) -> list[str]:
    """Why registers that were filled by one version cannot be filled on by another.

    rows: the row of each path of the new version's sheet.
    """
    return [
        *_settings_broken(before, after),
        *_entities_broken(before, after, rows),
        *_properties_gone(before, after, dictionary),
        *_types_changed(before, after, rows),
    ]


def _by_key(definition: Definition) -> dict[Key, Question]:
    """Questions by repeat and name: moved into another group, a question stays the same."""
    return {(question.repeat or "", question.name): question for question in definition.questions}


def _questions(before: Definition, after: Definition) -> Iterator[Difference]:
    old, new = _by_key(before), _by_key(after)
    for key, question in new.items():
        if key not in old:
            yield Difference("added", _name(question), _kind_of(after, question), "", "")
        else:
            yield from _question(before, after, old[key], question)
    for key, question in old.items():
        if key not in new:
            yield Difference("gone", _name(question), _kind_of(before, question), "", "")


def _kind_of(definition: Definition, question: Question) -> str:
    group = definition.groups_by_path.get(question.group or "")
    place = f"“{group.label}”里的" if group and group.label else ""
    return f"{place}{_type(question)}"


def _question(
    before: Definition, after: Definition, old: Question, new: Question
) -> Iterator[Difference]:
    def differ(kind: Kind, what: str, one: str, other: str) -> Iterator[Difference]:
        if one != other:
            yield Difference(kind, _name(new), what, one, other)

    yield from differ("words", "题目", old.label, new.label)
    yield from differ("words", "提示", old.hint, new.hint)
    yield from differ("words", "详细说明", old.guidance, new.guidance)
    yield from differ("rule", "题型", _type(old), _type(new))
    yield from differ("rule", "选项组", old.list or "", new.list or "")
    if (old.required, _bare(old.required_when)) != (new.required, _bare(new.required_when)):
        one, other = _required(before, old), _required(after, new)
        yield Difference("rule", _name(new), "必填", one, other)
    yield from differ("words", "没填时说", old.required_message, new.required_message)
    for what, one, other in (
        ("什么时候问", old.relevant, new.relevant),
        ("填写要求", old.constraint, new.constraint),
        ("算法", old.calculation, new.calculation),
        ("哪些选项可选", old.choice_filter, new.choice_filter),
    ):
        if _bare(one) != _bare(other):
            yield Difference("rule", _name(new), what, _say(before, one), _say(after, other))
    yield from differ("words", "填错时说", old.constraint_message, new.constraint_message)
    yield from differ("rule", "缺省值", old.default, new.default)
    yield from differ("rule", "参数", _pairs(old.parameters), _pairs(new.parameters))
    yield from differ("rule", "显示方式", old.appearance, new.appearance)
    yield from differ("rule", "只能看不能改", _yes(old.read_only), _yes(new.read_only))
    yield from differ("rule", "所在小节", _group_label(before, old), _group_label(after, new))
    yield from differ("rule", "存到", _saved(old), _saved(new))


def _groups(before: Definition, after: Definition) -> Iterator[Difference]:
    for path, group in after.groups_by_path.items():
        old = before.groups_by_path.get(path)
        if old is None:
            continue
        about = f"小节“{group.label or old.label}”"
        if old.label != group.label:
            yield Difference("words", about, "名称", old.label, group.label)
        for what, was, now in (
            ("什么时候问", old.relevant, group.relevant),
            ("几份", old.count, group.count),
        ):
            if _bare(was) != _bare(now):
                yield Difference("rule", about, what, _say(before, was), _say(after, now))


def _lists(before: Definition, after: Definition) -> Iterator[Difference]:
    for name in [name for name in after.lists if name in before.lists]:
        old, new = dict(before.lists[name]), dict(after.lists[name])
        about = _asked_with(after, name)
        for code in [code for code in new if code not in old]:
            yield Difference("choices", about, "多了选项", "", new[code])
        for code in [code for code in old if code not in new]:
            yield Difference("choices", about, "少了选项", old[code], "")
        for code in [code for code in new if code in old and old[code] != new[code]]:
            yield Difference("choices", about, "选项的说法", old[code], new[code])
        kept = [code for code in old if code in new]
        if kept != [code for code in new if code in old]:
            yield Difference("choices", about, "选项的顺序", *(_order(d, kept) for d in (old, new)))


def _order(labels: Mapping[str, str], kept: list[str]) -> str:
    return "、".join(label for code, label in labels.items() if code in kept)


def _asked_with(definition: Definition, list_name: str) -> str:
    names = [_name(q) for q in definition.questions if q.list == list_name]
    return "、".join(names[:3]) + (f" 等 {len(names)} 题" if len(names) > 3 else "") or list_name


def _settings(before: Definition, after: Definition) -> Iterator[Difference]:
    for what, of in SETTINGS:
        if of(before) != of(after):
            yield Difference("settings", "整张表", what, of(before), of(after))


def _name(question: Question) -> str:
    return f"“{question.label}”" if question.label else question.name


def _type(question: Question) -> str:
    return TYPES.get(question.type, question.type)


def _required(definition: Definition, question: Question) -> str:
    return _say(definition, question.required_when) or _yes(question.required)


def _pairs(parameters: Mapping[str, str]) -> str:
    return "，".join(f"{name} {value}" for name, value in sorted(parameters.items()))


def _yes(value: bool) -> str:
    return "是" if value else "否"


def _saved(question: Question) -> str:
    return f"{question.save_to.register} {question.save_to.property}" if question.save_to else ""


def _group_label(definition: Definition, question: Question) -> str:
    group: Group | None = definition.groups_by_path.get(question.group or "")
    return group.label if group else ""


def _bare(expression: str) -> str:
    """An expression that stays the same when a question moves or is worded otherwise."""
    return PATH.sub(lambda match: match[0].rpartition("/")[2], expression)


def _say(definition: Definition, expression: str) -> str:
    """An expression with questions and choices called as people know them."""

    def named(path: str) -> str:
        question = definition.by_path.get(path)
        return _name(question) if question else path.rpartition("/")[2]

    def chosen(path: str, code: str) -> str:
        question = definition.by_path.get(path)
        if question is None or question.list is None:
            return f"“{code}”"
        return f"“{definition.choice_label(question.list, code)}”"

    def equals(match: re.Match[str]) -> str:
        path, sign, code = match.groups()
        if not code:
            return named(path) + ("没填" if sign == "=" else "填了")
        return named(path) + ("是" if sign == "=" else "不是") + chosen(path, code)

    def one_of(match: re.Match[str]) -> str:
        codes, path = match.groups()
        return named(path) + "是" + "或".join(chosen(path, code) for code in codes.split())

    said = EQUALS.sub(equals, expression)
    said = SELECTED.sub(lambda found: f"{named(found[1])}选了{chosen(found[1], found[2])}", said)
    said = ONE_OF.sub(one_of, said)
    said = PATH.sub(lambda found: named(found[0]), said)
    for word, chinese in JOINED.items():
        said = said.replace(word, chinese)
    return said


def _row(rows: Mapping[str, int], path: str) -> str:
    return f"第 {rows[path]} 行" if path in rows else "survey 表"


def _settings_broken(before: Definition, after: Definition) -> Iterator[str]:
    for what, old, new in (
        ("kind", before.kind, after.kind),
        ("subject", before.subject, after.subject),
    ):
        if old != new:
            yield f"settings 表：{what} 要照旧写 {old}，改了手机和台账就认不得这张表"


def _entities_broken(
    before: Definition, after: Definition, rows: Mapping[str, int]
) -> Iterator[str]:
    new = {entity.register: entity for entity in after.entities}
    for entity in before.entities:
        other = new.get(entity.register)
        if other is None:
            yield f"entities 表：少了 {entity.register}，填好的内容就进不了这个登记簿，请照旧保留"
        elif _names(before, entity) != _names(after, other):
            yield (
                f"{_row(rows, other.id)}“{after.by_path[other.id].name}”：{entity.register} 的"
                "编号换了来历，老记录和新记录会变成两份，请照旧"
            )


def _names(definition: Definition, entity: EntityBinding) -> tuple[str, str, bool]:
    """Where an entity's id comes from, and whether the form can make a new one."""
    question = definition.by_path[entity.id]
    return question.type, question.calculation, entity.known is None


def _properties_gone(
    before: Definition, after: Definition, dictionary: Dictionary
) -> Iterator[str]:
    kept = {question.save_to for question in after.questions if question.save_to}
    for question in before.questions:
        if question.save_to is None or question.save_to in kept:
            continue
        kept.add(question.save_to)
        prop = dictionary.property(question.save_to.register, question.save_to.property)
        yield (
            f"survey 表：少了{_name(question)}（{question.name}，存进 {_saved(question)}"
            f"{f'“{prop.label}”' if prop else ''}），户档里这一项就没人填了。"
            "不想再问，请把这一行留着，relevant 写 false()"
        )


def _types_changed(before: Definition, after: Definition, rows: Mapping[str, int]) -> Iterator[str]:
    types: dict[object, set[str]] = {}
    for question in before.questions:
        if question.save_to:
            types.setdefault(question.save_to, set()).add(question.type)
    for question in after.questions:
        old = types.get(question.save_to) if question.save_to else None
        if old is None or question.type in old or (question.type in ALIKE and old & ALIKE):
            continue
        was = "、".join(TYPES.get(one, one) for one in sorted(old))
        yield (
            f"{_row(rows, question.path)}{_name(question)}：原来是{was}，现在是{_type(question)}，"
            "和已经存的内容对不上。要换题型，请另加一题，存到别的项"
        )
