"""Reading an instance as it came from a phone, trusting nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

MAX_BYTES = 2_000_000
MAX_ROWS = 300
#: Forms give an element a handful; copying thousands takes the square of their number.
MAX_ATTRIBUTES = 50
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class BadInstance(Exception):
    """Something that cannot be read as a filled form; the message is Chinese, for people."""


@dataclass(frozen=True)
class Instance:
    """One filled form as a tree without namespaces.

    root: its own copy, which callers may not change. instance_id, deprecated_id: bare UUIDs.
    """

    form_id: str
    version: str
    instance_id: str
    deprecated_id: str | None
    root: etree._Element


def read_instance(xml: str | bytes) -> Instance:
    """Read an instance.

    Raises BadInstance for what is not XML, has a document type, is too large, or names no id.
    """
    root = _plain(_parse(xml))
    if root.tag != "data" or not root.get("id"):
        raise BadInstance("不是一份填好的表")
    rows = Counter(f"{child.tag}" for child in root)
    if rows and max(rows.values()) > MAX_ROWS:
        raise BadInstance(f"一项里超过 {MAX_ROWS} 行")
    replaced = (root.findtext("meta/deprecatedID") or "").strip()
    return Instance(
        form_id=root.get("id", ""),
        version=root.get("version", ""),
        instance_id=_bare(root.findtext("meta/instanceID") or ""),
        deprecated_id=_bare(replaced) if replaced else None,
        root=root,
    )


def entity_id(value: str) -> str:
    """An entity's id as the bare lower-case UUID it must be. Raises BadInstance."""
    bare = value.strip().lower().removeprefix("uuid:")
    if not UUID.fullmatch(bare):
        raise BadInstance("户或人的编号不是系统给的编号")
    return bare


def _bare(instance_id: str) -> str:
    bare = instance_id.strip().lower().removeprefix("uuid:")
    if not UUID.fullmatch(bare):
        raise BadInstance("表上没有可用的编号")
    return bare


def _parse(xml: str | bytes) -> etree._Element:
    data = xml.encode() if isinstance(xml, str) else xml
    if len(data) > MAX_BYTES:
        raise BadInstance("内容太大")
    parser = etree.XMLParser(
        # a text was decoded already, whatever its declaration says
        encoding="utf-8" if isinstance(xml, str) else None,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise BadInstance("不收带文档类型的内容")
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise BadInstance("内容不是完整的 XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadInstance("不收带文档类型的内容")
    return root


def _plain(element: etree._Element) -> etree._Element:
    """The tree with names without namespaces, whatever prefixes the sender used."""
    for one in element.iter():
        tag = one.tag
        if not isinstance(tag, str):
            raise BadInstance("内容不是完整的 XML")
        if tag[0] == "{":
            one.tag = _local(tag)
        if names := one.keys():
            _plain_attributes(one, names)
    return element


def _plain_attributes(element: etree._Element, names: Sequence[str | bytes]) -> None:
    if len(names) > MAX_ATTRIBUTES:
        raise BadInstance("内容不是一份填好的表")
    for name in names:
        local = _local(name)
        if local != name:
            element.set(local, element.attrib.pop(name))


def _local(name: str | bytes) -> str:
    return str(name).rpartition("}")[2]
