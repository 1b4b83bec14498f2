"""What a county may add to choice lists; `open` of the data dictionary says to which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy.orm import Session

from server.forms import queries
from server.forms.definition import Definition
from server.policy.vocabulary import vocabulary

CODE = re.compile("[a-z][a-z0-9_]{0,29}")
NEW = "+"


def coded(session: Session, name: str, given: Mapping[str, str]) -> dict[str, str]:
    """Choices by code; those that were typed without one (`+` and a number) get the next free.

    What was added before and is offered no more gets the code that it had.
    """
    taken = {code for code, _ in known(session, name)} | set(given)
    before = {word: code for code, word in dict(vocabulary(session, date.max).added).get(name, ())}
    found: dict[str, str] = {}
    number = 1
    for code, word in given.items():
        earlier = before.get(word, "")
        if code.startswith(NEW) and earlier and earlier not in given:
            found[earlier] = word
        elif code.startswith(NEW):
            while f"x{number}" in taken:
                number += 1
            found[f"x{number}"] = word
            taken.add(f"x{number}")
        else:
            found[code] = word
    return found


def reasons_against(session: Session, name: str, given: Mapping[str, str]) -> Iterator[str]:
    """Why these cannot be the choices that a county adds to a list."""
    added = dict(dict(vocabulary(session, date.max).added).get(name, ()))
    own = {code: word for code, word in known(session, name) if code not in added}
    for code, word in given.items():
        if code in own:
            yield f"代码 {code} 是表里自带的“{own[code]}”，不能再加。"
        elif not CODE.fullmatch(code):
            yield f"代码“{code}”不能用：小写字母开头，后面是小写字母、数字或下划线。"
        elif added.get(code, word) != word:
            yield f"代码 {code} 一直是“{added[code]}”，不能改成别的意思；请另外加一个选项。"
        elif word in own.values() or list(given.values()).count(word) > 1:
            yield f"已经有“{word}”这个选项了。"


def known(session: Session, name: str) -> Iterator[tuple[str, str]]:
    """Every choice that a list has or ever had, in the dictionary and in any form version."""
    yield from queries.dictionary_in_force(session).lists.get(name, ())
    for definition in queries.all_definitions(session):
        yield from definition.lists.get(name, ())
    yield from dict(vocabulary(session, date.max).added).get(name, ())


def taken_otherwise(session: Session, form: Definition) -> Iterator[str]:
    """Why a new version cannot have its lists: a code is a choice that the county added."""
    for name, pairs in dict(vocabulary(session, date.max).added).items():
        own = dict(form.lists.get(name, ()))
        for code, word in pairs:
            if own.get(code, word) != word:
                yield f"choices 表：{name} 的 {code} 在“政策”里是“{word}”，不能是“{own[code]}”"
