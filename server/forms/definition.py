"""The definition of a form version: what phone and server need to know beside the XForm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class SaveTo:
    """Which property of which register an answer goes into."""

    register: str
    property: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question or computed value.

    path: absolute, without repeat indexes. group: path of the innermost group or repeat.
    repeat: path of the innermost repeat, None outside. list: name of its choice list, if any.
    required: always; required_when: the condition, where it is only sometimes required.
    relevant, constraint, calculation, required_when: XPath with absolute paths; in a question of a
      repeat, paths into the same repeat mean the same instance. choice_filter: the same, with the
      columns of the list's choices by name. rows: path of the question of a repeat whose answers
      are the choices. parameters: of a range, start, end and step.
    guidance: the long hint. media: form -> file name, beside the label. default_is_computed: by an
      expression, when the form is opened for the first time.
    """

    path: str
    name: str
    type: str
    label: str
    group: str | None
    repeat: str | None
    list: str | None = None
    hint: str = ""
    required: bool = False
    required_when: str = ""
    required_message: str = ""
    relevant: str = ""
    constraint: str = ""
    constraint_message: str = ""
    calculation: str = ""
    appearance: str = ""
    default: str = ""
    read_only: bool = False
    save_to: SaveTo | None = None
    guidance: str = ""
    choice_filter: str = ""
    rows: str = ""
    default_is_computed: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict, hash=False)
    media: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def is_asked(self) -> bool:
        """Whether a person sees it; hidden values come from the phone, calculations from others."""
        return self.type not in NOT_ASKED and self.appearance != "hidden"


#: Shown, or filled by the phone from what it knows: never asked, never checked.
METADATA = frozenset(
    {
        *("start", "end", "today", "username", "phonenumber", "email", "deviceid"),
        *("simserial", "subscriberid", "audit", "note"),
    }
)
NOT_ASKED = METADATA | {"hidden", "calculate"}


@dataclass(frozen=True, slots=True)
class Group:
    """A group or repeat of questions; count: how many rows, where the form says it itself."""

    path: str
    label: str
    kind: Literal["group", "repeat"]
    relevant: str = ""
    appearance: str = ""
    count: str = ""


@dataclass(frozen=True, slots=True)
class EntityBinding:
    """An entity that each instance of `path` speaks of: the form, a group, or a row of a repeat.

    id: path of its identifier. known: path of the value that is filled when the entity exists
      already; None: it always does, the form never creates one.
    prefill: the phone fills in one instance of `path` for each known entity. Otherwise `known` is
      a question, answered by picking.
    """

    register: str
    path: str
    id: str
    known: str | None
    prefill: bool


Lists = Mapping[str, tuple[tuple[str, str], ...]]
#: List -> for each of its choices, in the same order, what other columns say.
Columns = Mapping[str, tuple[Mapping[str, str], ...]]


@dataclass(frozen=True)
class Definition:
    """A form version as data; its JSON is what phones fetch and the database keeps.

    columns: only of lists that have more than codes and labels. languages: none where it has one.
    style: how the form wants to be shown as a whole: `pages`. files: name -> SHA-256 of what came
    with the form and stands beside its words.
    """

    form_id: str
    version: str
    title: str
    review_steps: tuple[str, ...]
    kind: str
    subject: str
    questions: tuple[Question, ...]
    groups: tuple[Group, ...]
    entities: tuple[EntityBinding, ...]
    lists: Lists
    columns: Columns = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    style: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_path(self) -> Mapping[str, Question]:
        """Every question under its path."""
        return {question.path: question for question in self.questions}

    @cached_property
    def groups_by_path(self) -> Mapping[str, Group]:
        """Every group and repeat under its path."""
        return {group.path: group for group in self.groups}

    @cached_property
    def repeats(self) -> tuple[str, ...]:
        """The paths of all repeats."""
        return tuple(group.path for group in self.groups if group.kind == "repeat")

    def entity_around(self, path: str) -> EntityBinding | None:
        """The entity that a question speaks of: the innermost whose path leads to it."""
        return innermost(self.entities, path)

    def bound(self, entity: EntityBinding) -> tuple[Question, ...]:
        """The questions that are saved to an entity."""
        return tuple(
            q for q in self.questions if q.save_to and self.entity_around(q.path) == entity
        )

    def choices(self, list_name: str) -> tuple[Mapping[str, str], ...]:
        """The choices of a list with all their columns; the code is `name`."""
        pairs = self.lists.get(list_name, ())
        columns = self.columns.get(list_name) or ({},) * len(pairs)
        return tuple(
            {**more, "name": code, "label": label}
            for (code, label), more in zip(pairs, columns, strict=True)
        )

    @property
    def files_named(self) -> Iterator[tuple[str, str]]:
        """Path, or blank for a choice, and name of each file that stands beside words."""
        for question in self.questions:
            yield from ((question.path, name) for name in question.media.values() if name)
        for choices in self.columns.values():
            for more in choices:
                yield from (
                    ("", name) for column, name in more.items() if column.startswith("media::")
                )

    def choice_label(self, list_name: str, code: str) -> str:
        """The words of a choice; the code itself where the list does not have it."""
        return dict(self.lists.get(list_name, ())).get(code, code)


def innermost(entities: Iterable[EntityBinding], path: str) -> EntityBinding | None:
    """Of the entities whose path leads to a question the one that is nearest to it."""
    around = [entity for entity in entities if path.startswith(f"{entity.path}/")]
    return max(around, key=lambda entity: len(entity.path), default=None)


def to_json(definition: Definition) -> dict[str, Any]:
    """The definition as plain JSON values."""
    return {
        "form_id": definition.form_id,
        "version": definition.version,
        "title": definition.title,
        "settings": {
            "review_steps": list(definition.review_steps),
            "kind": definition.kind,
            "subject": definition.subject,
            **({"style": definition.style} if definition.style else {}),
        },
        "questions": [asdict(question) for question in definition.questions],
        "groups": [asdict(group) for group in definition.groups],
        "entities": [asdict(entity) for entity in definition.entities],
        "lists": {name: _choices(definition, name) for name in definition.lists},
        "languages": list(definition.languages),
        "files": dict(definition.files),
    }


def _choices(definition: Definition, name: str) -> list[list[Any]]:
    """Code and label of each choice, and its other columns where the list has any."""
    pairs, columns = definition.lists[name], definition.columns.get(name)
    if columns is None:
        return [list(pair) for pair in pairs]
    return [[*pair, dict(more)] for pair, more in zip(pairs, columns, strict=True)]


def from_json(data: Mapping[str, Any]) -> Definition:
    """The definition that `to_json` wrote."""
    settings = data["settings"]
    return Definition(
        form_id=data["form_id"],
        version=data["version"],
        title=data["title"],
        review_steps=tuple(settings["review_steps"]),
        kind=settings["kind"],
        subject=settings["subject"],
        questions=tuple(_question(question) for question in data["questions"]),
        groups=tuple(Group(**group) for group in data["groups"]),
        entities=tuple(EntityBinding(**entity) for entity in data["entities"]),
        lists={
            name: tuple((choice[0], choice[1]) for choice in choices)
            for name, choices in data["lists"].items()
        },
        columns={
            name: tuple(choice[2] for choice in choices)
            for name, choices in data["lists"].items()
            if choices and len(choices[0]) > 2
        },
        languages=tuple(data.get("languages", ())),
        style=settings.get("style", ""),
        files=data.get("files", {}),
    )


def _question(data: Mapping[str, Any]) -> Question:
    save_to = data.get("save_to")
    return Question(**{**data, "save_to": SaveTo(**save_to) if save_to else None})
