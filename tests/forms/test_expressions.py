"""Every function and turn of phrase of forms means on the server what it means on the phone."""

from __future__ import annotations

from functools import cache

import pytest

from server.forms.closures import KNOWN_FUNCTIONS, Known, compile_expression
from server.forms.compile import CompiledForm, compile_form
from server.forms.compute import Computed
from server.forms.instance import read_instance
from server.forms.xpath import BadExpression, Context, UnknownFunction, functions_of
from tests.forms.corpus import FILLED_AT, engine_judges

FORM = """
| survey |
| | type | name | label | calculation | choice_filter |
| | date | event_date | 日期 | | |
| | date | born | 出生 | | |
| | date | unsaid | 没填 | | |
| | text | blank | 空 | | |
| | text | word | 字 | | |
| | select_multiple colour | picked | 颜色 | | |
| | select_one colour | one | 颜色 | | kind = 'warm' |
| | decimal | n | 数 | | |
| | integer | i | 整数 | | |
| | time | t | 时间 | | |
| | dateTime | moment | 时刻 | | |
| | hidden | day_text | | | |
| | begin repeat | row | 行 | | |
| | decimal | x | 数 | | |
| | text | y | 字 | | |
| | begin group | inside | 里面 | | |
| | calculate | place | | position(../..) | |
| | calculate | here | | concat(${y}, '-', ${word}, '-', ../../x) | |
| | end group | | | | |
| | begin repeat | part | 份 | | |
| | decimal | z | 数 | | |
| | calculate | share | | ${z} div ${x} | |
| | end repeat | | | | |
| | calculate | parts | | sum(${z}) | |
| | end repeat | | | | |
| | begin repeat | none | 没有 | | |
| | decimal | nx | 数 | | |
| | end repeat | | | | |
%s
| choices |
| | list_name | name | label | kind |
| | colour | a | 红 | warm |
| | colour | b | 蓝 | cold |
| | colour | c | 黄 | warm |
| settings |
| | form_title | form_id | version |
| | 试 | trial | 2026112201 |
"""
INSTANCE = (
    "<event_date>2026-11-20</event_date><born>1988-06-01</born><word>二组 14 号</word>"
    "<picked>b a</picked><one>c</one><n>3.5</n><i>7</i><t>08:30:00</t>"
    "<moment>2026-11-20T08:30:15.250+08:00</moment><day_text>2024-02-29</day_text>"
    "<row><x>1</x><y>p</y><part><z>1</z></part><part><z>2.5</z></part></row>"
    "<row><x>2</x><y>q</y></row><row><x>0.1</x><y/><part><z>9</z></part></row>"
)
EXPRESSIONS = """
if(${n} > 3, 'more', 'less')
if(${blank}, 'there', 'not there')
if(${blank} != '', 'more', 'less')
if(${i} = 7, today(), '')
${n} + ${i}
${n} - ${i} * 2
${i} div 0
-${i} div 0
${blank} + 1
-${n}
${i} mod 4
-7 mod 3
7 mod 0
${n} > 3 and ${i} < 8
${blank} = '' and ${word} = ''
${word} or ${blank}
'a' and ''
${n} = 3.5
${n} = '3.5'
${i} = '7'
${i} != 7
${unsaid} = ''
${n} = true()
true() = 'x'
1 = true()
concat(true(), false())
${word} = ${y}
${y} = 'q'
${y} != 'q'
${x} > 1
1 < ${x}
${x} = ${z}
${event_date} <= today()
${event_date} = today()
${event_date} != today()
${born} < ${event_date}
${day_text} < ${event_date}
${day_text} > '2024-02-01'
${unsaid} < today()
${moment} > ${event_date}
${event_date} - ${born}
${event_date} >= date('2014-01-01')
${word} > 3
'0x10' + 1
'1e3' * 2
' 5 ' + 1
'2,5' + 1
0.1 + 0.2
1 div 3
1 div 10000000
100000 * 100000 * 100000 * 100000 * 100000
12345678.9 * 10
string(2.0)
string(${n} * 2)
string(${blank} * 2)
concat(today(), '/', ${event_date})
concat(${y})
concat(${y}, 1, true())
concat()
join('-', ${y})
join(', ', 'a', ${n}, ${y})
string-length(${word})
string-length('😀')
string-length(${blank})
substr('10X98765432', 2, 3)
substr('10X98765432', 9)
substr('10X98765432', -3)
substr('10X98765432', -3, -1)
substr('10X98765432', 5, 2)
substr(${blank}, 0, 1)
substr('abc', 'x', 1)
substring('12345', 2, 3)
substring('12345', 0, 3)
substring('12345', 1.5, 2.6)
substring('12345', 2)
substring('12345', 4, -2)
substring-before('1999/04/01', '/')
substring-after('1999/04/01', '/')
substring-after('a--b', '--')
substring-after('abc', '')
substring-before('abc', 'x')
starts-with(${word}, '二')
ends-with(${word}, '号')
contains(${word}, '14')
contains(${word}, '')
translate('bar', 'abc', 'AB')
translate(${word}, ' ', '')
normalize-space('  a   b ')
regex('13900008468', '^1[3-9][0-9]{9}$')
regex('a1', '^\\d+$')
regex('٣', '^\\d$')
regex(${word}, '号$')
regex('a$', '[$]$')
boolean(0)
boolean('0')
boolean(${blank})
boolean(${nx})
not(${n} = 3)
boolean-from-string('1')
boolean-from-string('yes')
coalesce(${blank}, ${word})
coalesce(${n}, ${word})
once('kept')
selected(${picked}, 'a')
selected(${picked}, 'c')
selected(${picked}, '')
selected(${blank}, '')
selected('absent refused', ${blank})
selected('a b', ${one})
selected('b c', ${one})
selected-at(${picked}, 0)
selected-at(${picked}, 1)
selected-at(${picked}, 5)
selected-at(${picked}, '1x')
count-selected(${picked})
count-selected(${blank})
jr:choice-name(${one}, '${one}')
jr:choice-name(selected-at(${picked}, 1), '${picked}')
jr:choice-name(${blank}, '${one}')
number('12.50')
number(${event_date})
number(${word})
number(true())
int(3.9)
int(-3.9)
int(${blank})
int(${day_text})
round(2.5)
round(-2.5)
round(2.346, 2)
round(-2.345, 2)
round(1234.5, -2)
round(1.005, 2)
round(${blank})
floor(-3.5)
ceiling(3.2)
abs(-3)
sqrt(2)
sqrt(-1)
pow(2, 10)
pow(2.5, 2)
pow(0, -1)
pow(-8, 0.5)
pi()
sum(${x})
sum(${z})
sum(${nx})
sum(${blank})
min(${x})
max(${x}, 1.5)
min(${n}, ${blank})
max(${nx})
min(3, 2, 10)
count(${row})
count(${part})
count(${none})
count(${x}) + 1
count-non-empty(${y})
indexed-repeat(${y}, ${row}, 2)
indexed-repeat(${y}, ${row}, 9)
indexed-repeat(${x}, ${row}, ${blank})
indexed-repeat(${z}, ${row}, 1, ${part}, 2)
date('2026-2-3')
date('')
date(20000)
date(${moment})
date('oops')
decimal-date-time(${event_date})
decimal-date-time(${born})
decimal-date-time('1941-05-01')
decimal-date-time('1990-07-01')
decimal-date-time(${moment})
decimal-date-time('1970-01-01T00:00:00Z')
decimal-date-time(${blank})
decimal-date-time(10)
decimal-time(${t})
decimal-time('9:30')
decimal-time('23:59:59.999+08:00')
int((decimal-date-time(${event_date}) - decimal-date-time(${born})) div 365.2425)
format-date(${event_date}, '%Y年%n月%e日')
format-date(${event_date}, '%y/%m/%d %b %a')
format-date('2026-11-22', '%a')
format-date(${blank}, '%Y')
format-date-time(${moment}, '%H:%M:%S.%3 %h')
format-date-time(${event_date}, '%Y-%m-%d %H')
checklist(1, 2, ${n} = 3.5, ${i} = 0)
checklist(2, -1, true(), true(), true())
checklist(0, -1, false())
weighted-checklist(3, 5, true(), 2, ${i} = 7, 2)
weighted-checklist(3, 5, true(), 2, false(), 2)
${one} = 'c' or selected('x y', ${picked})
(${n} + 1) * 2 = 9
1 < 2 = true()
1 + 2 * 3 - 4 div 2
once(uuid())
once(random())
today()
position(..)
"""


