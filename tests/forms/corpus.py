"""Filled forms made by chance, and what the phone's engine finds wrong in them.

The same seed makes the same forms. A form is filled as a person would in the end: what does not
apply is left out, what is required is answered, what is computed is right; then one fault is made.
"""

from __future__ import annotations

import copy
import json
import random
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from server.forms.canonical import canonical
from server.forms.check import findings_of
from server.forms.compile import CompiledForm
from server.forms.compute import OF_THE_PHONE, Computed, Field
from server.forms.definition import METADATA, Definition, Question
from server.forms.instance import read_instance
from server.forms.supported import FILES
from server.forms.xpath import functions_of, references
from server.forms.xpath_values import CHINA
from tests.forms.instances import CHILD_ID, HEAD_ID, WIFE_ID

NODE = shutil.which("node", path=str(Path(sys.executable).parent)) or "node"
FILLED_AT = datetime(2026, 11, 20, 15, 30, tzinfo=CHINA)
LITERAL = re.compile(r"'([^']*)'|\"([^\"]*)\"|(?<![\w.])(\d+(?:\.\d+)?)(?![\w.])")
WORDS = ("陈广田", "村东头第三家", "13900008468", "370321110217", HEAD_ID, WIFE_ID, CHILD_ID)
NUMBERS = ("0", "1", "2", "3.5", "12.34", "17", "60", "500", "100000", "0.1", "-1")
WRONG = {
    "integer": ("许多", "1.5", "99999999999"),
    "decimal": ("许多", "1,5", "1e400"),
    "date": ("2026-02-30", "20/11/2026", "昨天"),
    "time": ("25:00:00", "9点"),
    "dateTime": ("2026-11-20", "2026-11-20T25:00:00"),
    "geopoint": ("200 10", "36.9", "这里"),
    "range": ("许多", "100000"),
    "acknowledge": ("好",),
}
Found = frozenset[tuple[str, str]]


@dataclass
class Filled:
    """Answers of the form, or of one row, by path; and the rows of each repeat within.

    blanks: whether what has no answer is there without one, or is not there at all.
    """

    answers: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[Filled]] = field(default_factory=dict)
    blanks: bool = False

    def at(self, path: str) -> tuple[Filled, str]:
        """The row and the plain path of a path with rows."""
        row, plain = self, ""
        for step in path.split("/")[1:]:
            name, _, number = step.partition("[")
            plain = f"{plain}/{name}"
            if number:
                row = row.rows[plain][int(number.rstrip("]")) - 1]
        return row, plain


@dataclass(frozen=True)
class Sample:
    """One filled form. fault: what was made wrong in it on purpose; blank for nothing."""

    xml: str
    fault: str
    files: tuple[str, ...]


