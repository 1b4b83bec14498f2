"""Importing a roster: whole households, by the one door; the same file again changes nothing."""

from __future__ import annotations

import io
import os
from datetime import date
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select

from server import clock
from server.accounts.actor import actor
from server.intake.office import OfficeContent, OfficeEntity, office_submission
from server.intake.receive import receive
from server.problems import NotFound, RosterUnreadable
from server.registers import values
from server.registers.models import Entity
from server.roster import run
from server.roster.models import RosterImport
from server.roster.preview import Preview, Source, preview, report, understand, villages_for
from server.roster.run import Imported, import_file, start_import
from server.submissions.incoming import Incoming
from server.submissions.models import Submission, Write
from tests.forms.instances import compiled, member, new_id, register_xml
from tests.making import SANLI, a_person, looking, publish_forms, writing
from tests.roster.making_rosters import (
    DIRTY,
    FEW_VILLAGES,
    HEAD_ID,
    HEADER,
    NUMBER,
    SON_ID,
    YIJIA,
    a_row,
    a_wife,
    villages_of,
    workbook,
)

OCTOBER, NOVEMBER = date(2026, 10, 31), date(2026, 11, 20)


@pytest.fixture
def county(ground: Flask) -> Flask:
    publish_forms(ground)
    return ground


def look(app: Flask, *rows: Any, as_of: date = OCTOBER) -> Preview:
    with looking(app) as session:
        return preview(session, Source(workbook(HEADER, *rows), FEW_VILLAGES, as_of=as_of))


def bring(app: Flask, *rows: Any, as_of: date = OCTOBER) -> Imported:
    with app.app_context():
        source = Source(workbook(HEADER, *rows), FEW_VILLAGES, as_of=as_of)
        return import_file(source, person_id=None)


def entities(app: Flask, register: str) -> dict[str, dict[str, str]]:
    """Entity id → properties, of the known ones."""
    with looking(app) as session:
        found = session.scalars(
            select(Entity).where(Entity.register == register, Entity.known.is_(True))
        )
        return {entity.id: values.properties(entity.live) for entity in found}


def count(app: Flask, table: type[Any]) -> int:
    with looking(app) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_household_comes_in_with_its_members_and_its_head(county: Flask) -> None:
    done = bring(county, a_row(), a_wife())
    assert (done.new, done.changed, done.unchanged, done.refused_rows) == (1, 0, 0, 0)
    [(household_id, household)] = entities(county, "households").items()
    persons = entities(county, "persons")
    assert household["household_no"] == NUMBER
    assert household["village_code"] == SANLI
    assert household["phone"] == "13900008468"
    assert persons[household["head"]]["person_name"] == "杨洪涛"
    assert {one["household"] for one in persons.values()} == {household_id}
    assert {one["member_status"] for one in persons.values()} == {"in"}


def test_the_same_file_again_changes_nothing(county: Flask) -> None:
    bring(county, a_row(), a_wife())
    before = count(county, Submission), count(county, Write)
    seen = look(county, a_row(), a_wife())
    assert (seen.counts.new, seen.counts.changed, seen.counts.unchanged) == (0, 0, 1)
    done = bring(county, a_row(), a_wife())
    assert (done.new, done.changed, done.unchanged) == (0, 0, 1)
    assert (count(county, Submission), count(county, Write)) == before


def test_a_changed_cell_is_previewed_and_written_alone(county: Flask) -> None:
    bring(county, a_row(), a_wife())
    new = [a_row(phone="13911110000"), a_wife(phone="13911110000")]
    [change] = look(county, *new, as_of=NOVEMBER).planned[0].changes
    assert (change.label, change.before, change.after) == (
        "联系电话",
        "13900008468",
        "13911110000",
    )
    assert change.note == ""
    done = bring(county, *new, as_of=NOVEMBER)
    with looking(county) as session:
        said = session.scalars(select(Write).where(Write.instance_id.in_(done.submissions))).all()
    assert [w.unit for w in said if w.shown is None or w.shown[0] != w.value] == ["phone"]
    [household] = entities(county, "households").values()
    assert household["phone"] == "13911110000"
    assert look(county, *new, as_of=NOVEMBER).counts.unchanged == 1


