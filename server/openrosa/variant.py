"""A published form, made so that a client of this field can fill it in.

Our phone chooses the household outside the form and fills hidden questions by itself; what was
shown travels beside the form. Here the household is chosen in the form from an entity list, hidden
questions look their answers up in lists, and the version attributes of ODK Entities say what was
shown. The variant follows from the published form alone, so it has one hash for everybody; what
differs between people stands in the lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from server.forms.definition import Definition, EntityBinding, Group, Question
from server.forms.dictionary import Dictionary
from server.forms.inline import JR, XF
from server.forms.xpath import references
from server.openrosa.fills import (
    DISPENSABLE,
    HOUSEHOLDS,
    KNOWN,
    MAKES_REPEAT,
    MOMENT,
    OF_THE_MOMENT,
    PERSONS,
    VILLAGES,
    is_asked_anew,
    row_of,
)

ATTRIBUTES = {
    "baseVersion": "__version",
    "trunkVersion": "__trunkVersion",
    "branchId": "__branchId",
}
CONTROLS = tuple(f"{{{XF}}}{name}" for name in ("input", "select", "select1", "upload"))
#: What a bind says to a person who answers; a calculated value has nobody to say it to.
ASKED_ONLY = ("required", "constraint", f"{{{JR}}}requiredMsg", f"{{{JR}}}constraintMsg")
IN_HOUSE = "member_status != 'removed'"


class CannotRun(Exception):
    """A form needs our own phone; `reasons` say why, in Chinese."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("；".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Variant:
    """The XForm for such clients, and the lists that it looks things up in (without `.csv`)."""

    xform: str
    lists: tuple[str, ...]


def variant_of(xform: str, definition: Definition, dictionary: Dictionary) -> Variant:
    """What other clients get of a published form. Raises CannotRun with the reasons."""
    making = _Making(etree.fromstring(xform.encode()), definition, dictionary)
    making.drop_repeats()
    making.choose_entities()
    making.answer_components()
    making.fill_hidden()
    making.say_versions()
    if making.reasons:
        raise CannotRun(making.reasons)
    return Variant(making.finished(), tuple(sorted(making.lists)))