@cache
def form_of(expressions: tuple[str, ...]) -> CompiledForm:
    """One form in which each expression is a calculated value."""
    rows = "\n".join(
        f"| | calculate | c{number} | | {text.replace('|', chr(92) + '|')} | |"
        for number, text in enumerate(expressions)
    )
    return compile_form((FORM % rows).encode())


def values(form: CompiledForm, xml: str) -> tuple[dict[str, str], dict[str, str]]:
    """What server and phone compute, by place."""
    computed = Computed(read_instance(xml).root, form.definition, FILLED_AT)
    server = {field.path: field.value for field in computed.fields if field.question.calculation}
    ((rows,),) = engine_judges([(form, [xml])])
    phone = {str(row[0]): str(row[1]) for row in rows if str(row[0]) in server}
    return server, phone


def instance(content: str) -> str:
    meta = "<meta><instanceID>uuid:11111111-1111-4111-8111-111111111111</instanceID></meta>"
    return f'<data id="trial" version="2026112201">{content}{meta}</data>'


def written() -> tuple[str, ...]:
    listed = [line.replace("\\\\", "\\") for line in EXPRESSIONS.strip().splitlines()]
    return tuple(line for line in listed if line != "position(..)")


def test_phone_and_server_compute_the_same() -> None:
    expressions = written()
    # what only the phone can know is the same where it was kept
    kept = {n: "kept" for n, text in enumerate(expressions) if "once(" in text}
    answers = "".join(f"<c{number}>{text}</c{number}>" for number, text in kept.items())
    server, phone = values(form_of(expressions), instance(INSTANCE + answers))
    named = {f"/data/c{number}": text for number, text in enumerate(expressions)}
    other = {named.get(path, path): (server[path], phone[path]) for path in server
             if server[path] != phone[path]}  # fmt: skip
    assert other == {}
    assert phone["/data/row[2]/inside/place"] == "2"
    assert phone["/data/row[1]/parts"] == "3.5"