class Maker:
    """Fills in one form by chance."""

    def __init__(self, definition: Definition, seed: int) -> None:
        self._definition = definition
        self._chance = random.Random(seed)
        self._hints = _hints(definition)

    def samples(self, valid: int, faulty: int) -> list[Sample]:
        """So many that are as they should be as far as chance finds, and so many with a fault."""
        whole = [self._filled() for _ in range(valid)]
        found = [self._sample(filled, "") for filled in whole]
        kinds = sorted(FAULTS)
        for number in range(faulty):
            filled = copy.deepcopy(self._chance.choice(whole))
            for kind in self._chance.sample(kinds, len(kinds)):
                chosen = kinds[number % len(kinds)] if kind == kinds[0] else kind
                if FAULTS[chosen](self, filled):
                    found.append(self._sample(filled, chosen))
                    break
        return found

    def _sample(self, filled: Filled, fault: str) -> Sample:
        computed = self.computed(filled)
        files = [f.given for f in computed.fields if f.question.type in FILES and f.given]
        if fault == "attachment":
            files = files[:-1]
        xml = self._xml(filled)
        if fault == "unknown":
            xml = xml.replace("<meta>", "<secret>1</secret><meta>")
        return Sample(xml, fault, tuple(files))

    def _xml(self, filled: Filled) -> str:
        definition = self._definition
        return (
            f"<data id={quoteattr(definition.form_id)} version={quoteattr(definition.version)}>"
            f"{''.join(_content(definition, '/data', filled, blanks=filled.blanks))}"
            f"<meta><instanceID>uuid:{self._uuid()}</instanceID></meta></data>"
        )

    def computed(self, filled: Filled) -> Computed:
        """The server's reading of what was filled in so far."""
        root = read_instance(self._xml(filled)).root
        return Computed(root, self._definition, FILLED_AT)

    def _filled(self) -> Filled:
        filled = Filled(blanks=self._chance.random() < 0.5)
        self._begin(filled, "/data")
        for _ in range(20):
            if not self._mend(filled):
                break
        return filled

    def _begin(self, row: Filled, path: str) -> None:
        for group in self._definition.groups:
            if group.kind == "repeat" and _repeat_around(self._definition, group.path) == path:
                row.rows[group.path] = []
                for _ in range(0 if group.count else self._chance.choice((0, 0, 1, 2))):
                    self._add(row, group.path)

    def _add(self, row: Filled, repeat: str) -> None:
        added = Filled()
        row.rows[repeat].append(added)
        self._begin(added, repeat)

    def _mend(self, filled: Filled) -> bool:
        """Answer what has to be answered as things are; whether anything was changed."""
        computed, changed = self.computed(filled), False
        for place in computed.fields:
            row, path = filled.at(place.path)
            wanted = self._wanted(place, computed, first=path not in row.answers)
            if wanted != place.given or path not in row.answers:
                changed |= wanted != place.given
                row.answers[path] = wanted
        for path, rows, wanted_rows in computed.miscounted():
            row, repeat = filled.at(path)
            changed = True
            del row.rows[repeat][wanted_rows:]
            for _ in range(min(wanted_rows, 4) - rows):
                self._add(row, repeat)
        return changed

    def _wanted(self, place: Field, computed: Computed, *, first: bool) -> str:
        question = place.question
        if not place.relevant or question.type in METADATA:
            return ""
        if question.calculation:
            if OF_THE_PHONE.isdisjoint(functions_of(question.calculation)):
                return place.value
            return place.given or self._uuid()
        if (first and self._chance.random() < 0.5) or (
            not place.given and computed.is_required(place)
        ):
            return self.answer(place, computed)
        if place.given and (not place.value or computed.breaks(place)):
            must = computed.is_required(place) or self._chance.random() < 0.5
            return self.answer(place, computed) if must else ""
        return place.given

    def answer(self, place: Field, computed: Computed) -> str:
        """Some answer, one that fits where there is one."""
        question = place.question
        if question.list or question.rows:
            return self._choice(question, computed.choices(place))
        found = self.candidates(question)
        self._chance.shuffle(found)
        for value in found:
            place.node.text = value
            if not computed.breaks(place):
                return value
        return found[0]

    def _choice(self, question: Question, codes: tuple[str, ...]) -> str:
        if not codes:
            return ""
        if question.type == "rank":
            return " ".join(self._chance.sample(codes, len(codes)))
        if question.type == "select_multiple":
            return " ".join(
                self._chance.sample(codes, self._chance.choice((1, min(2, len(codes)))))
            )
        return self._chance.choice(codes)

    def candidates(self, question: Question) -> list[str]:
        """Values of the question's kind, those among them of which its rules speak."""
        hints = self._hints.get(question.path, [])
        numbers = [hint for hint in hints if re.fullmatch(r"\d+(\.\d+)?", hint)]
        if question.type in {"integer", "decimal", "range"}:
            near = [str(int(float(n)) + by) for n in numbers for by in (-1, 0, 1)]
            found = [*NUMBERS, *near]
            whole = question.type == "integer" or question.parameters
            return [n for n in found if n.lstrip("-").isdigit()] if whole else found
        if question.type == "date" or (question.type == "hidden" and "date" in question.name):
            days = (-364, -344, 0, 1, 20, 36, 364, 400, 5636, 6000, 19636, 20000)
            return [str(FILLED_AT.date() - timedelta(days=days_ago)) for days_ago in days]
        if question.type == "time":
            return ["08:30:00", "23:59:59.000+08:00"]
        if question.type == "dateTime":
            return ["2026-11-20T08:30:00.000+08:00", "2020-01-01T00:00:00"]
        if question.type == "geopoint":
            return ["36.95 118.1 0 5", "36.9 118.0"]
        if question.type == "acknowledge":
            return ["OK"]
        if question.type in FILES:
            return [f"{self._uuid()}.jpg"]
        return [*(h for h in hints if h), *WORDS, self._uuid()]

    def fields(self, filled: Filled, chosen: Callable[[Field], bool]) -> Iterator[Field]:
        """The fields that are so, in an order of chance."""
        found = [place for place in self.computed(filled).fields if chosen(place)]
        yield from self._chance.sample(found, len(found))

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self._chance.getrandbits(128), version=4))

    def put(self, filled: Filled, place: Field, value: str) -> bool:
        """Write a value where it would not be written by a person."""
        row, path = filled.at(place.path)
        row.answers[path] = value
        return True


