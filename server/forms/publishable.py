"""Why a compiled form may not be published, in words for the person who wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from server.forms.compile import CompiledForm
from server.forms.compute import Expressions
from server.forms.definition import Definition, EntityBinding, Question
from server.forms.dictionary import Dictionary, Property
from server.forms.xpath import BadExpression, UnknownFunction, references

REVIEW_STEPS = frozenset({"village", "town", "county"})
STABLE = re.compile(r"once\(\s*uuid\(\s*\)\s*\)")
CHANGING = re.compile(r"\b(uuid|now|today|random)\(")
FITS = {
    "text": {"text", "hidden", "select_one", "barcode"},
    "integer": {"integer"},
    "decimal": {"decimal", "integer"},
    "date": {"date"},
    "geopoint": {"geopoint"},
    "select_one": {"select_one"},
    "select_multiple": {"select_multiple"},
}
KNOWN_PREFIX = "known_"


def reasons_against(form: CompiledForm, dictionary: Dictionary) -> tuple[str, ...]:
    """Every reason not to publish; empty when there is none."""
    definition = form.definition
    return (
        *_settings(definition),
        *_expressions(definition),
        *_entities(definition),
        *_saved(definition, dictionary),
        *_known_values(definition, dictionary),
        *_dependents(definition, dictionary),
    )


def _settings(definition: Definition) -> Iterator[str]:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", definition.form_id):
        yield "settings 表：form_id 要用小写字母、数字和下划线"
    if not re.fullmatch(r"\d{10}", definition.version):
        yield "settings 表：version 要写成年月日加两位序号，如 2026112201"
    for step in definition.review_steps:
        if step not in REVIEW_STEPS:
            yield f"settings 表：review_steps 里不认识 {step}，可用 village、town、county"
    if "event_date" not in {question.name for question in definition.questions}:
        yield "表里要有日期 event_date"


def _expressions(definition: Definition) -> Iterator[str]:
    expressions = Expressions(definition)
    for path, name, text in _all_expressions(definition):
        if "${" in text:
            yield f"{name}：算式里的 {text[text.index('${') :].split('}')[0]}}} 在表里找不到"
            continue
        try:
            expressions.compiled(path, text)
        except UnknownFunction as error:
            yield f"{name}：函数 {error}() 手机或服务器不会算，请换一种写法"
        except BadExpression:
            yield f"{name}：算式读不懂：{text[:60]}"


def _all_expressions(definition: Definition) -> Iterator[tuple[str, str, str]]:
    for q in definition.questions:
        for text in (q.relevant, q.constraint, q.calculation, q.required_when):
            if text:
                yield q.path, q.label or q.name, text
    for group in definition.groups:
        if group.relevant:
            yield group.path, group.label or group.path, group.relevant


def _entities(definition: Definition) -> Iterator[str]:
    places = [entity.path for entity in definition.entities]
    for entity in definition.entities:
        question = definition.by_path[entity.id]
        if places.count(entity.path) > 1:
            yield f"{entity.path}：同一处只能说一个农户或一个人"
        yield from _misplaced(definition, entity)
        if question.type == "hidden":
            continue
        if question.type != "calculate":
            yield f"{question.name}：编号要由系统给，不能让人填"
        elif not _is_stable(definition, question, set()):
            yield (
                f"{question.name}：编号不稳定，草稿重新打开会变成另一户。"
                "新编号请写成 once(uuid())，放在 calculate 里"
            )


def _misplaced(definition: Definition, entity: EntityBinding) -> Iterator[str]:
    """The phone fills, and the server reads, an entity within its own group or row."""
    label = definition.groups_by_path[entity.path].label if entity.path != "/data" else "整张表"
    for path in (entity.id, entity.known):
        if path and not path.startswith(f"{entity.path}/"):
            yield (
                f"{path.rsplit('/', 1)[1]}：要放进“{label}”里面，"
                f"和存进 {entity.register} 的题在同一个组"
            )
    if any(entity.path.startswith(f"{repeat}/") for repeat in definition.repeats):
        yield f"“{label}”在重复组里面，不能另外存 {entity.register}；请把要存的题直接放在重复组里"


def _is_stable(definition: Definition, question: Question, seen: set[str]) -> bool:
    """Whether the value stays when a draft is opened again, whatever it is computed from."""
    if question.path in seen:
        return True
    seen.add(question.path)
    if CHANGING.search(STABLE.sub("", question.calculation)):
        return False
    return all(
        _is_stable(definition, definition.by_path[path], seen)
        for path in references(question.calculation)
        if path in definition.by_path
    )


def _saved(definition: Definition, dictionary: Dictionary) -> Iterator[str]:
    for question in definition.questions:
        if question.save_to is None:
            continue
        register, name = question.save_to.register, question.save_to.property
        prop = dictionary.property(register, name)
        if prop is None:
            yield f"{question.label or question.name}：数据字典里没有 {register}#{name}"
        else:
            yield from _type_mismatch(definition, dictionary, question, prop)


def _type_mismatch(
    definition: Definition, dictionary: Dictionary, question: Question, prop: Property
) -> Iterator[str]:
    label = question.label or question.name
    if question.type == "calculate":
        return
    if question.type not in FITS.get(prop.type, set()):
        yield f"{label}：题型 {question.type} 和数据字典的 {prop.type} 对不上"
    elif question.list and prop.list:
        known = {code for code, _ in dictionary.lists[prop.list]}
        extra = [code for code, _ in definition.lists[question.list] if code not in known]
        if extra:
            yield f"{label}：选项 {'、'.join(extra)} 不在数据字典的 {prop.list} 里"


def _known_values(definition: Definition, dictionary: Dictionary) -> Iterator[str]:
    """A hidden `known_x` is filled by the phone from property x; it has to exist."""
    for question in definition.questions:
        if question.type != "hidden" or not question.name.startswith(KNOWN_PREFIX):
            continue
        name = question.name.removeprefix(KNOWN_PREFIX)
        entity = definition.entity_around(question.path)
        if entity is None or not dictionary.property(entity.register, name):
            yield f"{question.name}：数据字典里没有 {name}，手机不知道填什么"


def _dependents(definition: Definition, dictionary: Dictionary) -> Iterator[str]:
    """Saved questions whose relevance hangs on a saved question of another unit.

    Together they are one answer: merged apart, one colleague's “no” would stand beside the other's
    details. A `set` is left out: each of its choices is a unit of its own, and the details of a
    choice stay while another choice is added.
    """
    for entity in definition.entities:
        saved = {q.path: q for q in definition.bound(entity)}
        for question in saved.values():
            for path in _depends_on(definition, entity, question):
                if path in saved and not _is_one_unit(dictionary, saved[path], question):
                    yield (
                        f"{question.label or question.name}：要看“{saved[path].label}”才问，"
                        "两项都存进户档，数据字典里要放在同一个单元（unit）"
                    )


def _depends_on(definition: Definition, entity: EntityBinding, question: Question) -> set[str]:
    paths = set(references(question.relevant))
    for group in definition.groups:
        if question.path.startswith(f"{group.path}/") and f"{group.path}/".startswith(
            f"{entity.path}/"
        ):
            paths |= set(references(group.relevant))
    return {
        path
        for path in paths
        if path in definition.by_path and definition.by_path[path].type != "calculate"
    }


def _is_one_unit(dictionary: Dictionary, controlling: Question, dependent: Question) -> bool:
    first, second = _property(dictionary, controlling), _property(dictionary, dependent)
    if first is None or second is None or first.rule == "set":
        return True
    return first.unit == second.unit


def _property(dictionary: Dictionary, question: Question) -> Property | None:
    if question.save_to is None:
        return None
    return dictionary.property(question.save_to.register, question.save_to.property)
