"""What lies in the volume as it came: a sheet for each of two groups, filled in by hand."""

from __future__ import annotations

from server.household_file import words
from server.household_file.blocks import Block, Paper, Pictures, cell, label, labels, table
from server.household_file.catalogue import Section
from server.household_file.facts import Photo
from server.household_file.papers.known import Known

IDENTITY = (
    "户口簿首页、户主页",
    "户口簿成员页",
    "居民身份证",
    "残疾人证",
    "低保证、特困供养证",
    "其他证明",
)
IDENTIFICATION = (
    "申请书",
    "承诺授权书",
    "入户核实表",
    "民主评议记录（摘录）",
    "公示照片",
    "审核审批表",
)


def identity(known: Known, section: Section) -> list[Paper]:
    """What proves who they are, with what was photographed of it."""
    photos = tuple(_hukou(known))
    return [_slip(section, "identity", IDENTITY, photos)]


def identification(known: Known, section: Section) -> list[Paper]:
    """What the household was identified by."""
    return [_slip(section, "identification", IDENTIFICATION, ())]


def _slip(section: Section, key: str, names: tuple[str, ...], photos: tuple[Photo, ...]) -> Paper:
    rows = [
        (cell(str(number), "d"), label(name, style="l"), cell(), cell(), cell(), cell())
        for number, name in enumerate(names, 1)
    ]
    block: Block = table(
        (8, 36, 10, 10, 20, 16),
        rows,
        [labels("序号", "材料", "份数", "页数", "原件存放处", "备注")],
        spare=4,
    )
    return Paper(
        section=section.code,
        key=key,
        blocks=(block,),
        note="插页",
        notes=("材料复印件按本表顺序附后，逐页编号；不在本卷的，写明存放处和档号。",),
        after=(Pictures(photos, "手机拍的证件页"),) if photos else (),
    )


def _hukou(known: Known) -> list[Photo]:
    return [
        form.photo(
            form.text("photo_hukou"),
            title="户口簿",
            taken=words.long_date(one.on),
            by=known.records.by(one),
            reviewed=one.approved,
        )
        for one, form in known.filled("register")
        if form.text("photo_hukou")
    ][:1]
