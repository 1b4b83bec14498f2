"""From the words that offices write for a choice to the code of its list."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

#: list → words of offices → code; kept as data in synonyms.toml.
SYNONYMS: Mapping[str, Mapping[str, str]] = {
    name: {word: code for code, words in codes.items() for word in words.split()}
    for name, codes in tomllib.loads(
        Path(__file__).with_name("synonyms.toml").read_text(encoding="utf-8")
    ).items()
}

#: What offices hang onto a word without meaning more by it.
_PREFIXES = {"relation": ("之", "户主之", "户主的", "户主"), "poverty_cause": ("因",)}
_SUFFIXES = {
    "ethnicity": ("族",),
    "poverty_cause": ("致贫", "返贫"),
    "house_grade": ("级",),
    "structure": ("结构",),
    "work": ("务工",),
    "disability_category": ("残疾",),
    "disability_level": ("级",),
    "education": ("文化", "毕业"),
}
_BRACKETS = re.compile(r"[((\[【].*?[))\]】]")
_SPLIT = re.compile(r"[,、;；，/+和及|\s]+")

Choices = Sequence[tuple[str, str]]


def plain(text: str) -> str:
    """A word as it compares: half-width, small letters, no spaces, no quotes."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s\u3000“”\"'·.。:：]", "", folded)


def code_of(list_name: str, choices: Choices, text: str) -> str | None:
    """The code that a word stands for, or None when it is not in the list."""
    table = _table(list_name, tuple(choices))
    for candidate in _spellings(list_name, plain(text)):
        if candidate in table:
            return table[candidate]
    return None


def parts(text: str) -> list[str]:
    """The single words of a cell that holds several: `长期慢性病,残疾`."""
    return [part for part in _SPLIT.split(text) if part]


@lru_cache(maxsize=128)
def _table(list_name: str, choices: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Every known spelling → code; the list's own labels win over synonyms."""
    codes = {code for code, _ in choices}
    table = {
        plain(word): code
        for word, code in SYNONYMS.get(list_name, {}).items()
        if code in codes or not codes
    }
    for code, _ in choices:
        table[plain(code)] = code
    for code, label in choices:
        whole = plain(label)
        for spelling in (*_alternatives(whole), _BRACKETS.sub("", whole)):
            for shorter in reversed(tuple(_spellings(list_name, spelling))):
                table.setdefault(shorter, code)
    for code, label in choices:
        table[plain(label)] = code
    return table


def _alternatives(label: str) -> Iterable[str]:
    """`框架/钢混` is 框架 or 钢混."""
    return [part for part in re.split(r"[/或]", label) if len(part) > 1]


def _spellings(list_name: str, word: str) -> Iterable[str]:
    """The word, then the word without what offices add to it."""
    yield word
    bare = _BRACKETS.sub("", word)
    if bare != word and bare:
        yield bare
    for suffix in _SUFFIXES.get(list_name, ()):
        if bare.endswith(suffix) and len(bare) > len(suffix):
            yield bare.removesuffix(suffix)
    for prefix in _PREFIXES.get(list_name, ()):
        if bare.startswith(prefix) and len(bare) > len(prefix):
            yield bare.removeprefix(prefix)
