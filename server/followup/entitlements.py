"""可能未享受，请核实: which rules of policy fit somebody's facts and recorded benefits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from server.followup.days import age_on, birthday, day_of
from server.followup.head import present
from server.followup.known import Known
from server.policy.rules import Comparison, Rule, rule_of
from server.registers import values
from server.registers.models import Entity

Facts = Mapping[str, str]
#: Measures that are over, or that nobody put into effect, give nobody anything.
NOT_HAD = frozenset({"planned", "ended", "failed"})


def rules(policy: Mapping[str, object]) -> Iterator[tuple[str, Rule]]:
    """Code and rule of all rules that hold."""
    for key, value in sorted(policy.items()):
        if key.startswith("rule.") and (rule := rule_of(value)):
            yield key.removeprefix("rule."), rule


def fitting(known: Known) -> Iterator[tuple[str, Rule, Entity]]:
    """Code, rule, and the person or household that it may concern."""
    found = [(code, rule) for code, rule in rules(known.policy) if _has_begun(rule, known.today)]
    for code, rule in found:
        if rule.about == "household" and fits(rule, _home_facts(known)):
            yield code, rule, known.home
    if not any(rule.about == "person" for _, rule in found):
        return
    for person in present(known.people):
        facts = facts_of(known, person)
        for code, rule in found:
            if rule.about == "person" and fits(rule, facts) and _counts(rule, facts):
                yield code, rule, person


def fits(rule: Rule, facts: Facts) -> bool:
    """Whether all conditions hold and nothing says that it is had."""
    return all(_holds(one, facts) for one in rule.when) and not any(
        _holds(one, facts) for one in rule.unless
    )


def turns(known: Known) -> Iterator[date]:
    """The days on which a rule begins to count, or somebody comes to an age that one asks for."""
    yield from (rule.since for _, rule in rules(known.policy) if rule.since)
    ages = {
        int(comparison[2])
        for _, rule in rules(known.policy)
        for comparison in (*rule.when, *rule.unless)
        if comparison[0] == "age" and comparison[2].isdecimal()
    }
    for person in present(known.people) if ages else ():
        born = day_of(values.text(person.live, "birth_date"))
        yield from (birthday(born, age) for age in ages if born)


def _has_begun(rule: Rule, today: date) -> bool:
    return rule.since is None or rule.since <= today


def _counts(rule: Rule, facts: Facts) -> bool:
    """Whether somebody came to the age that a rule asks for since it counts."""
    born = day_of(facts.get("birth_date", ""))
    if rule.since is None or born is None:
        return True
    return all(birthday(born, age) >= rule.since for age in rule.ages)


def facts_of(known: Known, person: Entity) -> Facts:
    """All facts that a rule may ask of a member."""
    said = values.properties(person.live)
    born = day_of(said.get("birth_date", ""))
    cases = [
        values.properties(one.live)
        for one in known.all("health_cases")
        if values.text(one.live, "person") == person.id
    ]
    return {
        **_home_facts(known, person),
        **said,
        "age": str(age_on(born, known.today)) if born else "",
        "hb6_status": cases[0].get("hb6_status", "") if cases else "",
    }


def _home_facts(known: Known, person: Entity | None = None) -> dict[str, str]:
    facts = values.properties(known.home.live)
    measures = [values.properties(one.live) for one in known.all("measures") if one.known]
    had = [
        one.get("measure_item", "")
        for one in measures
        if one.get("status") not in NOT_HAD
        and one.get("end_date", "9") >= known.today.isoformat()
        and (person is None or one.get("person", "") in ("", person.id))
    ]
    return {
        "household_type": facts.get("household_type", ""),
        "welfare": facts.get("welfare", ""),
        "measures": " ".join(had),
    }


def _holds(comparison: Comparison, facts: Facts) -> bool:
    fact, op, *wanted = comparison
    said = facts.get(fact, "").split()
    if op in ("is", "is_not"):
        return (bool(set(said) & set(wanted)) == (op == "is")) and bool(said or op == "is_not")
    if len(said) != 1 or not said[0].isdecimal():
        return False
    return (int(said[0]) >= int(wanted[0])) == (op == "at_least")
