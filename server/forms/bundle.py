"""A form with the pictures, sounds and films that stand beside its words, in one zip; or alone."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from server.forms.compile import FormRefused

FORMS = (".xlsx", ".md")
#: Ending -> what it is; what a browser of a cheap phone shows.
KINDS: Mapping[str, str] = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".mp4": "video/mp4",
}
MOST_BYTES = 1024 * 1024
MOST_FILES = 60
#: All files of a form: each phone fetches them over a village's line.
MOST_TOGETHER = 8 * 1024 * 1024
#: What every workbook has, and a zip of a form and its files has not.
_OF_A_WORKBOOK = "[Content_Types].xml"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The bytes of a form, and those of its files by name."""

    form: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def hashes(self) -> dict[str, str]:
        """Name -> SHA-256 of each file."""
        return {name: hashlib.sha256(content).hexdigest() for name, content in self.files.items()}


def unpack(content: bytes) -> Bundle:
    """What was uploaded or published: a workbook or Markdown alone, or a zip with one in it.

    Raises FormRefused when a zip holds no form, or more than phones should fetch.
    """
    if not content.startswith(b"PK\x03\x04"):
        return Bundle(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if _OF_A_WORKBOOK in package.namelist():
                return Bundle(content)
            return _unpacked(package)
    except FormRefused:
        raise
    except Exception as error:  # zipfile and its decompressors raise many kinds for bad bytes
        raise FormRefused(["这个压缩包坏了或没有传完整，请重新打包再传。"]) from error


def pack(folder: Path) -> bytes:
    """The same of a folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in {*FORMS, *KINDS}:
                package.write(path, path.relative_to(folder).as_posix())
    return out.getvalue()


def media_type(name: str) -> str:
    """What a file of a form is, by its ending."""
    return KINDS.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")


def _unpacked(package: zipfile.ZipFile) -> Bundle:
    parts = [part for part in package.infolist() if not part.is_dir() and _counts(part.filename)]
    named = {PurePosixPath(part.filename).name: part for part in parts}
    forms = [part for part in parts if part.filename.lower().endswith(FORMS)]
    files = {name: part for name, part in named.items() if not name.lower().endswith(FORMS)}
    if len(forms) != 1:
        raise FormRefused(["压缩包里要有一个表（.xlsx），不多不少，旁边放它用的图片。"])
    if faults := _faults(files, len(parts) - len(named)):
        raise FormRefused(faults)
    return Bundle(package.read(forms[0]), {name: package.read(one) for name, one in files.items()})


def _counts(name: str) -> bool:
    """Whether somebody put it there: not what systems add by themselves."""
    path = PurePosixPath(name)
    return "__MACOSX" not in path.parts and not path.name.startswith((".", "~$"))


def _faults(files: Mapping[str, zipfile.ZipInfo], twice: int) -> list[str]:
    found = [
        f"{name}：一个文件不能超过 1MB，请缩小再放进去。"
        for name, part in files.items()
        if part.file_size > MOST_BYTES
    ]
    found += [
        f"{name}：手机放不了这种文件，只能放 {'、'.join(sorted(KINDS))}。"
        for name in files
        if PurePosixPath(name).suffix.lower() not in KINDS
    ]
    if len(files) > MOST_FILES or sum(one.file_size for one in files.values()) > MOST_TOGETHER:
        found.append(f"图片太多：最多 {MOST_FILES} 个，一共不超过 8MB。")
    if twice:
        found.append("压缩包里有重名的文件，请改名。")
    return found