def _is_plain(place: Field) -> bool:
    question = place.question
    return question.type not in METADATA and not question.calculation


def _wrong_type(maker: Maker, filled: Filled) -> bool:
    for place in maker.fields(filled, lambda f: f.relevant and f.question.type in WRONG):
        if _is_plain(place):
            return maker.put(filled, place, WRONG[place.question.type][len(place.path) % 2 - 1])
    return False


def _left_out(maker: Maker, filled: Filled) -> bool:
    computed = maker.computed(filled)
    found = maker.fields(filled, lambda f: bool(f.given) and _is_plain(f) and f.relevant)
    return any(computed.is_required(f) and maker.put(filled, f, "") for f in found)


def _not_asked(maker: Maker, filled: Filled) -> bool:
    computed = maker.computed(filled)
    for place in maker.fields(filled, lambda f: not f.relevant and _is_plain(f)):
        if answer := maker.answer(place, computed):
            return maker.put(filled, place, answer)
    return False


def _against_rule(maker: Maker, filled: Filled) -> bool:
    for place in maker.fields(filled, lambda f: f.relevant and bool(f.question.constraint)):
        before = place.given
        for value in [*maker.candidates(place.question), "x" * 1200, "-5", "2099-01-01", "7"]:
            if place.question.list or place.question.calculation:
                break
            maker.put(filled, place, value)
            if any(
                f.path == place.path and f.value and computed.breaks(f)
                for computed in [maker.computed(filled)]
                for f in computed.fields
            ):
                return True
        maker.put(filled, place, before)
    return False


def _miscalculated(maker: Maker, filled: Filled) -> bool:
    for place in maker.fields(filled, lambda f: f.relevant and bool(f.question.calculation)):
        if {"once", *OF_THE_PHONE}.isdisjoint(functions_of(place.question.calculation)):
            return maker.put(filled, place, "41" if place.given != "41" else "42")
    return False


def _no_such_choice(maker: Maker, filled: Filled) -> bool:
    for place in maker.fields(filled, lambda f: bool(f.given) and f.item.choices is not None):
        if _is_plain(place):
            more = place.given if place.question.type == "select_multiple" else ""
            return maker.put(filled, place, f"{more} nonsense".strip())
    return False


def _filtered_choice(maker: Maker, filled: Filled) -> bool:
    computed = maker.computed(filled)
    for place in maker.fields(filled, lambda f: f.relevant and f.item.moving):
        codes = set(computed.choices(place))
        for choice in computed.definition.choices(place.question.list or ""):
            if choice["name"] not in codes:
                return maker.put(filled, place, choice["name"])
    return False


def _file_missing(maker: Maker, filled: Filled) -> bool:
    if not any(maker.fields(filled, lambda f: bool(f.given) and f.question.type in FILES)):
        for place in maker.fields(filled, lambda f: f.relevant and f.question.type in FILES):
            return maker.put(filled, place, "new.jpg")
        return False
    return True


FAULTS: Mapping[str, Callable[[Maker, Filled], bool]] = {
    "type": _wrong_type,
    "required": _left_out,
    "relevant": _not_asked,
    "constraint": _against_rule,
    "calculation": _miscalculated,
    "choice": _no_such_choice,
    "filter": _filtered_choice,
    "attachment": _file_missing,
    "unknown": lambda maker, filled: True,
}


def _hints(definition: Definition) -> dict[str, list[str]]:
    """For each question the words and numbers of the expressions that speak of it."""
    found: dict[str, dict[str, None]] = {}
    for question in definition.questions:
        for text in (question.relevant, question.constraint, question.calculation):
            words = [next(filter(None, groups), "") for groups in LITERAL.findall(text)]
            for path in {question.path, *references(text)}:
                found.setdefault(path, {}).update(dict.fromkeys(words))
    return {path: list(words) for path, words in found.items()}


def _repeat_around(definition: Definition, path: str) -> str:
    around = [repeat for repeat in definition.repeats if path.startswith(f"{repeat}/")]
    return max(around, key=len, default="/data")


def _content(definition: Definition, path: str, row: Filled, *, blanks: bool) -> Iterator[str]:
    below: dict[str, None] = {}
    for question in definition.questions:
        if question.path.startswith(f"{path}/"):
            below[f"{path}/{question.path[len(path) + 1 :].split('/', 1)[0]}"] = None
    for at in below:
        name = at.rsplit("/", 1)[1]
        if at in row.rows:
            for one in row.rows[at]:
                content = "".join(_content(definition, at, one, blanks=blanks))
                yield f"<{name}>{content}</{name}>"
        elif at in definition.groups_by_path:
            content = "".join(_content(definition, at, row, blanks=blanks))
            yield f"<{name}>{content}</{name}>" if content else ""
        elif row.answers.get(at) or blanks:
            yield f"<{name}>{escape(row.answers.get(at, ''))}</{name}>"