def test_a_value_that_comes_back_is_written_again(county: Flask) -> None:
    first = [a_row(), a_wife()]
    second = [a_row(phone="13911110000"), a_wife(phone="13911110000")]
    for rows, day in ((first, 1), (second, 2), (first, 3)):
        bring(county, *rows, as_of=date(2026, 11, day))
    [household] = entities(county, "households").values()
    assert household["phone"] == "13900008468"
    with looking(county) as session:
        assert session.scalar(select(func.max(Entity.disputed))) == 0


def test_a_cell_nobody_touched_in_the_office_keeps_what_a_cadre_recorded(county: Flask) -> None:
    bring(county, a_row(), a_wife())
    record_phone(county, "13922220000")
    seen = look(county, a_row(), a_wife())
    assert seen.counts.unchanged == 1
    bring(county, a_row(), a_wife(), as_of=NOVEMBER)
    [household] = entities(county, "households").values()
    assert household["phone"] == "13922220000"


def test_a_cell_that_office_and_cadre_both_changed_becomes_a_dispute(county: Flask) -> None:
    bring(county, a_row(), a_wife())
    record_phone(county, "13922220000")
    new = [a_row(phone="13911110000"), a_wife(phone="13911110000")]
    [change] = look(county, *new, as_of=NOVEMBER).planned[0].changes
    assert change.before == "13922220000"
    assert "由镇里核定" in change.note
    bring(county, *new, as_of=NOVEMBER)
    with looking(county) as session:
        entity = session.scalars(select(Entity).where(Entity.register == "households")).one()
        sides = {side["value"] for side in values.disputed(entity.live)["phone"]}
    assert sides == {"13911110000", "13922220000"}


def test_what_a_phone_registered_is_matched_by_its_people_and_gets_the_offices_number(
    county: Flask,
) -> None:
    household_id, head_id = new_id(), new_id()
    head = member(HEAD_ID, person_id=head_id, name="杨洪涛")
    fill(county, household_id, members=[head])
    seen = look(county, a_row(), a_wife())
    assert seen.planned[0].entity_id == household_id
    assert seen.counts.changed == 1
    bring(county, a_row(), a_wife())
    [(found, household)] = entities(county, "households").items()
    assert (found, household["household_no"]) == (household_id, NUMBER)
    persons = entities(county, "persons")
    assert persons.keys() > {head_id}
    assert len(persons) == 2
    assert look(county, a_row(), a_wife()).counts.unchanged == 1


def test_who_was_recorded_as_gone_stays_gone_and_is_pointed_at(county: Flask) -> None:
    bring(county, a_row(), a_wife())
    wife = next(
        one for one, said in entities(county, "persons").items() if said["person_name"] == "陈雪莲"
    )
    gone = {"member_status": "removed", "change_reason": "death", "change_date": "2026-11-10"}
    settled(county, OfficeEntity("persons", wife, gone))
    assert entities(county, "persons")[wife]["member_status"] == "removed"
    seen = look(county, a_row(), a_wife())
    assert seen.counts.unchanged == 1
    assert "陈雪莲已登记为减少" in seen.remarks[3][0]
    bring(county, a_row(), a_wife(), as_of=NOVEMBER)
    assert entities(county, "persons")[wife]["member_status"] == "removed"


def test_a_corrected_id_number_stays_the_same_person(county: Flask) -> None:
    bring(county, a_row(), a_wife())
    before = set(entities(county, "persons"))
    bring(county, a_row(), a_wife(id_number=SON_ID), as_of=NOVEMBER)
    assert set(entities(county, "persons")) == before


