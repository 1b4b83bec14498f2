"""Forms of this door, filled in by the web engine of ODK and sent: a real client can run them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from flask import Flask

from server.registers.models import Entity
from tests.making import looking
from tests.openrosa.collecting import Collect
from tests.phone import Phone

NODE = shutil.which("node", path=str(Path(sys.executable).parent)) or "node"
Answers = list[tuple[str, str | list[str] | None]]


def fill(collect: Collect, form_id: str, answers: Answers) -> dict[str, Any]:
    """What the engine makes of a form with these answers; None reads what is shown instead."""
    said = {
        "xform": collect.get(collect.forms()[form_id]["downloadUrl"]).get_data(as_text=True),
        "files": {name: body.decode() for name, body in collect.files(form_id).items()},
        "answers": answers,
    }
    done = subprocess.run(
        [NODE, str(Path(__file__).with_name("engine.mjs"))],
        input=json.dumps(said).encode(),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_visit(app: Flask, phone: Phone, collect: Collect, household: str) -> None:
    filled = fill(
        collect,
        "visit",
        [
            ("/data/hh_uuid", household),
            ("/data/known_head", None),
            ("/data/recorder_name", None),
            ("/data/g_when/event_date", "2026-11-20"),
            ("/data/g_when/visit_type", "monthly"),
            ("/data/g_met/visit_result", "met_person"),
            ("/data/g_met/informant_name", None),
            ("/data/g_check/food_ok", "yes"),
            ("/data/g_check/clothes_ok", "yes"),
            ("/data/g_check/edu_ok", "ok"),
            ("/data/g_check/medical_ok", "ok"),
            ("/data/g_check/housing_ok", "ok"),
            ("/data/g_check/water_ok", "problem"),
            ("/data/g_check/check_note", "水压低"),
            ("/data/g_change/income_change", "flat"),
            ("/data/g_change/expense_shock", "no"),
            ("/data/g_change/member_changed", "no"),
            ("/data/g_risk/risk_clue", "no"),
        ],
    )
    assert filled["violations"] == []
    assert filled["shown"]["/data/recorder_name"] == "多拉"
    assert filled["shown"]["/data/g_met/informant_name"] == "陈广田"
    collect.fetch("visit")
    assert f'baseVersion="{collect.held[household].version}"' in filled["xml"]
    assert collect.send(filled["xml"]).status_code == 201
    phone.pull()
    row = phone.rows[("households", household)]
    assert row["units"]["water_ok"][0] == "problem"
    assert row["disputed"] == {}
    assert row["derived"]["last_visit_on"] == "2026-11-20"


def test_known_answers_are_filled_in_and_left_alone(
    app: Flask, collect: Collect, household: str
) -> None:
    filled = fill(
        collect,
        "contact",
        [
            ("/data/hh_uuid", household),
            ("/data/event_date", "2026-11-20"),
            ("/data/phone", None),
            ("/data/welfare", None),
            ("/data/group_name", "二组"),
            ("/data/food_ok", "yes"),
        ],
    )
    assert filled["shown"] == {"/data/phone": "13900001234", "/data/welfare": "dibao"}
    assert collect.send(filled["xml"]).status_code == 201
    with looking(app) as session:
        live: Any = session.get_one(Entity, household).live
    phone_head = live["heads"][live["units"]["phone"][1][0]]
    group_head = live["heads"][live["units"]["group_name"][1][0]]
    assert phone_head != group_head
    assert live["disputed"] == {}


def test_a_new_household(app: Flask, phone: Phone, collect: Collect) -> None:
    rows = "/data/members"
    first = "/data/members[1]"
    filled = fill(
        collect,
        "household_register",
        [
            ("/data/village_code", "370321110217"),
            ("/data/g_when/event_date", "2026-11-20"),
            ("/data/g_basic/address_detail", "村东头第三家"),
            ("/data/g_basic/lives_elsewhere", "no"),
            ("/data/g_basic/phone", "13955550000"),
            (rows, "add"),
            (f"{first}/name", "陈广田"),
            (f"{first}/relation", "02"),
            (f"{first}/g_id/has_id", "yes"),
            (f"{first}/g_id/id_number", "379999195203151016"),
        ],
    )
    assert collect.send(filled["xml"]).status_code == 201
    phone.pull()
    named = {
        row["units"]["address_detail"][0]: row
        for (kind, _), row in phone.rows.items()
        if kind == "households" and "address_detail" in row["units"]
    }
    assert named["村东头第三家"]["derived"]["family_size"] == 1
