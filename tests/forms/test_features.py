"""XLSForms that others write: what is supported works, the rest is refused with row and reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server.forms import supported
from server.forms.compile import FormRefused
from server.forms.runnable import reasons_it_cannot_run
from tests.forms.corpus import Maker, engine_findings, server_findings
from tests.forms.features import REFUSED, SUPPORTED, Feature
from tests.forms.test_corpus import assert_same

GUIDE = (Path(__file__).parents[2] / "docs" / "forms.md").read_text("utf-8")


def reasons(feature: Feature) -> list[str]:
    try:
        form = feature.compiled()
    except FormRefused as refused:
        return refused.reasons
    return [
        f"第 {form.rows[path]} 行：{reason}" if path in form.rows else reason
        for path, reason in reasons_it_cannot_run(form)
    ]


@pytest.mark.parametrize("feature", SUPPORTED, ids=lambda feature: feature.name)
def test_what_is_supported_may_be_published(feature: Feature) -> None:
    assert reasons(feature) == []


@pytest.mark.parametrize("feature", REFUSED, ids=lambda feature: feature.name)
def test_what_is_not_is_refused_with_the_reason_in_chinese(feature: Feature) -> None:
    found = reasons(feature)
    assert [reason for reason in found if feature.refused in reason], found


def test_phone_and_server_judge_every_one_the_same() -> None:
    forms = [feature.compiled() for feature in SUPPORTED]
    asked = [(form, Maker(form.definition, seed=3).samples(6, 8)) for form in forms]
    judged = engine_findings(asked)
    for (form, samples), phones in zip(asked, judged, strict=True):
        for sample, phone in zip(samples, phones, strict=True):
            assert_same(server_findings(form.definition, sample), phone, sample)


def listed(heading: str) -> set[str]:
    """The names in the first column of the table under a heading of docs/forms.md."""
    section = GUIDE.split(f"\n### {heading}\n")[1].split("\n#")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("Types", supported.TYPES),
        ("Functions", supported.FUNCTIONS),
        ("Types that are refused", set(supported.REFUSED_TYPES)),
        ("Functions that are refused", set(supported.REFUSED_FUNCTIONS)),
        ("Appearances that are refused", set(supported.REFUSED_APPEARANCES)),
        ("Columns that are refused", set(supported.REFUSED_COLUMNS)),
        ("Other writings that are refused", set(supported.REFUSED_WRITINGS)),
    ],
)
def test_the_guide_lists_what_is_supported_and_what_is_refused(
    heading: str, names: set[str]
) -> None:
    assert listed(heading) == set(names)


@pytest.mark.parametrize(
    "reasons", [supported.REFUSED_TYPES, supported.REFUSED_FUNCTIONS, supported.REFUSED_APPEARANCES]
)
def test_the_guide_gives_the_same_reasons(reasons: dict[str, str]) -> None:
    assert [reason for reason in set(reasons.values()) if reason not in GUIDE] == []
