"""The XML documents of OpenRosa (https://docs.getodk.org/openrosa/)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree

RESPONSE = "http://openrosa.org/http/response"
FORM_LIST = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"


@dataclass(frozen=True, slots=True)
class ListedForm:
    """A form that can be fetched."""

    form_id: str
    version: str
    title: str
    hash: str
    url: str
    manifest_url: str | None


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file that belongs to a form. integrity_url: for entity lists, which a client edits."""

    name: str
    hash: str
    url: str
    integrity_url: str | None = None


def md5(content: bytes) -> str:
    """A content's hash as OpenRosa wants it; it protects nothing, it only tells versions apart."""
    return f"md5:{hashlib.md5(content, usedforsecurity=False).hexdigest()}"


def form_list(forms: Iterable[ListedForm]) -> bytes:
    """The list of forms."""
    root = _root(FORM_LIST, "xforms")
    for form in forms:
        one = etree.SubElement(root, f"{{{FORM_LIST}}}xform")
        said = {
            "formID": form.form_id,
            "name": form.title,
            "version": form.version,
            "hash": form.hash,
            "downloadUrl": form.url,
            "manifestUrl": form.manifest_url,
        }
        _put(one, FORM_LIST, said)
    return _bytes(root)


def manifest(files: Iterable[ListedFile]) -> bytes:
    """The files of a form."""
    root = _root(MANIFEST, "manifest")
    for file in files:
        one = etree.SubElement(root, f"{{{MANIFEST}}}mediaFile")
        if file.integrity_url:
            one.set("type", "entityList")
        said = {
            "filename": file.name,
            "hash": file.hash,
            "downloadUrl": file.url,
            "integrityUrl": file.integrity_url,
        }
        _put(one, MANIFEST, said)
    return _bytes(root)


def integrity(deleted: Mapping[str, bool]) -> bytes:
    """Whether entities that a client still has are gone."""
    root = etree.Element("data")
    entities = etree.SubElement(root, "entities")
    for entity_id, gone in deleted.items():
        one = etree.SubElement(entities, "entity", id=entity_id)
        etree.SubElement(one, "deleted").text = "true" if gone else "false"
    return _bytes(root)


def response(message: str, nature: str) -> bytes:
    """The answer to a submission, or a refusal."""
    root = _root(RESPONSE, "OpenRosaResponse")
    said = etree.SubElement(root, f"{{{RESPONSE}}}message", nature=nature)
    said.text = message
    return _bytes(root)


def _root(namespace: str, name: str) -> etree._Element:
    return etree.fromstring(f'<{name} xmlns="{namespace}"/>')


def _put(element: etree._Element, namespace: str, said: Mapping[str, str | None]) -> None:
    for name, text in said.items():
        if text is not None:
            etree.SubElement(element, f"{{{namespace}}}{name}").text = text


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
