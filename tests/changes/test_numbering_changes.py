"""The feed's numbers: in the order of commits, newest state only, nothing skipped."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import delete

from server.changes.models import Counter
from server.changes.queries import Changed, append, counter, since
from tests.making import COUNTY, SANLI, YIJIA, looking, writing


def add(app: Flask, *changed: Changed) -> int:
    with writing(app) as session:
        return append(session, COUNTY, changed)


def seen(
    app: Flask, number: int, *areas: str, limit: int = 100
) -> list[tuple[str, str, int, bool]]:
    with looking(app) as session:
        return [
            (change.kind, change.id, change.number, change.gone)
            for change in since(session, COUNTY, number, areas, limit)
        ]


def test_a_thing_that_changes_again_moves_to_the_end(ground: Flask) -> None:
    assert add(ground, Changed("task", "a", SANLI), Changed("task", "b", SANLI)) == 2
    assert add(ground, Changed("task", "a", SANLI)) == 3
    assert seen(ground, 0, SANLI) == [("task", "b", 2, False), ("task", "a", 3, False)]
    assert seen(ground, 2, SANLI) == [("task", "a", 3, False)]
    assert seen(ground, 3, SANLI) == []


def test_of_what_changed_twice_in_one_transaction_the_last_word_counts(ground: Flask) -> None:
    here, gone = Changed("task", "a", SANLI), Changed("task", "a", SANLI, gone=True)
    assert add(ground, here, gone) == 1
    assert seen(ground, 0, SANLI) == [("task", "a", 1, True)]
    assert add(ground, gone, here, gone, here) == 2
    assert seen(ground, 0, SANLI) == [("task", "a", 2, False)]


def test_each_sees_his_areas_and_what_concerns_the_whole_county(ground: Flask) -> None:
    add(ground, Changed("task", "a", SANLI), Changed("form", "visit", COUNTY))
    add(ground, Changed("task", "of the office", COUNTY))
    assert [row[0] for row in seen(ground, 0, YIJIA)] == ["form"]
    assert [row[0] for row in seen(ground, 0, SANLI)] == ["task", "form"]
    assert [row[0] for row in seen(ground, 0)] == ["form"]


def test_nothing_changed_uses_no_number(ground: Flask) -> None:
    add(ground, Changed("task", "a", SANLI))
    assert add(ground) == 1


def test_a_county_that_never_numbered_anything_begins_by_itself(ground: Flask) -> None:
    with writing(ground) as session:
        session.execute(delete(Counter))
    with looking(ground) as session:
        assert counter(session, COUNTY).last == 0
    assert add(ground, Changed("task", "a", SANLI)) == 1
    with looking(ground) as session:
        assert counter(session, COUNTY).epoch != "0"
