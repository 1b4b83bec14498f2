"""Phone and server find the same wrong in the same forms, place by place."""

from __future__ import annotations

from collections import Counter

import pytest

from server.forms.compile import CompiledForm
from tests.forms.corpus import Found, Maker, Sample, engine_findings, server_findings
from tests.forms.instances import FORMS, compiled

OURS = sorted(path.stem for path in FORMS.glob("*.md") if path.stem != "README")


def faults_found(form: CompiledForm, samples: list[Sample]) -> Counter[str]:
    """How often each fault was found, after both agreed on all that is wrong."""
    (judged,) = engine_findings([(form, samples)])
    faults: Counter[str] = Counter()
    for sample, phone in zip(samples, judged, strict=True):
        server = server_findings(form.definition, sample)
        assert_same(server, phone, sample)
        faults[sample.fault if server else "none"] += 1
    return faults


def assert_same(server: Found, phone: Found, sample: Sample) -> None:
    only = {"only the server": sorted(server - phone), "only the phone": sorted(phone - server)}
    assert server == phone, (only, sample)


@pytest.mark.parametrize("form_id", OURS)
def test_phone_and_server_find_the_same(form_id: str) -> None:
    form = compiled(form_id)
    found = faults_found(form, Maker(form.definition, seed=1).samples(valid=40, faulty=70))
    assert found["none"] >= 20
    assert {"required", "relevant", "constraint", "type", "choice", "unknown"} <= found.keys()


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(2, 8))
@pytest.mark.parametrize("form_id", OURS)
def test_phone_and_server_find_the_same_in_many_more(form_id: str, seed: int) -> None:
    form = compiled(form_id)
    assert faults_found(form, Maker(form.definition, seed).samples(valid=60, faulty=180))