@dataclass
class _Making:
    root: etree._Element
    definition: Definition
    dictionary: Dictionary
    lists: set[str] = field(default_factory=set)
    reasons: list[str] = field(default_factory=list)
    filled: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        model = self.root.find(f".//{{{XF}}}model")
        body = self.root.find("{http://www.w3.org/1999/xhtml}body")
        data = self.root.find(f".//{{{XF}}}model/{{{XF}}}instance/{{{XF}}}data")
        if model is None or body is None or data is None:
            raise CannotRun(["表里缺少必要的部分"])
        self.model, self.body, self.data = model, body, data
        self.binds = {b.get("nodeset", ""): b for b in model.findall(f"{{{XF}}}bind")}
        self.controls = {c.get("ref", ""): c for c in body.iter(*CONTROLS)}
        self.home = next((e for e in self.definition.entities if e.path == "/data"), None)

    @property
    def chosen(self) -> EntityBinding | None:
        """The entity that is chosen at the form's beginning; None where the form registers one."""
        return self.home if self.home is not None and self.home.known is None else None

    def questions(self) -> Iterator[Question]:
        """Those that are left."""
        for question in self.definition.questions:
            if question.repeat not in self.dropped:
                yield question

    def drop_repeats(self) -> None:
        """Take out repeats that only our phone can begin, and the blank first row of the others.

        Nobody has to describe a problem because the form has room for one.
        """
        for group in self.definition.groups:
            if group.kind == "repeat":
                for row in self._rows(group.path):
                    if row.get(f"{{{JR}}}template") is None:
                        _remove(row)
        for question in self.definition.questions:
            if question.name in MAKES_REPEAT and question.repeat:
                self._drop(self.definition.groups_by_path[question.repeat])

    def choose_entities(self) -> None:
        """Let the household be chosen where the form speaks of a known one."""
        if self.chosen is not None:
            self._choose(self.chosen)
        for entity in self.definition.entities:
            if entity.path == "/data" or entity.path in self.dropped:
                continue
            if entity.known is None and self.definition.by_path[entity.id].type == "hidden":
                self.reasons.append(f"{entity.path}：要由手机填好每一行，别的软件做不到")
            if entity.prefill and entity.known and self.chosen and not self._is_added(entity):
                self.reasons.append(f"{entity.path}：要由手机列出已有的人，别的软件做不到")

    def _is_added(self, entity: EntityBinding) -> bool:
        """Whether rows that such a client adds make sense without those that are known."""
        made = self.definition.by_path[entity.id].type == "calculate"
        return made and entity.register != PERSONS and entity.path in self.definition.repeats

    def answer_components(self) -> None:
        """Replace what our phone asks by components of its own."""
        for question in self.questions():
            if question.appearance == "member":
                self._pick_person(question)
            elif question.appearance == "met-who":
                self._met_who(question)
            elif question.appearance in {"people", "hidden"} and question.path in self.controls:
                if not self._is_kept(question):
                    self._remove_control(question.path)
            elif question.appearance == "no-change" and question.path in self.controls:
                self.controls[question.path].attrib.pop("appearance", "")
        for group in self.body.iter(f"{{{XF}}}group"):
            if group.get("appearance") == "no-change":
                del group.attrib["appearance"]

    def fill_hidden(self) -> None:
        """Give every hidden question its answer, or say why the form cannot run."""
        for question in self.questions():
            if question.is_asked or question.path in self.filled:
                continue
            if question.type != "hidden" and question.name not in OF_THE_MOMENT:
                continue
            if self._fill(question) or question.default or not question.required:
                continue
            self.reasons.append(f"{question.name}：只有本系统的手机会填")

    def say_versions(self) -> None:
        """Bind the attributes by which the client says what it showed."""
        for entity in self.definition.entities:
            if entity.path in self.dropped or (entity.path == "/data" and entity.known):
                continue
            if entity.path != "/data" and entity.known and entity.prefill:
                continue
            if entity.register not in (HOUSEHOLDS, PERSONS):  # such a client is shown no others
                continue
            place = f"{entity.path}/meta/entity"
            name = entity.id
            if entity.path != "/data":
                name = f"current()/../../../{entity.id.removeprefix(f'{entity.path}/')}"
            for attribute, column in ATTRIBUTES.items():
                self._bind(
                    f"{place}/@{attribute}",
                    calculate=f"{self._item(entity.register, name)}/{column}",
                    readonly="true()",
                    type="string",
                )

    def finished(self) -> str:
        """The XForm as text, with the lists that it uses declared."""
        at = 1 + max(self.model.index(one) for one in self.model.findall(f"{{{XF}}}instance"))
        for offset, name in enumerate(sorted(self.lists)):
            instance = etree.Element(f"{{{XF}}}instance", id=name)
            instance.set("src", f"jr://file-csv/{name}.csv")
            self.model.insert(at + offset, instance)
        return '<?xml version="1.0"?>' + etree.tostring(self.root, encoding="unicode")

    def _drop(self, group: Group) -> None:
        used = {
            path
            for q in self.definition.questions
            if q.repeat != group.path
            for text in (q.relevant, q.constraint, q.calculation, q.required_when)
            for path in references(text)
        }
        if any(path.startswith(group.path) for path in used):
            self.reasons.append(f"{group.label}：别的题要用到，又只有本系统的手机会填")
            return
        self.dropped.add(group.path)
        for row in self._rows(group.path):
            _remove(row)
        for path, bind in list(self.binds.items()):
            if path == group.path or path.startswith(f"{group.path}/"):
                _remove(bind)
                del self.binds[path]
        for repeat in self.body.iter(f"{{{XF}}}repeat"):
            if repeat.get("nodeset") == group.path:
                around = repeat.getparent()
                if around is not None:
                    _remove(around)
                break

    def _rows(self, path: str) -> list[etree._Element]:
        """The rows of a repeat in the blank instance: its template, and one to begin with."""
        below = path.removeprefix("/data/").split("/")
        return self.data.findall("/".join(f"{{{XF}}}{name}" for name in below))

    def _choose(self, entity: EntityBinding) -> None:
        question = self.definition.by_path[entity.id]
        if question.type != "hidden":
            return
        register = self.dictionary.registers[entity.register]
        control = self._select(question, question.label or register.label, entity.register, "")
        for other in self.definition.bound(entity):
            if other.path in self.controls and not is_asked_anew(other, self.dictionary):
                known = f"{self._item(entity.register, entity.id)}/{other.save_to.property}"  # type: ignore[union-attr]
                etree.SubElement(
                    control,
                    f"{{{XF}}}setvalue",
                    event="xforms-value-changed",
                    ref=other.path,
                    value=known,
                )
        self.body.insert(0, control)

    def _select(
        self, question: Question, label: str, source: str, condition: str
    ) -> etree._Element:
        """A question answered by picking from a list."""
        self.lists.add(source)
        control = etree.Element(f"{{{XF}}}select1", ref=question.path)
        control.set("appearance", "minimal autocomplete")
        etree.SubElement(control, f"{{{XF}}}label").text = label
        self._items(control, f"instance('{source}')/root/item{condition}", "name", "label")
        self._bind(question.path, type="string")
        if question.required or not question.is_asked:
            self._bind(question.path, required="true()")
        self.filled.add(question.path)
        return control

    def _items(self, control: etree._Element, nodes: str, value: str, label: str) -> None:
        itemset = etree.SubElement(control, f"{{{XF}}}itemset", nodeset=nodes)
        etree.SubElement(itemset, f"{{{XF}}}value", ref=value)
        etree.SubElement(itemset, f"{{{XF}}}label", ref=label)

    def _pick_person(self, question: Question) -> None:
        control = self.controls.get(question.path)
        if control is None:
            return
        control.tag = f"{{{XF}}}select1"
        control.set("appearance", "minimal")
        if self.chosen is not None and self.chosen.register == HOUSEHOLDS:
            self.lists.add(PERSONS)
            nodes = f"instance('{PERSONS}')/root/item[household = {self.chosen.id} and {IN_HOUSE}]"
            self._items(control, nodes, "name", "label")
            return
        row = next(
            (e for e in self.definition.entities if e.register == PERSONS and e.path != "/data"),
            None,
        )
        named = next(
            (
                q
                for q in (self.definition.bound(row) if row else ())
                if q.save_to and q.save_to.property == "person_name"
            ),
            None,
        )
        if row is None or named is None:
            self.reasons.append(f"{question.label}：没有可点选的名单")
            return
        below = f"{row.path}/"
        self._items(
            control,
            f"{row.path}[./{named.path.removeprefix(below)} != '']",
            row.id.removeprefix(below),
            named.path.removeprefix(below),
        )

    def _met_who(self, question: Question) -> None:
        """Ask for the result instead; who was met follows from it."""
        by_name = {q.name: q for q in self.questions()}
        result, head = by_name.get("visit_result"), by_name.get("known_head")
        if result is None or head is None or result.path not in self.controls:
            self.reasons.append(f"{question.label}：没有走访结果可填")
            return
        self.controls[result.path].attrib.pop("appearance", "")
        self._remove_control(question.path)
        said, known = result.path, head.path
        self._bind(
            question.path,
            calculate=f"if(selected('phone absent refused', {said}), {said}, "
            f"if({said} = 'met_person' and {known} != '', {known}, "
            f"if({said} != '', 'other', '')))",
        )
        self.filled.add(question.path)
        name, other = by_name.get("informant_name"), by_name.get("other_name")
        if name is not None and name.type == "hidden" and other is not None:
            met = f"{self._item(PERSONS, known)}/person_name"
            self._bind(name.path, calculate=f"if({said} = 'met_person', {met}, {other.path})")
            self.filled.add(name.path)

    def _is_kept(self, question: Question) -> bool:
        """`visit_result` is hidden on our phone, where it follows from who was met."""
        asked = any(q.appearance == "met-who" for q in self.definition.questions)
        return question.name == "visit_result" and asked

    def _fill(self, question: Question) -> bool:
        name = question.name
        if name in OF_THE_MOMENT:
            self.lists.add(MOMENT)
            row = repr(row_of(self.definition.form_id, name))
            self._bind(question.path, calculate=f"{self._item(MOMENT, row)}/label")
            return True
        if name == "entry_date":
            self._bind(question.path, calculate="once(format-date(today(), '%Y-%m-%d'))")
            return True
        if name == "village_code" and self.home is not None and self.chosen is None:
            self.body.insert(0, self._select(question, "哪个村", VILLAGES, ""))
            return True
        if name.startswith(KNOWN):
            self._look_up(question, name.removeprefix(KNOWN))
            return True
        return name in DISPENSABLE

    def _look_up(self, question: Question, prop: str) -> None:
        """What is known of the entity that was chosen; of a new one nothing is."""
        entity = self.definition.entity_around(question.path)
        if entity is None or (entity.known and entity.prefill):
            return
        name, place = entity.id, entity.path
        if place != "/data":  # inside a predicate a path of a repeat must begin at the question
            up = "/".join([".."] * (question.path.count("/") - place.count("/")))
            name = f"current()/{up}/{entity.id.removeprefix(f'{place}/')}"
        self._bind(question.path, calculate=f"{self._item(entity.register, name)}/{prop}")

    def _item(self, source: str, name: str) -> str:
        self.lists.add(source)
        return f"instance('{source}')/root/item[name = {name}]"

    def _remove_control(self, path: str) -> None:
        control = self.controls.pop(path, None)
        if control is not None:
            _remove(control)

    def _bind(self, path: str, **attributes: str) -> None:
        bind = self.binds.get(path)
        if bind is None:
            bind = etree.SubElement(self.model, f"{{{XF}}}bind", nodeset=path)
            self.binds[path] = bind
        for name, value in attributes.items():
            bind.set(name, value)
        if "calculate" in attributes:
            for name in ASKED_ONLY:
                bind.attrib.pop(name, "")


def _remove(element: etree._Element) -> None:
    around = element.getparent()
    if around is not None:
        around.remove(element)
