"""From a filled visit form to what the paper prints of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from server import clock
from server.forms.definition import Definition, Question
from server.forms.instance import read_instance
from server.household_file import words
from server.household_file.content.facts import Fact, Item, Photo, Signature

NAMES = re.compile(r"[\s、，,;；]+")
MOST_BOXES = 3

#: Answers that have a place of their own on the paper, so they are not printed a second time.
HANDLED = frozenset(
    {
        "event_date",
        "visit_type",
        "co_recorders",
        "met_who",
        "visit_result",
        "informant_name",
        "informant_relation",
        "other_name",
        "other_relation",
        "new_head",
        "sign_way",
        "sign_relation",
        "sign_witness",
        "account_text",
    }
)
#: Questions as the paper names them; all others keep the form's words.
LABELS = {
    "absent_reason": "去向",
    "check_note": "情况说明",
    "expense_shock": "大额支出",
    "job_note": "务工变化",
    "health_note": "健康变化",
    "member_changed": "人口变化",
    "household_end": "户的去留",
    "risk_clue": "返贫风险",
    "risk_types": "风险类型",
    "publicity": "政策宣传",
    "promise": "承诺事项",
    "satisfaction": "满意度",
}
MONEY = frozenset({"expense_amount"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a form does not say itself.

    person: the name of a person or account with an id; "" when there is none.
    file: the sha256 that this submission names a file by, else "". fault: why the picture of a
    sha256 cannot be printed, "" where it can.
    """

    person: Callable[[str], str]
    file: Callable[[str], str]
    fault: Callable[[str], str]


class Filled:
    """A filled form, read by the names of its questions."""

    def __init__(self, xml: str, definition: Definition, around: Surroundings) -> None:
        self.root = read_instance(xml).root
        self.definition = definition
        self.around = around
        self._questions = {question.name: question for question in definition.questions}

    def text(self, name: str, row: etree._Element | None = None) -> str:
        """The answer to a question as it was given, of one row of a repeat if it stands in one."""
        place = self.root if row is None else row
        return next((e.text.strip() for e in place.iter(name) if e.text), "")

    def said(self, name: str, row: etree._Element | None = None) -> str:
        """The answer to a question in words."""
        question = self._questions.get(name)
        raw = self.text(name, row)
        return self._words(question, raw) if question else raw

    def question(self, name: str) -> Question | None:
        """A question by its name; None where this version of the form has none such."""
        return self._questions.get(name)

    def label(self, name: str) -> str:
        """The form's words for a question."""
        return self._questions[name].label if name in self._questions else name

    def rows(self, repeat: str) -> Iterator[etree._Element]:
        """The rows of a repeat that hold any answer."""
        for row in self.root.iter(repeat):
            if any(e.text and e.text.strip() for e in row.iter()):
                yield row

    def drawing(self, name: str) -> str:
        """The sha256 of the picture that answers a question, "" where it cannot be printed."""
        sha256 = self.around.file(drawn) if (drawn := self.text(name)) else ""
        return "" if not sha256 or self.around.fault(sha256) else sha256

    def photo(
        self, file: str, *, title: str, taken: str, by: str, reviewed: bool, place: str = ""
    ) -> Photo:
        """A picture of this submission by its name, with its caption."""
        sha256 = self.around.file(file)
        fault = self.around.fault(sha256)
        return Photo(
            sha256="" if fault else sha256,
            title=title,
            taken=taken,
            place=place,
            by=by,
            reviewed=reviewed,
            fault=fault,
        )

    def answers(self) -> tuple[Item, ...]:
        """Every asked question outside of repeats that was answered and has no place yet."""
        return tuple(
            Item(q.name, LABELS.get(q.name, q.label), self._fact(q, raw))
            for q in self.definition.questions
            if self._plain(q) and (raw := self.text(q.name))
        )

    def _plain(self, question: Question) -> bool:
        return (
            question.is_asked
            and question.repeat is None
            and question.type not in ("image", "geopoint")
            and question.name not in HANDLED
        )

    def _fact(self, question: Question, raw: str) -> Fact:
        choices = self.definition.lists.get(question.list or "", ())
        options: tuple[tuple[str, bool], ...] = ()
        if question.type == "select_one" and len(choices) <= MOST_BOXES:
            options = tuple((label, code == raw) for code, label in choices)
        return Fact(self._words(question, raw), options)

    def _words(self, question: Question, raw: str) -> str:
        if question.list is not None:
            labels = (self.definition.choice_label(question.list, code) for code in raw.split())
            return "、".join(map(words.wide, labels))
        return f"{words.money(raw)} 元" if question.name in MONEY and raw else raw


