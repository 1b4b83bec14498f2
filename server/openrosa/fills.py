"""What our phone fills in by itself, and where a client of this field finds the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from server.accounts.actor import Actor
from server.forms.definition import Question
from server.forms.dictionary import Dictionary, Property

HOUSEHOLDS, PERSONS = "households", "persons"
VILLAGES, MOMENT = "villages", "moment"

#: Hidden question -> policy key of what is or is not asked.
ASKS: Mapping[str, str] = {
    "ask_bank": "register.ask_bank",
    "ask_hukou": "register.ask_hukou",
    "ask_satisfaction": "visit.ask_satisfaction",
}
#: Hidden question -> policy key for all forms, and the last word of a form's own key. Their rows
#: of `moment.csv` are named `{form}.{question}`: each form may have a rule of its own.
BY_FORM: Mapping[str, tuple[str, str]] = {
    "policy_photo": ("photo.required", "photo"),
    "policy_signature": ("signature.required", "signature"),
    "policy_position": ("position.recorded", "position"),
}
#: Hidden questions answered by who fills in the form, or by policy: rows of `moment.csv`.
OF_THE_MOMENT = frozenset({"recorder_name", "recorder_role", *ASKS, *BY_FORM})
#: Hidden questions that a form does without: they only help our phone's pages.
DISPENSABLE = frozenset({"id_last4", "photo_taken", "signed_summary"})
#: Hidden questions without which the repeat around them says nothing: the repeat is left out.
MAKES_REPEAT = frozenset({"followup_problem"})
KNOWN = "known_"


def row_of(form_id: str, name: str) -> str:
    """The row of `moment.csv` that answers a hidden question of a form."""
    return f"{form_id}.{name}" if name in BY_FORM else name


def of_the_moment(
    actor: Actor, policy: Mapping[str, object], form_ids: Iterable[str]
) -> dict[str, str]:
    """The rows of `moment.csv`, for one person today."""
    asks = {name: "yes" if policy.get(key) is True else "no" for name, key in ASKS.items()}
    by_form = {
        row_of(form_id, name): _asked(policy.get(f"form.{form_id}.{what}", policy.get(key)))
        for form_id in form_ids
        for name, (key, what) in BY_FORM.items()
    }
    return {
        **asks,
        **by_form,
        "recorder_name": actor.name,
        "recorder_role": actor.roles[0][0] if actor.roles else "",
    }


def _asked(said: object) -> str:
    """`required`, `optional` or `off`; older policy says only whether it is required."""
    if isinstance(said, str):
        return said
    return "required" if said is True else "optional"


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