def test_a_person_who_moved_to_another_household_is_the_same_person(county: Flask) -> None:
    other = SANLI + "00002"
    bring(county, a_row(), a_wife())
    before = set(entities(county, "persons"))
    bring(
        county,
        a_row("李兆海", SON_ID, number=other),
        a_wife(number=other),
        as_of=NOVEMBER,
    )
    persons = entities(county, "persons")
    assert len(set(persons) - before) == 1
    [moved] = [one for one in persons.values() if one["person_name"] == "陈雪莲"]
    assert entities(county, "households")[moved["household"]]["household_no"] == other


def test_a_member_whom_the_file_no_longer_mentions_stays_and_is_remarked(county: Flask) -> None:
    bring(county, a_row(), a_wife())
    seen = look(county, a_row(), as_of=NOVEMBER)
    assert seen.planned[0].absent == ("陈雪莲",)
    assert "上次表里有、这次没有：陈雪莲" in seen.remarks[2][-1]
    bring(county, a_row(), as_of=NOVEMBER)
    assert len(entities(county, "persons")) == 2


def test_a_number_under_which_other_people_live_is_pointed_at(county: Flask) -> None:
    bring(county, a_row(), a_wife())
    seen = look(county, a_row("张宗信", SON_ID), as_of=NOVEMBER)
    assert "原来的人一个也不在表里，请核实户编号有没有填错" in seen.remarks[2][0]
    assert "陈雪莲" in seen.remarks[2][1]


def test_a_household_of_a_village_outside_the_importers_is_refused(county: Flask) -> None:
    bring(county, a_row(), a_wife())
    rows = workbook(
        HEADER,
        a_row(number=NUMBER, village="伊家村", code=YIJIA),
        a_wife(number=NUMBER, village="伊家村", code=YIJIA),
    )
    with looking(county) as session:
        seen = preview(session, Source(rows, {YIJIA: "伊家村"}, as_of=NOVEMBER))
    assert seen.planned == ()
    assert "已经登记在您管的村以外" in seen.refused[2][0]


def test_refused_rows_leave_no_trace(county: Flask) -> None:
    done = bring(county, a_row(), a_wife(id_number="379999197202012510"))
    assert (done.new, done.refused_rows) == (0, 2)
    assert count(county, Submission) == 0
    assert count(county, Entity) == 0


def test_the_dirty_sample_ends_with_whole_households_and_every_row_explained(
    county: Flask,
) -> None:
    source = Source(DIRTY.read_bytes(), villages_of(DIRTY))
    with looking(county) as session:
        seen = preview(session, source)
    assert (seen.as_of, seen.as_of_from) == (OCTOBER, "file")
    assert (seen.counts.new, seen.counts.refused, seen.counts.passed) == (22, 18, 3)
    outcomes = seen.outcomes()
    assert outcomes.keys() == set(range(4, 67))
    assert all(one.reason for one in outcomes.values() if one.result == "不能导入")
    with county.app_context():
        done = import_file(source, person_id=None)
    assert (done.new, done.refused_rows, len(done.submissions)) == (22, 18, 22)
    assert len(entities(county, "households")) == 22
    assert len(entities(county, "persons")) == 42
    said = [text for one in entities(county, "persons").values() for text in one.values()]
    assert not any(text.startswith("=") for text in said)
    with looking(county) as session:
        assert preview(session, source).counts.unchanged == 22


def test_an_import_killed_in_the_middle_goes_on_where_it_was(
    county: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "CHUNK", 5)
    source = Source(DIRTY.read_bytes(), villages_of(DIRTY))

    def killed(done: int, total: int, message: str) -> None:
        if done >= 10:
            raise KeyboardInterrupt

    with county.app_context():
        with pytest.raises(KeyboardInterrupt):
            import_file(source, person_id=None, progress=killed)
        assert len(entities(county, "households")) == 10
        done = import_file(source, person_id=None)
    assert (done.new, done.unchanged) == (12, 10)
    assert count(county, Submission) == 22


