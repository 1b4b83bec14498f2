"""Forms and the data dictionary with the words that policy has for choices on a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from server.forms.definition import Definition
from server.forms.dictionary import Dictionary
from server.forms.inline import XF
from server.policy.vocabulary import Pairs, Vocabulary


def spoken_dictionary(dictionary: Dictionary, words: Vocabulary) -> Dictionary:
    """The dictionary with every choice that was ever added, called as on the day."""
    lists = {name: words.spoken(name, pairs) for name, pairs in dictionary.lists.items()}
    return replace(dictionary, lists=lists)


def spoken_definition(definition: Definition, words: Vocabulary) -> Definition:
    """The same of a form; other columns are blank for the choices that were added."""
    lists = {name: words.spoken(name, pairs) for name, pairs in definition.lists.items()}
    columns = {
        name: (*some, *(dict.fromkeys(some[0], ""),) * (len(lists[name]) - len(some)))
        for name, some in definition.columns.items()
    }
    return replace(definition, lists=lists, columns=columns)


def spoken_xform(xform: str, definition: Definition, words: Vocabulary) -> str:
    """An XForm that offers what is on offer on the day, called as on the day."""
    changed = {
        name: words.on_offer(name, pairs)
        for name, pairs in definition.lists.items()
        if words.speaks_of(name)
    }
    if not changed:
        return xform
    root = etree.fromstring(xform.encode())
    listed = {q.path: q.list for q in definition.questions if q.list in changed}
    for control in root.iter(f"{{{XF}}}select", f"{{{XF}}}select1"):
        name = listed.get(control.get("ref", ""))
        if name and control.find(f"{{{XF}}}item") is not None:
            _write(control, "value", changed[name])
    for instance in root.iter(f"{{{XF}}}instance"):
        name, items = instance.get("id", ""), instance.find(f"{{{XF}}}root")
        if name in changed and items is not None:
            _write(items, "name", changed[name])
    return etree.tostring(root, encoding="unicode")


def _write(around: etree._Element, code_in: str, pairs: Pairs) -> None:
    items = {code: item for item, code in _items(around, code_in)}
    columns = [child.tag for child in next(iter(items.values()), ())]
    for code, word in pairs:
        if code not in items:
            item = etree.SubElement(around, f"{{{XF}}}item")
            said = {f"{{{XF}}}label": word, f"{{{XF}}}{code_in}": code}
            for tag in columns or said:
                etree.SubElement(item, tag).text = said.get(tag)
        elif (label := items[code].find(f"{{{XF}}}label")) is not None and not label.get("ref"):
            label.text = word


def _items(around: etree._Element, code_in: str) -> Iterator[tuple[etree._Element, str]]:
    for item in around.findall(f"{{{XF}}}item"):
        yield item, item.findtext(f"{{{XF}}}{code_in}") or ""
