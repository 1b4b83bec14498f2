"""What cannot be printed: records whose form is gone, characters that no font has."""

from __future__ import annotations

import json
from collections.abc import Iterator

from server.household_file.checkup.findings import Finding
from server.household_file.checkup.subject import Subject
from server.household_file.content.file import HouseholdFile
from server.household_file.typeset import fonts


def check(subject: Subject) -> Iterator[Finding]:
    """What the closing note will say is missing."""
    for number, fault in enumerate(subject.file.faults):
        text = f"{fault}。请县里把这个表单版本再发布，或在备考表里说明。"
        yield Finding("lost", str(number), subject.title("closing"), text, "household", subject.id)
    whose = {member.name: subject.title("members") for member in subject.file.members}
    for name, document in whose.items():
        if lacking := fonts.unprintable(name):
            yield _character(subject, name, lacking, document, f"{name}的名字里")
    lacking = fonts.unprintable(_text(subject.file))
    for name in whose:
        lacking = "".join(one for one in lacking if one not in name)
    if lacking:
        yield _character(subject, "text", lacking, "", "文字里")


def _character(subject: Subject, about: str, lacking: str, document: str, where: str) -> Finding:
    said = "、".join(f"U+{ord(one):04X}" for one in lacking)
    return Finding(
        "character",
        about,
        document,
        f"{where}有字库没有的字（{said}），会印成方框。请管理员装上有这个字的字体，或印好后手写。",
        "members",
        subject.id,
    )


def _text(file: HouseholdFile) -> str:
    return json.dumps(file, default=vars, ensure_ascii=False)
