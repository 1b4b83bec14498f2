"""What the office says of paper: a scanned page of a file, a material that lies elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, TypeVar

from lxml import etree

#: What a submission calls its scanned page.
PICTURE = "scan.jpg"


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """One scanned page, a file of the submission, and what of a household's file it shows.

    document: as `sections.Document` has it, in the version that was printed; record: the record
    that document was (a visit). page: of the version's PDF; place: of the document, which had
    `pages`. said: a hash of what the document said then. material: of identity and identification
    papers, which have no version.
    """

    household_id: str
    section: str
    title: str
    document: str = ""
    record: str = ""
    version: int = 0
    page: int = 0
    place: int = 1
    pages: int = 1
    said: str = ""
    material: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """How much there is of a material, and where it lies when not in the file.

    The last word about a household's material of a section holds; one without anything takes it
    back.
    """

    household_id: str
    section: str
    name: str
    copies: int = 0
    pages: int = 0
    kept_at: str = ""
    archive_no: str = ""
    note: str = ""

    @property
    def says_nothing(self) -> bool:
        """Whether there is nothing to print of it."""
        return not (self.copies or self.pages or self.kept_at or self.archive_no or self.note)


Said = TypeVar("Said", ScannedPage, Material)


def to_xml(root: etree._Element, name: str, said: ScannedPage | Material) -> None:
    """Add what is said as one element; what is blank is left out."""
    element = etree.SubElement(root, name)
    for field in fields(said):
        if (value := getattr(said, field.name)) != field.default:
            element.set(field.name, str(value))


def from_xml(kind: type[Said], element: etree._Element | None) -> Said | None:
    """What an element says; None where there is none."""
    if element is None:
        return None
    known = {field.name: field.type for field in fields(kind)}
    given: dict[str, Any] = {
        str(name): int(value) if known[str(name)] == "int" else str(value)
        for name, value in element.attrib.items()
        if name in known
    }
    return kind(**given)
