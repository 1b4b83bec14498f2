"""What nobody's phone sends: values, forms and bodies that try to break their reader."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from tests.forms.instances import new_id, register_xml, visit_xml

#: Texts that some layer below might take for something else.
TEXTS = (
    "",
    " ",
    "\u0000",
    "\ud800",
    "\udfff\ud800",
    "\u202e\u2066倒写",
    "\ufeff",
    "\uffff",
    "é́́́́",
    "𬭎𠅤" * 50,
    "a" * 100_000,
    "长" * 70_000,
    "1e400",
    "-1e400",
    "NaN",
    "Infinity",
    "-0",
    "9" * 400,
    "0." + "0" * 400 + "1",
    "1_000",
    "١٢٣",
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "2026-02-30",
    "2026-11-20T99:99:99",
    "2026-W47-7",
    "../../../etc/passwd",
    "C:\\Windows\\system32",
    "/dev/full",
    "CON",
    "' OR 1=1 --",
    '"; DROP TABLE submissions; --',
    "%00%s%n${jndi:ldap://x}{{7*7}}",
    "<script>alert(1)</script>",
    "]]>",
    "&amp;#0;",
    "\r\nSet-Cookie: a=b",
    "91 181",
    "1e5 1e5",
    "35.1 118.1 0 0 0 0 0",
)
#: JSON values of every other kind.
VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**63,
    2**64,
    10**400,
    1e308,
    float("inf"),
    float("nan"),
    [],
    {},
    [[]],
    {"": ""},
    [None] * 500,
    {str(n): n for n in range(500)},
    *TEXTS,
)
FIELDS = (
    *("event_date", "visit_type", "met_who", "visit_result", "informant_name", "absent_reason"),
    *("location", "food_ok", "edu_ok", "housing_ok", "income_change", "expense_amount", "remarks"),
    *("member_changed", "risk_clue", "account_text", "phone", "address_detail", "farmland_mu"),
    *("house_year", "identify_year", "welfare", "fuel", "cause_other", "household_type"),
    *("village_code", "hh_uuid", "head", "policy_signature"),
)


class Sent(tuple[Any, ...]):
    """Something hostile that is not printed whole when a test fails."""

    def __repr__(self) -> str:
        return f"Sent({str(tuple(self))[:2000]})"


texts = st.one_of(st.sampled_from(TEXTS), st.text(max_size=200))
values = st.one_of(
    st.sampled_from(VALUES),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
        max_leaves=10,
    ),
)


def xml_of(text: str) -> str:
    """A text as an element's content, as far as XML can hold it."""
    return escape(text)


def filled(household: str, instance_id: str, answers: dict[str, str]) -> str:
    """A visit or a registration with some hostile answers."""
    if len(answers) % 2:
        return visit_xml(household, instance_id=instance_id, **answers)
    return register_xml(household, instance_id=instance_id, **answers)  # type: ignore[arg-type]


Wound = Callable[[str, str], str]


def _deep(xml: str, text: str) -> str:
    depth = 50_000 if len(text) % 2 else 200
    return xml.replace("<meta>", "<a>" * depth + "</a>" * depth + "<meta>", 1)


def _wide(xml: str, text: str) -> str:
    return xml.replace(
        "<meta>", "<problems><problem_type>x</problem_type></problems>" * 5_000 + "<meta>", 1
    )


def _flood(xml: str, _: str) -> str:
    many = " ".join(f'a{n}="{n}"' for n in range(20_000))
    return xml.replace("<data ", f"<data {many} ", 1)


def _expand(xml: str, text: str) -> str:
    entities = "".join(
        f'<!ENTITY l{n} "{"&l" + str(n - 1) + ";" if n else "ha"}{("&l" + str(n - 1) + ";") * 9}">'
        for n in range(1, 10)
    )
    doctype = f'<!DOCTYPE data [<!ENTITY l0 "ha">{entities}]>'
    return doctype + xml.replace("<meta>", "<remarks>&l9;</remarks><meta>", 1)


def _outside(xml: str, text: str) -> str:
    doctype = '<!DOCTYPE data [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return doctype + xml.replace("<meta>", "<remarks>&x;</remarks><meta>", 1)


def _include(xml: str, _: str) -> str:
    element = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
    return xml.replace("<meta>", f"{element}<meta>", 1)


