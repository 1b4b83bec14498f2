"""Problems and needs as a visit told them: who solves them, until when, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from server.household_file.content.facts import Issue
from server.household_file.content.papers.known import Thing
from server.household_file.content.visit_of import Filled


def issues(form: Filled, problems: Mapping[str, Thing]) -> tuple[Issue, ...]:
    """What was told, and what became of earlier ones. problems: id -> what is known of it now."""
    return (
        *(_told(form, row, problems) for row in form.rows("problems")),
        *(
            Issue(f"诉求：{form.said('need_type', row)}", form.text("need_desc", row))
            for row in form.rows("needs")
        ),
    )


def _told(form: Filled, row: etree._Element, problems: Mapping[str, Thing]) -> Issue:
    """A problem or need as it was told, or what became of one that was open."""
    known = problems.get(form.text("problem_id", row), Thing("", {}, {}))
    if form.text("problem_known", row):
        told = (form.text("known_description", row), form.text("problem_result_note", row))
        state = form.said("problem_result", row)
        return _issue("跟进", "，".join(filter(None, told)), state, known)
    about = _about(form, row, "problem_person") + form.text("problem_desc", row)
    kind = "need" if form.text("entry_kind", row) == "need" else "problem"
    said = f"{'诉求' if kind == 'need' else '问题'}：{form.said(f'{kind}_type', row)}"
    state = known.text("result") or _urgency(form, row)
    return _issue(said, about, state, known, known.code("result_on"))


def _issue(kind: str, text: str, state: str, known: Thing, ended: str = "") -> Issue:
    return Issue(
        kind,
        text,
        level=known.text("solve_level"),
        owner=known.text("owner"),
        due=known.code("deadline"),
        state=state,
        ended=ended,
    )


def _about(form: Filled, row: etree._Element, question: str) -> str:
    name = form.around.person(form.text(question, row))
    return f"{name}：" if name else ""


def _urgency(form: Filled, row: etree._Element) -> str:
    if form.text("problem_urgency", row) != "urgent":
        return ""
    return "紧急，" + (form.said("phoned_duty", row) or "未报告")