def server_findings(definition: Definition, sample: Sample) -> Found:
    """What the server finds, as paths with kinds."""
    instance = read_instance(sample.xml)
    found = findings_of(instance, Computed(instance.root, definition, FILLED_AT), sample.files)
    return _with_rows((finding.path, finding.kind) for finding in found)


def _with_rows(found: Iterable[tuple[str, str]]) -> Found:
    """All but what is in rows that are too many or too few: the phone makes them right itself."""
    everything = frozenset(found)
    wrong = tuple(f"{path}[" for path, kind in everything if kind == "rows")
    return frozenset(one for one in everything if not one[0].startswith(wrong or "-"))


#: Of each question its path, value, whether it applies and must be answered, which of its
#: conditions is broken; of each repeat its path and its rows.
Judged = list[list[object]]


def engine_judges(forms: list[tuple[CompiledForm, list[str]]]) -> list[list[Judged]]:
    """What the phone's engine makes of each instance of each form when it opens it again."""
    said = {
        "moment": FILLED_AT.isoformat(),
        "forms": [{"xform": form.xform, "instances": xmls} for form, xmls in forms],
    }
    done = subprocess.run(
        [NODE, str(Path(__file__).with_name("engine.mjs"))],
        input=json.dumps(said).encode(),
        capture_output=True,
        check=False,
        timeout=600,
        env={"TZ": "Asia/Shanghai"},
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    judged: list[list[Judged]] = json.loads(done.stdout)
    return judged


def engine_findings(forms: list[tuple[CompiledForm, list[Sample]]]) -> list[list[Found]]:
    """What the phone's engine finds wrong, in the words of the server's check."""
    asked = [(form, [sample.xml for sample in samples]) for form, samples in forms]
    return [
        [
            _with_rows(_found(form.definition, sample, rows))
            for sample, rows in zip(samples, judged, strict=True)
        ]
        for (form, samples), judged in zip(forms, engine_judges(asked), strict=True)
    ]


def _found(definition: Definition, sample: Sample, rows: Judged) -> Iterator[tuple[str, str]]:
    given = dict(_texts(definition, etree.fromstring(sample.xml), "/data"))
    known = {str(row[0]) for row in rows}
    for path in given:
        if path not in known:
            yield path, "unknown"
    root = etree.fromstring(sample.xml)
    for reference, *judged in rows:
        path = str(reference)
        if len(judged) == 1:
            if len(root.findall(path.removeprefix("/data/"))) != judged[0]:
                yield path, "rows"
            continue
        question = definition.by_path.get(re.sub(r"\[\d+\]", "", path))
        if question is not None and question.type not in METADATA:
            for kind in _of_leaf(question, given.get(path, ""), sample, *judged):
                yield path, kind


def _of_leaf(
    question: Question,
    given: str,
    sample: Sample,
    value: object,
    relevant: object,
    _required: object,
    violated: object,
) -> Iterator[str]:
    text = str(value)
    if not relevant:
        if given:
            yield "relevant"
        return
    if question.calculation:
        if OF_THE_PHONE.isdisjoint(functions_of(question.calculation)) and (
            canonical(text, "decimal") != canonical(given, "decimal")
        ):
            yield "calculation"
    elif given and (question.list or question.rows):
        if set(text.split()) != set(given.split()):
            yield "choice"
    elif given and canonical(text, question.type) != canonical(given, question.type):
        yield "type"
    if question.type in FILES and given and given not in sample.files:
        yield "attachment"
    if violated == "constraint" or (violated == "required" and not given):
        yield str(violated)


def _texts(
    definition: Definition, element: etree._Element, path: str, plain: str = "/data"
) -> Iterator[tuple[str, str]]:
    rows: dict[str, int] = {}
    for child in element:
        name = str(child.tag)
        below = f"{plain}/{name}"
        if below in definition.repeats:
            rows[name] = rows.get(name, 0) + 1
            yield from _texts(definition, child, f"{path}/{name}[{rows[name]}]", below)
        elif below in definition.groups_by_path:
            yield from _texts(definition, child, f"{path}/{name}", below)
        elif name != "meta":
            yield f"{path}/{name}", (child.text or "").strip()
