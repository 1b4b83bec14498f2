"""Hostile and broken XML ends in one clear refusal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.forms.instance import MAX_BYTES, BadInstance, read_instance
from tests.forms.instances import new_id, visit_xml

LAUGHS = (
    '<!DOCTYPE data [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><data id="visit" version="1">&c;</data>'
)
OUTSIDE = (
    '<!DOCTYPE data [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    '<data id="visit" version="1"><x>&x;</x></data>'
)


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "not xml",
        "<data",
        '{"id": 1}',
        "<data/>",
        '<data id="visit"/>',
        '<other id="visit"><meta><instanceID>uuid:x</instanceID></meta></other>',
        '<data id="visit"><meta><instanceID>uuid:1</instanceID></meta></data>',
        LAUGHS,
        OUTSIDE,
        OUTSIDE.encode("utf-16"),
        b"\x00\xff\xfe",
        b'<?xml version="1.0" encoding="nonsense"?><data/>',
        "<data>" * 5000,
        "<data id='visit'>" + "x" * MAX_BYTES + "</data>",
    ],
)
def test_what_is_no_filled_form_is_refused(xml: str | bytes) -> None:
    with pytest.raises(BadInstance) as refused:
        read_instance(xml)
    assert str(refused.value)


def test_a_form_with_endless_rows_is_refused() -> None:
    with pytest.raises(BadInstance):
        read_instance(visit_xml(new_id(), problems=[{"problem_type": "other"}] * 1000))


def test_a_declared_encoding_does_not_matter_to_a_text() -> None:
    xml = '<?xml version="1.0" encoding="GBK"?>' + visit_xml(new_id(), informant_name="䶮𬭎")
    assert read_instance(xml).root.findtext("g_met/informant_name") == "䶮𬭎"


def test_namespaces_and_prefixes_do_not_matter() -> None:
    instance = new_id()
    plain = (
        f'<data id="visit" version="1"><meta><instanceID>uuid:{instance}</instanceID></meta></data>'
    )
    prefixed = (
        '<x:data xmlns:x="urn:x" id="visit" version="1"><x:meta>'
        f"<x:instanceID>{instance.upper()}</x:instanceID></x:meta></x:data>"
    )
    assert read_instance(plain).instance_id == read_instance(prefixed).instance_id == instance


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300)))
def test_nothing_but_a_refusal_ever_comes_of_rubbish(rubbish: str | bytes) -> None:
    with pytest.raises(BadInstance):
        read_instance(rubbish)
