"""What our phone fills in by itself, and where a client of this field finds the same."""

from __future__ import annotations

from collections.abc import Mapping

from server.accounts.actor import Actor
from server.forms.definition import Question
from server.forms.dictionary import Dictionary, Property

HOUSEHOLDS, PERSONS = "households", "persons"
VILLAGES, MOMENT = "villages", "moment"

#: Hidden question -> policy key, and what it says when the policy is true, and otherwise.
BY_POLICY: Mapping[str, tuple[str, str, str]] = {
    "policy_signature": ("signature.required", "required", "optional"),
    "ask_bank": ("register.ask_bank", "yes", "no"),
    "ask_hukou": ("register.ask_hukou", "yes", "no"),
    "ask_satisfaction": ("visit.ask_satisfaction", "yes", "no"),
}
#: Hidden questions answered by who fills in the form, or by policy: rows of `moment.csv`.
OF_THE_MOMENT = frozenset({"recorder_name", "recorder_role", *BY_POLICY})
#: Hidden questions that a form does without: they only help our phone's pages.
DISPENSABLE = frozenset({"id_last4", "photo_taken", "signed_summary"})
#: Hidden questions without which the repeat around them says nothing: the repeat is left out.
MAKES_REPEAT = frozenset({"followup_problem"})
KNOWN = "known_"


def of_the_moment(actor: Actor, policy: Mapping[str, object]) -> dict[str, str]:
    """Hidden question -> answer, for one person today."""
    answers = {
        name: yes if policy.get(key) in (True, yes) else no
        for name, (key, yes, no) in BY_POLICY.items()
    }
    return {
        **answers,
        "recorder_name": actor.name,
        "recorder_role": actor.roles[0][0] if actor.roles else "",
    }


def property_of(question: Question, dictionary: Dictionary) -> Property | None:
    """The property that an answer goes into."""
    if question.save_to is None:
        return None
    return dictionary.property(question.save_to.register, question.save_to.property)


def is_asked_anew(question: Question, dictionary: Dictionary) -> bool:
    """Whether an answer is an observation of the day: such a client shows no earlier one there.

    What merges by `latest` has to be looked at each time; whoever answers it has confirmed it, the
    same answer included. Everything else is filled in with what is known, and an answer that was
    left alone says nothing.
    """
    prop = property_of(question, dictionary)
    return prop is not None and prop.rule == "latest" and question.is_asked
