"""Why a compiled form may not be published, in words for the person who wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from server.forms.compile import CompiledForm
from server.forms.definition import Definition, EntityBinding, Question
from server.forms.dictionary import Dictionary, Property
from server.forms.runnable import Reason, reasons_it_cannot_run
from server.forms.xpath import references

REVIEW_STEPS = frozenset({"village", "town", "county"})
STABLE = re.compile(r"once\(\s*uuid\(\s*\)\s*\)")
CHANGING = re.compile(r"\b(uuid|now|today|random)\(")
FITS = {
    "text": {"text", "hidden", "select_one", "barcode"},
    "integer": {"integer", "range"},
    "decimal": {"decimal", "integer", "range"},
    "date": {"date"},
    "geopoint": {"geopoint"},
    "select_one": {"select_one"},
    "select_multiple": {"select_multiple"},
}
KNOWN_PREFIX = "known_"


def reasons_against(form: CompiledForm, dictionary: Dictionary) -> tuple[str, ...]:
    """Every reason not to publish, with the row of the survey sheet; empty when there is none."""
    definition = form.definition
    found = (
        *_settings(definition),
        *reasons_it_cannot_run(form),
        *_entities(definition),
        *_saved(definition, dictionary),
        *_known_values(definition, dictionary),
        *_dependents(definition, dictionary),
        *_files(definition),
    )
    return tuple(
        f"第 {form.rows[path]} 行：{reason}" if path in form.rows else reason
        for path, reason in dict.fromkeys(found)
    )


def _files(definition: Definition) -> Iterator[Reason]:
    for path, name in definition.files_named:
        if name not in definition.files:
            where = definition.by_path[path].name if path else "choices 表"
            yield (
                path,
                f"{where}：没有文件 {name}。请把表和它用的图片放在一起，打成一个 .zip 再传",
            )


def _settings(definition: Definition) -> Iterator[Reason]:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", definition.form_id):
        yield "", "settings 表：form_id 要用小写字母、数字和下划线"
    if not re.fullmatch(r"\d{10}", definition.version):
        yield "", "settings 表：version 要写成年月日加两位序号，如 2026112201"
    for step in definition.review_steps:
        if step not in REVIEW_STEPS:
            yield "", f"settings 表：review_steps 里不认识 {step}，可用 village、town、county"
    if "event_date" not in {question.name for question in definition.questions}:
        yield "", "表里要有日期 event_date"


def _entities(definition: Definition) -> Iterator[Reason]:
    places = [entity.path for entity in definition.entities]
    for entity in definition.entities:
        question = definition.by_path[entity.id]
        if places.count(entity.path) > 1:
            yield entity.path, f"{entity.path}：同一处只能说一个农户或一个人"
        yield from _misplaced(definition, entity)
        if question.type == "hidden":
            continue
        if question.type != "calculate":
            yield question.path, f"{question.name}：编号要由系统给，不能让人填"
        elif not _is_stable(definition, question, set()):
            yield (
                question.path,
                f"{question.name}：编号不稳定，草稿重新打开会变成另一户。"
                "新编号请写成 once(uuid())，放在 calculate 里",
            )


def _misplaced(definition: Definition, entity: EntityBinding) -> Iterator[Reason]:
    """The phone fills, and the server reads, an entity within its own group or row."""
    label = definition.groups_by_path[entity.path].label if entity.path != "/data" else "整张表"
    for path in (entity.id, entity.known):
        if path and not path.startswith(f"{entity.path}/"):
            yield (
                path,
                f"{path.rsplit('/', 1)[1]}：要放进“{label}”里面，"
                f"和存进 {entity.register} 的题在同一个组",
            )
    if any(entity.path.startswith(f"{repeat}/") for repeat in definition.repeats):
        yield (
            entity.path,
            f"“{label}”在重复组里面，不能另外存 {entity.register}；请把要存的题直接放在重复组里",
        )


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


def _saved(definition: Definition, dictionary: Dictionary) -> Iterator[Reason]:
    for question in definition.questions:
        if question.save_to is None:
            continue
        register, name = question.save_to.register, question.save_to.property
        prop = dictionary.property(register, name)
        if prop is None:
            label = question.label or question.name
            yield question.path, f"{label}：数据字典里没有 {register}#{name}"
        else:
            for why in _type_mismatch(definition, dictionary, question, prop):
                yield question.path, why


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


def _known_values(definition: Definition, dictionary: Dictionary) -> Iterator[Reason]:
    """A hidden `known_x` is filled by the phone from property x; it has to exist."""
    for question in definition.questions:
        if question.type != "hidden" or not question.name.startswith(KNOWN_PREFIX):
            continue
        name = question.name.removeprefix(KNOWN_PREFIX)
        entity = definition.entity_around(question.path)
        if entity is None or not dictionary.property(entity.register, name):
            yield question.path, f"{question.name}：数据字典里没有 {name}，手机不知道填什么"


def _dependents(definition: Definition, dictionary: Dictionary) -> Iterator[Reason]:
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
                        question.path,
                        f"{question.label or question.name}：要看“{saved[path].label}”才问，"
                        "两项都存进户档，数据字典里要放在同一个单元（unit）",
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
