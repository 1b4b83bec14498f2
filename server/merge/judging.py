"""What several words in force come to, by the unit's rule (rules 3 to 5)."""

from collections.abc import Sequence

from server.merge.statements import Head, Rule, Statement, UnitState
from server.merge.values import comparable


def judge(words: Sequence[Statement], rule: Rule) -> UnitState:
    """The state of a unit whose heads these are.

    In a dispute the value shown is that of the greatest (event date, submission).
    """
    if not words:
        return UnitState(value=None, heads=(), disputed=False)
    newest_first = sorted(words, key=_by_date, reverse=True)
    shown = newest_first[0]
    disputed = _contradict(words)
    if disputed and rule.kind == "latest" and (holds := _newest_observation(words)):
        shown, disputed = holds, False
    heads = tuple(Head(w.submission, w.value, w.event_date) for w in newest_first)
    return UnitState(value=shown.value, heads=heads, disputed=disputed)


def is_dated(word: Statement) -> bool:
    """Whether the event date may decide under `latest`.

    Not where the phone's clock is in doubt, and not for a settlement: the day of the decision is no
    observation, and it must neither hide a later arrival nor be hidden by one.
    """
    return not (word.doubtful_date or word.settles)


def only_the_office_settles(word: Statement, seen: Sequence[Statement], rule: Rule) -> bool:
    """Whether somebody who saw these words saw a dispute that his own word cannot close."""
    judged_as_review = rule.kind == "review" or (
        rule.kind == "latest" and not all(is_dated(each) for each in (word, *seen))
    )
    return judged_as_review and judge(seen, rule).disputed


def _newest_observation(words: Sequence[Statement]) -> Statement | None:
    """The newest dated word, if no other of its day and no undated one contradicts it."""
    dated = [word for word in words if is_dated(word)]
    if not dated:
        return None
    newest = max(dated, key=_by_date)
    rivals = [w for w in words if not is_dated(w) or w.event_date == newest.event_date]
    return None if _contradict([newest, *rivals]) else newest


def _contradict(words: Sequence[Statement]) -> bool:
    return len({comparable(word.value) for word in words}) > 1


def _by_date(word: Statement) -> tuple[str, str, str, str]:
    return (word.event_date, word.submission, word.entity, repr(word.value))
