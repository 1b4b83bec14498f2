"""An XLSForm, as Markdown or Excel, made into an XForm and its definition."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from pyxform.errors import PyXFormError
from pyxform.utils import default_is_dynamic
from pyxform.xls2json_backends import get_xlsform
from pyxform.xls2xform import convert

from server.forms.definition import (
    Definition,
    EntityBinding,
    Group,
    Question,
    SaveTo,
    innermost,
)
from server.forms.in_chinese import in_chinese
from server.forms.inline import chinese_quotes, prepare_xform

TYPES = {
    "select one": "select_one",
    "select all that apply": "select_multiple",
    "photo": "image",
    "string": "text",
    "int": "integer",
    "datetime": "dateTime",
    "trigger": "acknowledge",
}
NO_FILES: Mapping[str, str] = {}
OUTSIDE = re.compile(r".+\.(csv|xml|geojson)")
REFERENCE = re.compile(r"\$\{([^}]+)\}")
KNOWN = re.compile(r"\s*\$\{(\w+)\}\s*=\s*(?:''|\"\")\s*")


class FormRefused(Exception):
    """An XLSForm cannot be published; `reasons` say why, for the person who wrote it."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("；".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class CompiledForm:
    """What is published: the XForm for form engines, the definition for everything else.

    rows: the row of the survey sheet in which each question, group and repeat stands, by its path.
    columns: those of the survey sheet in which anything is written.
    """

    xform: str
    definition: Definition
    warnings: tuple[str, ...]
    rows: Mapping[str, int] = field(default_factory=dict, compare=False)
    columns: frozenset[str] = field(default=frozenset(), compare=False)


def compile_form(source: Path | bytes, files: Mapping[str, str] = NO_FILES) -> CompiledForm:
    """Compile an XLSForm.

    source: a file, or the content of an `.xlsx` or `.md` file. files: name -> SHA-256 of what came
      with it.
    Raises FormRefused when it is no XLSForm or cannot be converted.
    """
    try:
        data = get_xlsform(source if isinstance(source, Path) else io.BytesIO(source))
        survey = [dict(row) for row in data.survey or ()]
        result = convert({one.name: getattr(data, one.name) for one in fields(data)})
    except PyXFormError as error:
        raise FormRefused([in_chinese(str(error))]) from error
    except Exception as error:
        # pyxform lets errors of the file formats beneath it through
        raise FormRefused(["这个文件不是能读的 XLSForm（.md 或 .xlsx）"]) from error
    # Private, but the only reading of all the sheets; pyxform is pinned to one version.
    form: Mapping[str, Any] = result._pyxform
    return CompiledForm(
        xform=prepare_xform(result.xform),
        definition=replace(_Reader(form).definition(), files=dict(files)),
        warnings=tuple(result.warnings),
        rows=_rows_of(survey),
        columns=frozenset(name for row in survey for name, cell in row.items() if cell),
    )


def _rows_of(survey: Sequence[Mapping[str, str]]) -> dict[str, int]:
    """The row of each path, as people count them in Excel: the first holds the names of columns."""
    found: dict[str, int] = {}
    here = ["/data"]
    for number, row in enumerate(survey, 2):
        kind = str(row.get("type", "")).strip().replace("_", " ")
        name = str(row.get("name", "")).strip()
        path = f"{here[-1]}/{name}"
        if kind.startswith("end ") and len(here) > 1:
            here.pop()
        elif name:
            found[path] = number
        if kind.startswith("begin "):
            here.append(path)
    return found


