"""What became of a carry file, record by record; nothing of what the records say is in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field

#: Fates of a submission (intake's), and of a file: kept, known already, damaged.
WORDS = {
    "stored": "收下",
    "already_stored": "以前收过",
    "mismatch": "内容和以前收的不一样，两份都留着",
    "quarantined": "收下，待核对",
    "retry": "没存下，请再导一次",
    "unreadable": "读不出来",
    "kept": "收下",
    "known": "以前收过",
    "damaged": "坏了，没收",
}


@dataclass(slots=True)
class Line:
    """One record or file of a carry file: which form or file, when it was recorded, its fate."""

    what: str
    at: str
    fate: str
    detail: str = ""


@dataclass(slots=True)
class Report:
    """What was found in a carry file and what became of it.

    asks: nobody has agreed yet to take in what a doubtful phone wrote; nothing was stored.
    announced: submissions and files that the phone says it wrote. broken: frames that were damaged.
    ended: the file's last frame was there.
    """

    person: str
    device: str
    made_at: str
    doubt: str = ""
    asks: bool = False
    announced: tuple[int, int] = (0, 0)
    records: list[Line] = field(default_factory=list)
    files: list[Line] = field(default_factory=list)
    broken: int = 0
    ended: bool = False

    @property
    def whole(self) -> bool:
        """Whether everything that the phone wrote has arrived here."""
        fates = {line.fate for line in (*self.records, *self.files)}
        arrived = (len(self.records), len(self.files)) == self.announced
        return self.ended and not self.broken and arrived and not fates & NOT_HERE

    @property
    def message(self) -> str:
        """The outcome in one sentence."""
        if self.asks:
            return f"{self.doubt}，还没有导入。"
        fates = Counter(line.fate for line in self.records)
        told = "，".join(f"{WORDS[fate]} {many} 条" for fate, many in fates.most_common())
        photos = sum(line.fate in ("kept", "known") for line in self.files)
        text = f"记录：{told or '没有'}；照片和签名 {photos} 个。"
        if not self.whole:
            text += "文件不完整，缺的还在手机里，请从手机重新导出一次。"
        return text

    def as_json(self) -> dict[str, object]:
        """What the job keeps."""
        return {**asdict(self), "message": self.message, "whole": self.whole}


NOT_HERE = {"retry", "unreadable", "damaged"}
