"""Rules of what somebody may be entitled to: comparisons of facts, as data; never a decision.

A rule is `{"title", "about", "when", "unless", "since"}`; `when` and `unless` are lists of
comparisons `[fact, op, value …]`. It is typed one line each, in the words of `FACTS` and `OPS`.
`since` is the day from which it counts: who came to the age that it asks for before that day is
left alone. A county switches a rule off from a day by the value `{"off": true}`, typed `OFF`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

#: Fact -> its word, and the class of what it tells (`registers.visibility`).
FACTS: Mapping[str, tuple[str, str]] = {
    "age": ("年龄", "plain"),
    "sex": ("性别", "plain"),
    "student_status": ("在校生状况", "plain"),
    "labour": ("劳动能力", "plain"),
    "medical_insured": ("医保", "plain"),
    "pension_insured": ("养老保险", "plain"),
    "dibao_member": ("本人低保", "plain"),
    "tekun_member": ("本人特困", "plain"),
    "disability_level": ("残疾等级", "health"),
    "disability_category": ("残疾类别", "health"),
    "health_status": ("健康状况", "health"),
    "hb6_status": ("健康查体", "health"),
    "household_type": ("户类型", "plain"),
    "welfare": ("户的救助类别", "plain"),
    "measures": ("在享受的措施", "plain"),
}
#: What is asked of a household's own facts, and of nobody in it.
OF_HOME = frozenset({"household_type", "welfare", "measures"})
OPS: Mapping[str, str] = {"at_least": "满", "below": "不满", "is": "是", "is_not": "不是"}
ABOUT: Mapping[str, str] = {"person": "人", "household": "户"}
HEADS = {
    "title": "名称",
    "about": "对象",
    "when": "条件",
    "unless": "已享受",
    "since": "起算",
}
#: The one line of a rule that does not hold.
OFF = "停用"

Comparison = Sequence[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """Who of whom may be entitled: all of `when` holds, and nothing of `unless`.

    since: the day from which it counts; None where it always did.
    """

    title: str
    about: str
    when: Sequence[Comparison]
    unless: Sequence[Comparison]
    since: date | None = None

    @property
    def ages(self) -> tuple[int, ...]:
        """The ages to which somebody has to have come."""
        return tuple(int(one[2]) for one in self.when if tuple(one[:2]) == ("age", "at_least"))

    @property
    def class_(self) -> str:
        """The class of what an answer to it tells."""
        facts = {comparison[0] for comparison in (*self.when, *self.unless)}
        return "health" if any(FACTS[fact][1] == "health" for fact in facts) else "plain"


def rule_of(value: object) -> Rule | None:
    """A rule as policy holds it; None for what is none, or is switched off."""
    if not isinstance(value, dict) or value.get("off"):
        return None
    since = str(value.get("since", ""))
    return Rule(
        str(value.get("title", "")),
        str(value.get("about", "person")),
        value.get("when") or (),
        value.get("unless") or (),
        date.fromisoformat(since) if since else None,
    )


def read_rule(typed: str) -> dict[str, object]:
    """A rule from its lines; raises ValueError in words."""
    if typed.strip() == OFF:
        return {"off": True}
    found: dict[str, list[str]] = {name: [] for name in HEADS}
    names = {word: name for name, word in HEADS.items()}
    for line in filter(None, map(str.strip, typed.splitlines())):
        head, _, rest = line.partition(" ")
        if head not in names or not rest.strip():
            raise ValueError(f"“{line}”看不懂。每行以 {'、'.join(names)} 开头，空一格再写。")
        found[names[head]].append(rest.strip())
    if len(found["title"]) != 1 or len(found["about"]) != 1 or not found["when"]:
        raise ValueError("要有一行“名称”、一行“对象”，至少一行“条件”。")
    about = {word: name for name, word in ABOUT.items()}.get(found["about"][0])
    if about is None:
        raise ValueError("“对象”写“人”或者“户”。")
    since = _since(found["since"])
    return {
        "title": found["title"][0][:40],
        "about": about,
        "when": [_comparison(line, about) for line in found["when"]],
        "unless": [_comparison(line, about) for line in found["unless"]],
        **({"since": since} if since else {}),
    }


def _since(lines: Sequence[str]) -> str:
    try:
        days = [date.fromisoformat(line).isoformat() for line in lines]
    except ValueError as error:
        raise ValueError(f"“{HEADS['since']}”后面写一天，比如 2026-01-01。") from error
    if len(days) > 1:
        raise ValueError(f"“{HEADS['since']}”只写一行。")
    return "".join(days)


def _comparison(line: str, about: str) -> list[str]:
    facts = {word: name for name, (word, _) in FACTS.items()}
    ops = {word: name for name, word in OPS.items()}
    fact, op, *values = [*line.split(), "", ""] if len(line.split()) < 3 else line.split()
    if fact not in facts or op not in ops or not values:
        raise ValueError(
            f"“{line}”看不懂。写成：{next(iter(facts))} 满 80，或者：残疾等级 是 1 2。"
        )
    if about == "household" and facts[fact] not in OF_HOME:
        raise ValueError(f"“{fact}”是人的，对象是户时不能用。")
    compares = ops[op] in ("at_least", "below") or facts[fact] == "age"
    if compares and not all(value.isdecimal() for value in values):
        raise ValueError(f"“{line}”里“{op}”后面写一个数。")
    return [facts[fact], ops[op], *values]


def say_rule(value: object) -> str:
    """A rule as its lines."""
    rule = rule_of(value)
    if rule is None:
        return OFF if isinstance(value, dict) else ""
    lines = [f"{HEADS['title']} {rule.title}", f"{HEADS['about']} {ABOUT[rule.about]}"]
    for head, some in (("when", rule.when), ("unless", rule.unless)):
        for fact, op, *values in some:
            lines.append(f"{HEADS[head]} {FACTS[fact][0]} {OPS[op]} {' '.join(values)}")
    if rule.since:
        lines.append(f"{HEADS['since']} {rule.since.isoformat()}")
    return "\n".join(lines)