def test_every_function_that_is_known_is_compared() -> None:
    called = {name for text in EXPRESSIONS.splitlines() for name in functions_of(text)}
    # what is calculated with now() is the phone's own
    assert called | {"now"} == KNOWN_FUNCTIONS


KNOWN = Known({"/data/a": {}, "/data/r/b": {}}, frozenset({"/data/r"}))


@pytest.mark.parametrize(
    "text",
    [
        "1 +", "((", "'open", "selected('a')", "true(1)", "/data/other = 1", "/data/a[1] = 2",
        "/data/r[/data/r/b > 1]", "other = 1", "//a", "@a", "/data/a | /data/a", "count(1)",
        "position()", "../../r/b = 1", "../../../a", "child::a", "jr:choice-name('a', '/data/x')",
        "indexed-repeat(/data/a, /data/r, 1)", "a b", "- -1",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_bad_expression(text: str) -> None:
    with pytest.raises(BadExpression):
        compile_expression(text, Context("/data/r/b", ("/data/r",)), KNOWN)


@pytest.mark.parametrize("text", ["system('x')", "pulldata('a')", "instance('a')", "sin(1)"])
def test_a_function_that_nobody_has_is_refused(text: str) -> None:
    with pytest.raises(UnknownFunction):
        compile_expression(text, Context("/data/a", ()), KNOWN)