def companions(form: Filled) -> tuple[str, ...]:
    """The people who came along."""
    found = (form.around.person(word) or word for word in NAMES.split(form.text("co_recorders")))
    return tuple(name for name in found if name)


def met(form: Filled) -> tuple[str, str]:
    """Whom the visitor met, and how they belong to the household."""
    name = form.text("informant_name") or form.text("other_name")
    return name, form.said("informant_relation") or form.said("other_relation")


def part_of_day(form: Filled, on: str) -> str:
    """When a visit was made that was recorded there and then; blank for what was entered later."""
    start = form.text("start")
    if form.text("recorded_mode") != "onsite" or start[:10] != on:
        return ""
    hour = start[11:13]
    return "上午" if hour < "12" else "下午" if hour < "18" else "晚上"


def family_changes(form: Filled) -> tuple[Item, ...]:
    """What the visitor reported of births, deaths and moves, a line each."""
    lines = []
    for row in form.rows("member_changes"):
        if not form.text("change_kind", row):
            continue
        who = form.around.person(form.text("change_who", row)) or form.text("newcomer_name", row)
        parts = (
            who + form.said("change_kind", row),
            words.long_date(form.text("change_date", row)),
            form.text("change_note", row),
        )
        lines.append(Item("member_changes", "家庭变化", Fact("，".join(filter(None, parts)))))
    if new_head := form.around.person(form.text("new_head")):
        lines.append(Item("new_head", "新户主", Fact(new_head)))
    return tuple(lines)


def photos(form: Filled, *, by: str, place: str, reviewed: bool) -> tuple[Photo, ...]:
    """The pictures of a visit in the form's order, with their captions.

    place: the household's, not said of what was not taken there (repairs 11).
    """
    found = [
        form.photo(
            form.text("photo", row),
            title=form.text("photo_caption", row) or "走访照片",
            taken=taken(form, row),
            place=place if form.text("photo_source", row) != "album" else "",
            by=by if form.text("photo_source", row) != "album" else "",
            reviewed=reviewed,
        )
        for row in form.rows("photos")
        if form.text("photo", row)
    ]
    found += [
        form.photo(
            form.text("problem_photo", row),
            title=f"问题：{form.said('problem_type', row)}",
            taken=words.long_date(form.text("event_date")),
            place=place,
            by=by,
            reviewed=reviewed,
        )
        for row in form.rows("problems")
        if form.text("problem_photo", row)
    ]
    return tuple(found)


def taken(form: Filled, row: etree._Element) -> str:
    """When a picture was taken by its own time; one from the album may have none (repairs 11)."""
    album = form.text("photo_source", row) == "album"
    try:
        moment = datetime.fromisoformat(form.text("photo_taken", row))
    except ValueError:
        return "时间不详，取自相册" if album else words.long_date(form.text("event_date"))
    if moment.tzinfo is not None:
        moment = clock.local(moment)
    said = f"{words.long_date(moment.date().isoformat())} {moment:%H:%M}"
    return f"{said}，取自相册" if album else said


def signed(form: Filled) -> Signature:
    """How the household signed (`sign_way`): the paper prints the matching line (repairs 6)."""
    way, note = form.said("sign_way"), ""
    picture = form.drawing("signature_household")
    if form.text("sign_way") == "family":
        note = f"代签人：{form.text('sign_relation')}"
    elif form.text("sign_way") == "fingerprint":
        note = f"见证人：{form.text('sign_witness')}"
    if form.text("signature_household") and not picture:
        note = "，".join(filter(None, (note, "签名图还没有传到")))
    return Signature(way, note, picture, form.text("event_date") if picture else "")


def signed_by(form: Filled, question: str) -> Signature:
    """The drawn signature that answers a question, where there is one."""
    picture = form.drawing(question)
    return Signature(sha256=picture, on=form.text("event_date") if picture else "")


def labelled(definition: Definition, path: str | None) -> str:
    """The label of the question at a path, for a remark about it."""
    question = definition.by_path.get(path or "")
    return question.label if question else ""