def test_an_import_that_was_killed_names_all_that_it_made(
    county: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "CHUNK", 1)
    alone = a_row("郑铁柱", SON_ID, number=SANLI + "00002")
    source = Source(workbook(HEADER, a_row(), a_wife(), alone), FEW_VILLAGES)
    bob = a_person(county, "town_reviewer", "370321110", name="赵国强")
    with looking(county) as session:
        understood = understand(session, source)
    with writing(county) as session:
        row = start_import(session, source, understood, filename="花名册.xlsx", person_id=bob)
        import_id = row.id

    def killed(done: int, total: int, message: str = "") -> None:
        if done == 1:
            raise KeyboardInterrupt

    with county.app_context():
        with pytest.raises(KeyboardInterrupt):
            run.run_queued({"import_id": import_id}, killed)
        run.run_queued({"import_id": import_id}, lambda done, total, message="": None)
    with looking(county) as session:
        done = session.get_one(RosterImport, import_id)
        assert sorted(done.submissions) == sorted(session.scalars(select(Submission.instance_id)))
        assert len(done.submissions) == 2


def test_progress_is_told_in_households(county: Flask) -> None:
    told: list[tuple[int, int, str]] = []
    with county.app_context():
        source = Source(workbook(HEADER, a_row(), a_wife()), FEW_VILLAGES)
        import_file(source, person_id=None, progress=lambda *said: told.append(said))
    assert told == [(1, 1, "已导入 1 户，共 1 户")]


def test_a_queued_import_keeps_the_file_the_mapping_and_the_counts(county: Flask) -> None:
    bob = a_person(county, "town_reviewer", "370321110", name="赵国强")
    content = workbook((*HEADER[:-1], "座机"), a_row(phone="0533-8181234"), a_wife(phone=""))
    source = Source(content, FEW_VILLAGES, {"座机": "phone"}, OCTOBER)
    with looking(county) as session:
        understood = understand(session, source)
    with writing(county) as session:
        row = start_import(session, source, understood, filename="花名册.xlsx", person_id=bob)
        import_id, job_id = row.id, row.job_id
    assert job_id
    with county.app_context():
        told: list[int] = []
        run.run_queued({"import_id": import_id}, lambda done, total, message="": told.append(done))
    with looking(county) as session:
        done = session.get_one(RosterImport, import_id)
        assert (done.state, done.as_of, done.created_by) == ("done", OCTOBER, bob)
        assert done.counts == {"new": 1, "changed": 0, "unchanged": 0, "refused_rows": 0}
        [submission] = session.scalars(select(Submission))
        assert done.submissions == [submission.instance_id]
        assert (submission.source, submission.form_id) == ("roster", "office-roster")
        assert submission.person_id == bob
        # The next file with this header needs no correction.
        seen = preview(session, Source(content, FEW_VILLAGES))
        column = seen.table.column_of("phone")
        assert column is not None
        assert column.label == "座机"
    [household] = entities(county, "households").values()
    assert household["phone"] == "0533-8181234"


def test_a_new_head_is_previewed_by_name(county: Flask) -> None:
    bring(county, a_row(), a_wife())
    seen = look(county, a_row(relation="配偶"), a_wife(relation="户主"), as_of=NOVEMBER)
    head = next(one for one in seen.planned[0].changes if one.property == "head")
    assert (head.label, head.before, head.after) == ("户主", "杨洪涛", "陈雪莲")
    bring(county, a_row(relation="配偶"), a_wife(relation="户主"), as_of=NOVEMBER)
    [household] = entities(county, "households").values()
    assert entities(county, "persons")[household["head"]]["person_name"] == "陈雪莲"


def test_a_vanished_file_fails_the_import_and_says_what_to_do(county: Flask) -> None:
    source = Source(workbook(HEADER, a_row(), a_wife()), FEW_VILLAGES)
    with looking(county) as session:
        understood = understand(session, source)
    with writing(county) as session:
        row = start_import(session, source, understood, filename="x.xlsx", person_id=None)
    with county.app_context():
        run.kept_file(row.sha256).unlink()
        with pytest.raises(FileNotFoundError):
            run.run_queued({"import_id": row.id}, lambda done, total, message="": None)
    with looking(county) as session:
        done = session.get_one(RosterImport, row.id)
        assert done.state == "failed"
        assert "请再导入一次" in done.message


