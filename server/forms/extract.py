"""What an instance says about the entities of the registers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from server.forms.canonical import canonical
from server.forms.definition import Definition, EntityBinding, Question
from server.forms.dictionary import Dictionary
from server.forms.instance import Instance, entity_id, read_instance

KEPT = 64


@dataclass(frozen=True, slots=True)
class ExtractedEntity:
    """What an instance says about one entity.

    create: the phone made it. path: of the form, group or row that speaks of it: `/data`,
    `/data/g_case`, `/data/members[2]`. properties: every property that the form binds, blanks
    included, in canonical spelling: what does not apply is absent from the XML and blank here. Only
    a `set` question that does not apply is left out: blank it would untick every choice.
    """

    register: str
    entity_id: str
    create: bool
    path: str
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Extracted:
    """What intake needs from an instance.

    event_date: YYYY-MM-DD, or None where the form has none that can be read. start, end: as the
    phone wrote them, or blank. attachments: file names that the answers mention, in order.
    """

    form_id: str
    form_version: str
    instance_id: str
    deprecated_id: str | None
    event_date: str | None
    start: str
    end: str
    entities: tuple[ExtractedEntity, ...]
    attachments: tuple[str, ...]


def extract(
    xml: str | bytes, definition: Definition, dictionary: Dictionary | None = None
) -> Extracted:
    """Read an instance's entities, generically over the form's `save_to`.

    dictionary: gives the types by which values are spelt; without it the questions' own types do.
    Households come before persons. Raises BadInstance.
    """
    return extract_from(read_instance(xml), definition, dictionary)


def extract_from(
    instance: Instance, definition: Definition, dictionary: Dictionary | None = None
) -> Extracted:
    """The same of an instance that was read already. Raises BadInstance."""
    root = instance.root
    bound = _bound(definition, dictionary)
    entities = [
        entity
        for binding in sorted(definition.entities, key=lambda e: e.path.count("/"))
        for row, path in _rows(root, binding.path, definition.repeats)
        if (entity := _entity(row, path, binding, bound.properties[binding]))
    ]
    day = canonical(_text(root, _path_of(definition, "event_date")), "date")
    return Extracted(
        form_id=instance.form_id,
        form_version=instance.version,
        instance_id=instance.instance_id,
        deprecated_id=instance.deprecated_id,
        event_date=day or None,
        start=_text(root, "/data/start"),
        end=_text(root, "/data/end"),
        entities=tuple(entities),
        attachments=_attachments(root, definition),
    )


def _entity(
    row: etree._Element,
    path: str,
    binding: EntityBinding,
    bound: tuple[tuple[str, str, str, bool], ...],
) -> ExtractedEntity | None:
    """None of a group in which nothing was said: then it needs no id either."""
    texts = _texts(row)
    named = texts.get(_relative(binding.id, binding), "")
    if not named and _is_group(path) and not any(texts.get(below) for _, below, _, _ in bound):
        return None
    known = texts.get(_relative(binding.known, binding), "") if binding.known else "1"
    return ExtractedEntity(
        register=binding.register,
        entity_id=entity_id(named),
        create=not known,
        path=path,
        properties={
            name: canonical(texts[below], kind) if below in texts else ""
            for name, below, kind, is_set in bound
            if not is_set or below in texts
        },
    )


def _texts(row: etree._Element) -> dict[str, str]:
    """Every text below an element by its path; of several at one path the first."""
    found: dict[str, str] = {}
    todo = [("", row)]
    for path, element in todo:  # grows as it goes, so that what stands first comes first
        for child in element:
            below = f"{path}{child.tag}"
            found.setdefault(below, (child.text or "").strip())
            if len(child):
                todo.append((f"{below}/", child))
    return found


@dataclass(frozen=True, slots=True)
class _Bound:
    """The properties that each binding of a form version fills, with where they stand.

    properties: (property, path below the entity's row, type, whether it is a multiple choice).
    """

    definition: Definition
    dictionary: Dictionary | None
    properties: Mapping[EntityBinding, tuple[tuple[str, str, str, bool], ...]]


_kept: dict[tuple[int, int], _Bound] = {}


def _bound(definition: Definition, dictionary: Dictionary | None) -> _Bound:
    """Made once for each pair of objects, which are kept so that their ids stay."""
    key = id(definition), id(dictionary)
    if key not in _kept:
        if len(_kept) >= KEPT:
            _kept.clear()
        _kept[key] = _Bound(
            definition,
            dictionary,
            {
                binding: tuple(
                    (
                        question.save_to.property,
                        _relative(question.path, binding),
                        _kind(question, dictionary),
                        question.type == "select_multiple",
                    )
                    for question in definition.bound(binding)
                    if question.save_to
                )
                for binding in definition.entities
            },
        )
    return _kept[key]


def _kind(question: Question, dictionary: Dictionary | None) -> str:
    if dictionary and question.save_to:
        prop = dictionary.property(question.save_to.register, question.save_to.property)
        if prop:
            return prop.type
    return question.type


def _is_group(path: str) -> bool:
    return path != "/data" and not path.endswith("]")


def _rows(
    root: etree._Element, path: str, repeats: tuple[str, ...]
) -> list[tuple[etree._Element, str]]:
    """What stands at a path: the form, a group if it applies, each row of a repeat."""
    found, at = [(root, "/data")], "/data"
    for name in path.split("/")[2:]:
        at = f"{at}/{name}"
        if at in repeats:
            found = [
                (row, f"{placed}/{name}[{number}]")
                for element, placed in found
                for number, row in enumerate(element.findall(name), 1)
            ]
        else:
            found = [
                (group, f"{placed}/{name}")
                for element, placed in found
                if (group := element.find(name)) is not None
            ]
    return found


def _relative(path: str, binding: EntityBinding) -> str:
    return path.removeprefix(f"{binding.path}/")


def _text(root: etree._Element, path: str) -> str:
    return (root.findtext(path.removeprefix("/data/")) or "").strip()


def _path_of(definition: Definition, name: str) -> str:
    return next((q.path for q in definition.questions if q.name == name), f"/data/{name}")


def _attachments(root: etree._Element, definition: Definition) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for question in definition.questions:
        if question.type == "image":
            for node in root.findall(question.path.removeprefix("/data/")):
                if name := (node.text or "").strip():
                    names[name] = None
    return tuple(names)