class _Reader:
    """Reads pyxform's tree of sections and questions."""

    def __init__(self, form: Mapping[str, Any]) -> None:
        self._form = form
        self._paths = {node["name"]: path for node, path, _, _ in _walk(form, "/data", None, None)}
        self._lists: dict[str, tuple[tuple[str, str], ...]] = {}
        self._columns: dict[str, tuple[Mapping[str, str], ...]] = {}

    def definition(self) -> Definition:
        form = self._form
        entities = tuple(self._entities())
        groups, questions = [], []
        for node, path, group, repeat in _walk(form, "/data", None, None):
            if node["type"] in {"group", "repeat"}:
                groups.append(self._group(node, path))
            else:
                around = innermost(entities, path)
                register = around.register if around else ""
                questions.append(self._question(node, path, group, repeat, register))
        return Definition(
            form_id=form["id_string"],
            version=str(form.get("version", "")),
            title=form["title"],
            review_steps=tuple(form.get("review_steps", "town").split()),
            kind=form.get("kind", ""),
            subject=form.get("subject", ""),
            questions=tuple(questions),
            groups=tuple(groups),
            entities=entities,
            lists=self._lists,
            columns=self._columns,
            languages=_languages(form),
            style=form.get("style", ""),
        )

    def _question(
        self,
        node: Mapping[str, Any],
        path: str,
        group: str | None,
        repeat: str | None,
        register: str,
    ) -> Question:
        bind = node.get("bind", {})
        required = str(bind.get("required", "no"))
        saved = bind.get("entities:saveto")
        return Question(
            path=path,
            name=node["name"],
            type=_type(node),
            label=_words(node.get("label")),
            group=group,
            repeat=repeat,
            list=self._list(node),
            hint=_words(node.get("hint")),
            required=required in {"yes", "true", "true()"},
            required_when="" if required in CONSTANTS else self._absolute(required),
            required_message=_words(bind.get("jr:requiredMsg")),
            relevant=self._absolute(bind.get("relevant", "")),
            constraint=self._absolute(bind.get("constraint", "")),
            constraint_message=_words(bind.get("jr:constraintMsg")),
            calculation=self._absolute(bind.get("calculate", "")),
            appearance=node.get("control", {}).get("appearance", ""),
            default=self._absolute(str(node.get("default", ""))),
            read_only=str(bind.get("readonly", "no")) in {"yes", "true", "true()"},
            save_to=SaveTo(register, saved) if saved else None,
            default_is_computed=default_is_dynamic(str(node.get("default", "")), node["type"]),
            guidance=_words(node.get("guidance_hint")),
            choice_filter=self._absolute(node.get("choice_filter", "")),
            rows=self._rows(node),
            parameters=_parameters(node.get("parameters", {})),
            media={form: _words(name) for form, name in node.get("media", {}).items()},
        )

    def _group(self, node: Mapping[str, Any], path: str) -> Group:
        return Group(
            path=path,
            label=_words(node.get("label")),
            kind=node["type"],
            relevant=self._absolute(node.get("bind", {}).get("relevant", "")),
            appearance=node.get("control", {}).get("appearance", ""),
            count=self._absolute(str(node.get("control", {}).get("jr:count", ""))),
        )

    def _list(self, node: Mapping[str, Any]) -> str | None:
        name: str | None = node.get("list_name") or node.get("itemset")
        if name and "choices" in node:
            choices = node["choices"]
            self._lists[name] = tuple((c["name"], _words(c.get("label"))) for c in choices)
            columns = tuple(_columns(choice) for choice in choices)
            if any(columns):
                self._columns[name] = columns
        return name

    def _rows(self, node: Mapping[str, Any]) -> str:
        """Where the choices are answers of a repeat: `select_one ${name}`."""
        match = REFERENCE.fullmatch(node.get("itemset", ""))
        return self._paths.get(match[1], "") if match else ""

    def _entities(self) -> Iterator[EntityBinding]:
        for node, path in _entity_nodes(self._form, "/data"):
            values = {child["name"]: child for child in node["children"]}
            known = self._known(values)
            yield EntityBinding(
                register=values["dataset"]["value"],
                path=path,
                id=self._only_reference(values["id"].get("bind", {}).get("calculate", "")),
                known=known,
                prefill=self._is_hidden(known),
            )

    def _known(self, values: Mapping[str, Mapping[str, Any]]) -> str | None:
        if "create" not in values:
            return None
        condition = values["create"].get("bind", {}).get("calculate", "")
        match = KNOWN.fullmatch(condition)
        if not match:
            raise FormRefused(
                ["entities 表的 create_if 要写成 ${…} = ''，update_if 写成 ${…} != ''"]
            )
        return self._paths[match[1]]

    def _only_reference(self, expression: str) -> str:
        match = REFERENCE.fullmatch(expression.strip())
        if not match:
            raise FormRefused(["entities 表的 entity_id 只能是一个 ${…}，算法写在那一题里"])
        return self._paths[match[1]]

    def _is_hidden(self, known: str | None) -> bool:
        nodes = {path: node for node, path, _, _ in _walk(self._form, "/data", None, None)}
        return known is None or nodes[known]["type"] == "hidden"

    def _absolute(self, expression: str) -> str:
        def path(found: re.Match[str]) -> str:
            named = self._paths.get(found[1].strip())
            if named is None:
                return found[0]
            before, after = expression[: found.start()][-1:], expression[found.end() :][:1]
            # a name may hold such letters too, and would swallow them
            return f"{' ' * _joins(before)}{named}{' ' * _joins(after)}"

        return REFERENCE.sub(path, expression)


