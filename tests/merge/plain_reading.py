"""Rules 1 to 5 read word by word, slowly, for histories without corrections: to compare with."""

from server.merge import Rule, Statement, comparable, is_write

from .histories import History


def heads_by_the_book(history: History, rule: Rule) -> set[str]:
    return {
        b
        for b in _in_force(history, rule)
        if not any(_supersedes(a, b, history, rule) for a in _in_force(history, rule))
    }


def _in_force(history: History, rule: Rule) -> list[str]:
    needed = {"approved"} if rule.applies == "approved" else {"approved", "pending"}
    return [
        s.submission
        for s in history.statements
        if is_write(s) and history.versions[s.submission].standing in needed
    ]


def _supersedes(a: str, b: str, history: History, rule: Rule) -> bool:
    said = {s.submission: s for s in history.statements}
    if a == b or _reaches(b, a, said) or _older(said[a], said[b], rule):
        return False
    return any(
        (step == a or _reaches(a, step, said)) and _may_replace(said[step], said, rule)
        for step in said
        if step != b and b in _sees(step, said)
    )


def _reaches(start: str, goal: str, said: dict[str, Statement]) -> bool:
    reached: set[str] = set()
    ahead = _sees(start, said)
    while ahead:
        step = ahead.pop()
        if step not in reached:
            reached.add(step)
            ahead |= _sees(step, said)
    return goal in reached


def _sees(step: str, said: dict[str, Statement]) -> set[str]:
    shown = said[step].shown
    return {head for head in shown.heads if head in said and head != step} if shown else set()


def _older(a: Statement, b: Statement, rule: Rule) -> bool:
    return rule.kind == "latest" and _dated(a) and _dated(b) and a.event_date < b.event_date


def _dated(statement: Statement) -> bool:
    return not (statement.doubtful_date or statement.settles)


def _may_replace(step: Statement, said: dict[str, Statement], rule: Rule) -> bool:
    """Only the office closes a dispute under `review`, or where a date cannot decide it."""
    if step.settles:
        return True
    seen = [said[head] for head in _sees(step.submission, said)]
    if rule.kind == "latest" and all(_dated(each) for each in [step, *seen]):
        return True
    if rule.kind == "latest" and (dated := [each for each in seen if _dated(each)]):
        newest = max(each.event_date for each in dated)
        seen = [each for each in seen if not _dated(each) or each.event_date == newest]
    return len({comparable(each.value) for each in seen}) < 2
