"""Phone and server find the same wrong in the same forms, place by place."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.forms.corpus import Maker, engine_findings, server_findings
from tests.forms.instances import FORMS, compiled

OURS = sorted(path.stem for path in FORMS.glob("*.md") if path.stem != "README")


def compare(form_id: str, seed: int, valid: int, faulty: int) -> Counter[str]:
    form = compiled(form_id)
    samples = Maker(form.definition, seed).samples(valid, faulty)
    faults: Counter[str] = Counter()
    for sample, phone in zip(samples, engine_findings(form, samples), strict=True):
        server = server_findings(form.definition, sample)
        assert server == phone, (sorted(server - phone), sorted(phone - server), sample)
        faults[sample.fault if server else "none"] += 1
    return faults


@pytest.mark.parametrize("form_id", OURS)
def test_phone_and_server_find_the_same(form_id: str) -> None:
    found = compare(form_id, seed=1, valid=40, faulty=70)
    assert found["none"] >= 30
    assert {"required", "relevant", "constraint", "unknown"} <= found.keys()