def _joins(letter: str) -> bool:
    return bool(re.fullmatch(r"[\w.-]", letter))


CONSTANTS = frozenset({"yes", "no", "true", "false", "true()", "false()"})

Node = tuple[Mapping[str, Any], str, str | None, str | None]


def _walk(
    node: Mapping[str, Any], path: str, group: str | None, repeat: str | None
) -> Iterator[Node]:
    """Every section and question with its path, innermost group and innermost repeat."""
    for child in node.get("children", ()):
        if child["name"] == "meta":
            continue
        below = f"{path}/{child['name']}"
        yield child, below, group, repeat
        if child["type"] in {"group", "repeat"}:
            yield from _walk(child, below, below, below if child["type"] == "repeat" else repeat)


def _entity_nodes(node: Mapping[str, Any], path: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    for child in node.get("children", ()):
        if child["type"] == "entity":
            yield child, path
        elif child["type"] in {"group", "repeat"}:
            inside = path if child["name"] == "meta" else f"{path}/{child['name']}"
            yield from _entity_nodes(child, inside)


def _type(node: Mapping[str, Any]) -> str:
    name: str = TYPES.get(node["type"], node["type"])
    return f"{name}_from_file" if OUTSIDE.fullmatch(node.get("itemset", "")) else name


def _parameters(written: str | Mapping[str, str]) -> dict[str, str]:
    """Of some types pyxform leaves them as they were written."""
    if isinstance(written, str):
        return dict(re.findall(r"([\w-]+)\s*=\s*([^\s,;]+)", written))
    return {name: str(value) for name, value in written.items()}


def _columns(choice: Mapping[str, Any]) -> dict[str, str]:
    """What a choice has beside its code and label; files as `media::image`."""
    media = {f"media::{form}": _words(name) for form, name in choice.get("media", {}).items()}
    plain = {
        name: str(value) for name, value in choice.items() if name not in {"name", "label", "media"}
    }
    return plain | media


def _languages(form: Mapping[str, Any]) -> tuple[str, ...]:
    """The languages of the labels; none where they have but one."""
    found: dict[str, None] = {}
    for node, _, _, _ in _walk(form, "/data", None, None):
        if isinstance(label := node.get("label"), Mapping):
            found |= dict.fromkeys(label)
    return tuple(found) if len(found) > 1 else ()


#: How forms name it: `中文 (zh)`, `zh-CN`, `Chinese`.
CHINESE = re.compile(r"中文|汉语|chinese|\bzh\b", re.IGNORECASE)


def _words(label: object) -> str:
    """A label in Chinese where the form has that, else in the language it begins with."""
    if isinstance(label, Mapping):
        spoken = next((name for name in label if CHINESE.search(name)), next(iter(label), ""))
        label = label.get(spoken, "")
    return chinese_quotes(str(label or ""))
