"""What changed on paper between two versions of a household's file, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.household_file import words
from server.household_file.printed.documents import changes

Facts = Mapping[str, Any]

#: What no reader of the paper sees, or what stands on every page.
UNSEEN = frozenset({"as_of", "household_id", "used", "village_code", "instance_id", "id", "sha256"})
#: What is compared document by document.
DOCUMENTS = frozenset({"papers", "plan"})
#: What the parts of a file are called.
PARTS = {
    "facts": "农户基本信息",
    "others": "农户基本信息",
    "members": "家庭成员",
    "former": "已减少人员",
    "visits": "入户走访记录",
    "photos": "照片",
    "changes": "变更记录",
    "scans": "扫描件",
}
#: What the fields of a part are called.
FIELDS = {
    "household_no": "户编号",
    "head": "户主",
    "address": "家庭住址",
    "county": "县",
    "town": "镇",
    "village": "村",
    "opened_on": "电子建档",
    "earlier_visits": "此前的走访次数",
    "on": "日期",
    "by": "填报人",
    "role": "身份",
    "companions": "同行人",
    "kind": "类别",
    "result": "结果",
    "met": "受访人",
    "relation": "关系",
    "entered_on": "录入日期",
    "summary": "情况",
    "account": "走访情况",
    "issues": "问题和诉求",
    "signed": "受访人签字",
    "recorder_signed": "走访人签字",
    "steps": "审核",
    "remarks": "说明",
    "reviewed": "审核",
    "title": "题名",
    "taken": "拍摄时间",
    "place": "地点",
    "people": "人物",
    "item": "事项",
    "old": "原来",
    "new": "现在",
    "state": "办理情况",
    "due": "时限",
    "owner": "责任人",
    "level": "解决层级",
    "text": "内容",
    "way": "签字方式",
    "note": "说明",
}
#: Fields that say which one of several is meant, the first that is there.
NAMES = ("title", "label", "item", "text", "name", "kind", "on")


@dataclass(frozen=True, slots=True)
class Difference:
    """One line: where it stands on paper, what was printed, what would be printed now.

    key: (household, person or record, name of the fact), so that its cause can be found.
    """

    where: str
    label: str
    old: str
    new: str
    key: tuple[str, str]


def differences(
    old: Facts, new: Facts, labels: Mapping[str, str], roots: Mapping[str, str] | None = None
) -> list[Difference]:
    """Every difference that a reader would see, in the order of the file.

    labels: what properties are called. roots: record -> the first version of it, so that a record
    and its correction are the same one.
    """
    household = str(new["household_id"])
    documents = (
        Difference(title, "内容", gone, come, (household, key))
        for key, title, gone, come in changes(old, new, roots or {})
    )
    return [*_Walk(labels, roots or {}).mapping(old, new, "封面", household), *documents]


@dataclass(frozen=True, slots=True)
class _Walk:
    labels: Mapping[str, str]
    roots: Mapping[str, str]

    def mapping(self, old: Facts, new: Facts, where: str, whose: str) -> Iterator[Difference]:
        for name in dict.fromkeys((*new, *old)):
            if name not in UNSEEN | DOCUMENTS:
                yield from self.one(old.get(name), new.get(name), where, whose, name)

    def one(self, old: Any, new: Any, where: str, whose: str, name: str) -> Iterator[Difference]:
        if old == new:
            return
        if isinstance(old, list) and isinstance(new, list) and _of_records(old, new):
            yield from self.records(old, new, PARTS.get(name, where), whose, name)
        elif _is_mapping(old) and _is_mapping(new) and not (_is_fact(old) or _is_fact(new)):
            yield from self.mapping(old, new, PARTS.get(name, where), whose)
        elif (before := said(old)) != (after := said(new)):
            label = self.labels.get(name) or FIELDS.get(name, "内容")
            yield Difference(where, label, before, after, (whose, name))

    def records(
        self, old: Sequence[Facts], new: Sequence[Facts], part: str, whose: str, name: str
    ) -> Iterator[Difference]:
        """Several of a kind: who came, who went, and what changed of those that stayed."""
        before, after = self._by_identity(old), self._by_identity(new)
        for key in dict.fromkeys((*after, *before)):
            was, now = before.get(key), after.get(key)
            one = now if now is not None else was
            assert one is not None  # noqa: S101  the key is of either
            title = f"{part}：{called(one)}" if called(one) else part
            inner = str(one.get("instance_id") or one.get("id") or whose)
            inner = self.roots.get(inner, inner)
            if was is None or now is None:
                there = "增加" if was is None else "没有了"
                old_text, new_text = ("", there) if was is None else ("印有", there)
                yield Difference(title, part, old_text, new_text, (inner, name))
            elif "fact" in one:
                label = str(one.get("label", ""))
                if said(was["fact"]) != said(now["fact"]):
                    key_of = (inner, str(one.get("name", "")))
                    yield Difference(part, label, said(was["fact"]), said(now["fact"]), key_of)
            else:
                yield from self.mapping(was, now, title, inner)

    def _by_identity(self, records: Sequence[Facts]) -> dict[str, Facts]:
        found: dict[str, Facts] = {}
        for number, one in enumerate(records):
            key = str(one.get("instance_id") or one.get("id") or one.get("name") or "")
            key = self.roots.get(key, key) or str(one.get("sha256") or "") or called(one)
            found[key if key not in found else f"{key} {number}"] = one
        return found


def called(record: Facts) -> str:
    """How one of several is called: a person by name, a visit by its day."""
    facts = record.get("facts")
    if isinstance(facts, Mapping) and isinstance(facts.get("person_name"), Mapping):
        return str(facts["person_name"].get("text", ""))
    return next((words.said(str(record[name])) for name in NAMES if record.get(name)), "")


def said(value: Any) -> str:
    """A value as the paper would say it, in one line."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "已审核" if value else "未核"
    if _is_mapping(value):
        if _is_fact(value):
            mark = "" if value.get("reviewed", True) else "（未核）"
            mark += "（待核实）" if value.get("disputed") else ""
            return words.said(str(value["text"])) + (mark if value["text"] or "待" in mark else "")
        return "，".join(filter(None, (said(v) for k, v in value.items() if k not in UNSEEN)))
    if isinstance(value, list | tuple):
        return "；".join(filter(None, map(said, value)))
    return words.said(str(value))


def _is_mapping(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_fact(value: Any) -> bool:
    return isinstance(value, Mapping) and {"text", "options", "reviewed"} <= set(value)


def _of_records(*lists: Sequence[Any]) -> bool:
    return all(isinstance(one, Mapping) for some in lists for one in some)