def test_nothing_but_a_hash_names_a_kept_file(county: Flask) -> None:
    with county.app_context(), pytest.raises(NotFound):
        run.kept_file("../../etc/passwd")


def test_files_full_of_identity_numbers_are_not_kept_for_ever(county: Flask) -> None:
    with county.app_context():
        old, new = run.keep_file(b"old"), run.keep_file(b"new")
        assert run.kept_file(old).stat().st_mode & 0o077 == 0
        long_ago = (clock.now() - run.KEPT).timestamp() - 60
        os.utime(run.kept_file(old), (long_ago, long_ago))
        run.keep_file(b"new")
        assert not run.kept_file(old).exists()
        assert run.kept_file(new).read_bytes() == b"new"


def test_the_report_of_a_preview_opens_in_excel(county: Flask) -> None:
    seen = look(county, a_row(), a_wife(id_number="379999197202012510"))
    sheet = load_workbook(io.BytesIO(report(seen))).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("原表行号", "结果", "原因和办法", "行政村")
    assert [row[:2] for row in rows[1:]] == [(2, "不能导入"), (3, "不能导入")]


def test_a_town_reviewer_may_fill_the_villages_of_the_town(county: Flask) -> None:
    bob = a_person(county, "town_reviewer", "370321110", name="赵国强")
    with looking(county) as session:
        assert villages_for(session, actor(session, bob, clock.today())) == FEW_VILLAGES
        assert villages_for(session, None) == FEW_VILLAGES


def test_a_file_without_needed_columns_is_not_imported(county: Flask) -> None:
    content = workbook(("姓名", "性别", "民族"), ("杨洪涛", "男", "汉族"))
    with looking(county) as session:
        assert "户编号" in preview(session, Source(content, FEW_VILLAGES)).missing
    with county.app_context(), pytest.raises(RosterUnreadable, match="没有找到这些列：户编号"):
        import_file(Source(content, FEW_VILLAGES), person_id=None)


def test_a_day_in_the_future_is_not_believed(county: Flask) -> None:
    seen = look(county, a_row(), as_of=date(2099, 1, 1))
    assert seen.as_of == clock.today()


def shown_of(app: Flask, entity_id: str) -> dict[str, object]:
    """What a form shows of an entity now."""
    with looking(app) as session:
        live = session.get_one(Entity, entity_id).live
    return {entity_id: {"heads": values.heads(live), "values": values.units(live)}}


def record_phone(app: Flask, number: str) -> None:
    """A cadre records another phone number of the only household, as he sees it now."""
    [household_id] = entities(app, "households")
    fill(app, household_id, known=True, members=[], phone=number, address_detail="")


def fill(app: Flask, household_id: str, *, known: bool = False, **answers: Any) -> None:
    """A cadre fills in the household's form on a phone."""
    instance = new_id()
    one = Incoming(
        instance_id=instance,
        form_id="household_register",
        form_version=compiled("household_register").definition.version,
        xml=register_xml(household_id, known=known, instance_id=instance, **answers),
        recorded_at=clock.now(),
        person_id=None,
        shown=shown_of(app, household_id) if known else {},
    )
    with writing(app) as session:
        [outcome] = receive(session, [one], None, clock.now()).outcomes
    assert outcome.fate == "stored"


def settled(app: Flask, said: OfficeEntity) -> None:
    """The office decides on what it sees."""
    content = OfficeContent(kind="settle", event_date=date(2026, 11, 10), entities=(said,))
    one = office_submission(
        content, person_id=None, now=clock.now(), shown=shown_of(app, said.entity_id)
    )
    with writing(app) as session:
        receive(session, [one], None, clock.now())
