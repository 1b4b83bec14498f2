"""What a check finds, and how serious each kind of finding is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

#: mend: what stands there is wrong. add: something is missing. note: to be known before printing.
#: hand: left empty on purpose, to be signed on paper.
Severity = Literal["mend", "add", "note", "hand"]
#: The page of the desk on which the cause can be dealt with.
Page = Literal["record", "household", "members", "dispute", "case", "files", "card", "odd"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding; class_: whoever does not see this class of facts is not told of it."""

    label: str
    severity: Severity
    class_: str = "plain"


KINDS: Mapping[str, Kind] = {
    "unsigned": Kind("缺签名", "add"),
    "by_hand": Kind("印后手签", "hand"),
    "signed_older": Kind("签后改过", "mend"),
    "scan_missing": Kind("扫描缺", "add"),
    "unvisited": Kind("缺走访", "add"),
    "unfollowed": Kind("缺跟踪监测", "add"),
    "unmet": Kind("没当面见过", "add"),
    "amount": Kind("金额不一致", "mend", "income"),
    "sum": Kind("合计不符", "mend", "income"),
    "card": Kind("明白卡金额旧", "mend", "income"),
    "card_older": Kind("明白卡旧了", "note"),
    "size": Kind("人口不一致", "note", "income"),
    "helper_days": Kind("帮扶时间不符", "mend"),
    "helper_none": Kind("没有帮扶人", "add"),
    "helper_idle": Kind("帮扶人没走访", "note"),
    "photo_twice": Kind("照片用了两次", "mend"),
    "photo_missing": Kind("照片缺", "add"),
    "printed_older": Kind("印后有变化", "note"),
    "bound_older": Kind("该印续页", "add"),
    "corrected": Kind("印后更正", "add"),
    "contradiction": Kind("互相矛盾", "mend"),
    "no_id": Kind("缺身份证号", "add"),
    "disputed": Kind("待核实", "mend"),
    "unreviewed": Kind("未审核", "add"),
    "pending": Kind("有新报", "note"),
    "lost": Kind("印不出来", "mend"),
    "character": Kind("字库缺字", "mend"),
    "alike": Kind("走访雷同", "mend"),
    "no_account": Kind("缺收入核算", "add", "income"),
    "no_eight": Kind("缺八个一", "add", "health"),
    "no_card": Kind("缺联系卡", "add"),
    "no_grade": Kind("缺住房评定", "add"),
    "empty": Kind("空白表", "note"),
    "failed": Kind("没有查成", "mend"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that would be sent back.

    subject: tells it from others of its kind in a household. document: where it stands on paper.
    text: what is the matter and what to do. page, of: the way to its cause.
    """

    kind: str
    subject: str
    document: str
    text: str
    page: Page
    of: str

    @property
    def key(self) -> str:
        """What names it for as long as it is found."""
        return f"{self.kind}:{self.subject}"[:120]

    @property
    def basis(self) -> str:
        """What tells whether the facts behind it are still those that somebody explained."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @property
    def severity(self) -> Severity:
        """How serious it is."""
        return KINDS[self.kind].severity