def _torn(xml: str, text: str) -> str:
    return xml[: (len(xml) * (len(text) % 97)) // 97]


def _twice(xml: str, _: str) -> str:
    return xml.replace("<meta>", "<meta><instanceID>uuid:x</instanceID>", 1)


def _spaces(xml: str, text: str) -> str:
    return xml.replace("<data ", '<data xmlns:z="urn:z" z:id="other" ', 1).replace(
        "<meta>", f"<z:meta/><{'n' * 5000}/><meta>", 1
    )


def _comments(xml: str, text: str) -> str:
    return xml.replace(
        "<meta>", f"<!--{'x' * 1000}--><?php system('x') ?><![CDATA[{'<' * 99}]]><meta>", 1
    )


def _entity(xml: str, text: str) -> str:
    said = text.replace("&", "").replace("<", "").replace('"', "")
    element = f'<entity id="{said}" baseVersion="{said}" trunkVersion="{said}" branchId="{said}"/>'
    return xml.replace("<meta>", f"<meta>{element}", 1)


def _versions(xml: str, text: str) -> str:
    said = ("99999999999999999999", "-1", "1e9", "2147483647", "٣", "0")[len(text) % 6]
    branch = new_id()
    element = f'<entity baseVersion="{said}" trunkVersion="1" branchId="{branch}"/>'
    return xml.replace("<meta>", f"<meta>{element}", 1)


def _as_it_is(xml: str, text: str) -> str:
    return xml


WOUNDS: tuple[Wound, ...] = (
    _as_it_is, _deep, _wide, _flood, _expand, _outside, _include, _torn, _twice, _spaces,
    _comments, _entity, _versions,
)  # fmt: skip


@st.composite
def forms(draw: st.DrawFn, household: str) -> tuple[str, str]:
    """An instance id, and the XML of a form that is wrong somewhere."""
    instance_id = new_id()
    names = draw(st.lists(st.sampled_from(FIELDS), max_size=4, unique=True))
    answers = {name: draw(texts) for name in names}
    if draw(st.integers(0, 3)):  # most households are another one: theirs would grow without end
        household = new_id()
    xml = filled(household, instance_id, answers)
    for wound in draw(st.lists(st.sampled_from(WOUNDS), max_size=2)):
        xml = wound(xml, draw(texts))
    return instance_id, xml


@st.composite
def submissions(draw: st.DrawFn, household: str, usual: Any) -> dict[str, Any]:
    """One submission of a push, with some members replaced, gone or too many."""
    instance_id, xml = draw(forms(household))
    one: dict[str, Any] = usual("visit" if 'id="visit"' in xml else "household_register", xml)
    one["instance_id"] = instance_id
    one["shown"] = {
        household: {"heads": [new_id()], "values": {"phone": [draw(texts), [0]]}},
    }
    for name in draw(st.lists(st.sampled_from(sorted(one)), max_size=3, unique=True)):
        if draw(st.booleans()):
            one[name] = draw(values)
        else:
            del one[name]
    if draw(st.booleans()):
        one["attachments"] = [
            {"name": draw(texts), "sha256": draw(texts), "size": draw(values), "media_type": "x"}
        ]
    return one


def packed(body: bytes, way: int) -> tuple[bytes, dict[str, str]]:
    """A body as it may travel, and the headers that say so, rightly or wrongly."""
    ways: tuple[tuple[bytes, dict[str, str]], ...] = (
        (body, {}),
        (gzip.compress(body), {"Content-Encoding": "gzip"}),
        (gzip.compress(gzip.compress(body)), {"Content-Encoding": "gzip"}),
        (gzip.compress(body)[:-9], {"Content-Encoding": "gzip"}),
        (gzip.compress(body) + b"rest", {"Content-Encoding": "gzip"}),
        (gzip.compress(body) * 2, {"Content-Encoding": "gzip"}),
        (zlib.compress(body), {"Content-Encoding": "gzip"}),
        (zlib.compress(body), {"Content-Encoding": "deflate"}),
        (body, {"Content-Encoding": "gzip"}),
        (body, {"Content-Encoding": "identity, gzip\t"}),
        (body, {"Content-Type": "application/json; charset=utf-16"}),
        (body, {"Content-Type": "text/plain"}),
    )
    return ways[way % len(ways)]


def as_json(value: object, way: int) -> bytes:
    """JSON, rightly spelt or not."""
    text = json.dumps(value)
    spellings = (
        text.encode(),
        json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"),
        b"\xef\xbb\xbf" + text.encode(),
        text.encode("utf-16"),
        json.dumps(value, ensure_ascii=False).encode("gb18030", "replace"),
        text[: len(text) // 2].encode(),
        text.replace('"sent_at"', '"sent_at": 1' + "0" * 5000 + ', "sent_at"', 1).encode(),
        b"[" * (len(text) % 100_000) + text.encode(),
    )
    return spellings[way % len(spellings)]


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gbk", "gb18030", "latin-1")


def encoded(xml: str, way: int) -> bytes:
    """XML in some encoding, which its declaration names, or not, or wrongly."""
    encoding = ENCODINGS[way % len(ENCODINGS)]
    declarations = (
        "",
        f"<?xml version='1.0' encoding='{encoding}'?>",
        "<?xml version='1.1' encoding='gbk'?>",
        "<?xml version='1.0' encoding='nonsense'?>",
    )
    declared = declarations[way % len(declarations)]
    errors = "surrogatepass" if encoding.startswith("utf") else "replace"
    return (declared + xml).encode(encoding, errors)
