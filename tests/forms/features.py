"""Small XLSForms, one for each thing that XLSForm has, and why it is refused where it is."""

from __future__ import annotations

from dataclasses import dataclass

from server.forms.compile import CompiledForm, compile_form

COLUMNS = (
    "type", "name", "label", "hint", "guidance_hint", "required", "required_message", "relevant",
    "constraint", "constraint_message", "calculation", "appearance", "default", "parameters",
    "repeat_count", "choice_filter", "trigger", "readonly", "image",
)  # fmt: skip
CHOICES = """
| choices |
| | list_name | name | label | in_town |
| | town | t1 | 甲镇 | |
| | town | t2 | 乙镇 | |
| | village | v1 | 一村 | t1 |
| | village | v2 | 二村 | t2 |
| | village | v3 | 三村 | t2 |
| | yn | yes | 是 | |
| | yn | no | 否 | |
| settings |
| | form_title | form_id | version |
| | 试 | trial | 2026112201 |
"""


@dataclass(frozen=True)
class Feature:
    """One way to write something. refused: part of the reason, with the row; blank if it works."""

    name: str
    rows: tuple[dict[str, str], ...]
    refused: str = ""

    def compiled(self) -> CompiledForm:
        """The form with an event date before, in row 2. Raises FormRefused."""
        return compile_form(self.source().encode())

    def source(self) -> str:
        """The form as Markdown."""
        rows = ({"type": "date", "name": "event_date", "label": "日期"}, *self.rows)
        lines = ["| survey |", f"| | {' | '.join(COLUMNS)} |"]
        for row in rows:
            cells = (row.get(column, "").replace("|", "\\|") for column in COLUMNS)
            lines.append(f"| | {' | '.join(cells)} |")
        return "\n".join(lines) + CHOICES


def asked(kind: str, name: str = "q", label: str = "题", **more: str) -> dict[str, str]:
    """One row of the survey sheet."""
    return {"type": kind, "name": name, "label": label, **more}


def computed(text: str, name: str = "c") -> dict[str, str]:
    """A calculated value."""
    return {"type": "calculate", "name": name, "calculation": text}


def repeat(*rows: dict[str, str], name: str = "r", **more: str) -> tuple[dict[str, str], ...]:
    """A repeat around some rows."""
    return asked("begin repeat", name, "行", **more), *rows, {"type": "end repeat"}


def group(*rows: dict[str, str], name: str = "g", **more: str) -> tuple[dict[str, str], ...]:
    """A group around some rows."""
    return asked("begin group", name, "组", **more), *rows, {"type": "end group"}


N, X, V = asked("integer", "n"), asked("decimal", "x"), asked("select_one village", "v")
SUPPORTED = (
    Feature("text", (asked("text"),)),
    Feature("multiline", (asked("text", appearance="multiline"),)),
    Feature("integer", (asked("integer", constraint=". >= 0 and . <= 120"),)),
    Feature("decimal", (asked("decimal", constraint=". > 0.5"),)),
    Feature("thousands", (asked("integer", appearance="thousands-sep"),)),
    Feature("date", (asked("date", constraint=". <= today()"),)),
    Feature("month and year", (asked("date", appearance="month-year"),)),
    Feature("time", (asked("time", constraint="decimal-time(.) < 0.5"),)),
    Feature("dateTime", (asked("dateTime", constraint=". <= now()"),)),
    Feature("range", (asked("range", parameters="start=0 end=10 step=2"),)),
    Feature("range of decimals", (asked("range", parameters="start=0.5 end=5 step=0.5"),)),
    Feature("select_one", (asked("select_one yn", required="yes"),)),
    Feature("searched select", (asked("select_one village", appearance="minimal autocomplete"),)),
    Feature("select_multiple", (asked("select_multiple yn"),)),
    Feature("or_other", (asked("select_one yn or_other"),)),
    Feature("random order", (asked("select_one village", parameters="randomize=true"),)),
    Feature("rank", (asked("rank village"),)),
    Feature("acknowledge", (asked("acknowledge", required="yes"),)),
    Feature("trigger as a type", (asked("trigger"),)),
    Feature("barcode", (asked("barcode"),)),
    Feature("geopoint", (asked("geopoint"),)),
    Feature("image", (asked("image", parameters="max-pixels=1600"),)),
    Feature("signature", (asked("image", appearance="signature"),)),
    Feature("audio", (asked("audio"),)),
    Feature("video", (asked("video"),)),
    Feature("file", (asked("file"),)),
    Feature("note", (asked("note", label="**要点**"),)),
    Feature("note with an answer", (N, asked("note", label="有 ${n} 间"))),
    Feature("hidden", (asked("hidden"),)),
    Feature("calculate", (N, computed("${n} * 2 + 1"))),
    Feature("integer that is calculated", (N, asked("integer", calculation="${n} div 2"))),
    Feature("metadata", tuple(asked(t, t) for t in ("start", "end", "today", "username",
                                                    "deviceid", "phonenumber", "email"))),
    Feature("audit", (asked("audit", "audit"),)),
    Feature("default", (asked("text", default="甲"),)),
    Feature("default of a date", (asked("date", default="2026-11-01"),)),
    Feature("dynamic default", (asked("date", default="today()"),)),
    Feature("readonly", (asked("text", default="甲", readonly="yes"),)),
    Feature("hints", (asked("text", hint="一行", guidance_hint="很多行"),)),
    Feature("picture beside a question", (asked("text", image="a.png"),)),
    Feature("required sometimes", (N, asked("text", required="${n} > 2"))),
    Feature("relevant", (N, asked("text", relevant="${n} > 2 or ${n} = ''"))),
    Feature("group", group(asked("text", "a"), relevant="${event_date} != ''")),
    Feature("page", group(asked("text", "a"), asked("text", "b"), appearance="field-list")),
    Feature("table", group(asked("select_one yn", "a"), asked("select_one yn", "b"),
                           appearance="table-list")),
    Feature("repeat", (*repeat(X), computed("sum(${x})"))),
    Feature("rows and a number", (*repeat(X, computed("position(..)", "k")),
                                  computed("count(${r})"))),
    Feature("repeat with a count", repeat(X, repeat_count="3")),
    Feature("repeat with a counted count", (N, *repeat(X, repeat_count="${n}"))),
    Feature("nested repeats", (*repeat(X, *repeat(asked("integer", "y"), name="s"),
                                       computed("sum(${y}) + ${x}", "z")),
                               computed("count(${s})"))),
    Feature("row beside another", (*repeat(X), computed("indexed-repeat(${x}, ${r}, 2)"))),
    Feature("cascading choices", (asked("select_one town", "t"),
                                  {**V, "choice_filter": "in_town = ${t}"})),
    Feature("cascading in rows", repeat(asked("select_one town", "t"),
                                        {**V, "choice_filter": "in_town=${t}"})),
    Feature("filter of the code", (N, {**V, "choice_filter": "name != 'v1' or ${n} > 2"})),
    Feature("choices from rows", (*repeat(asked("text", "who")), asked("select_one ${who}"))),
    Feature("words of a choice", (V, computed("jr:choice-name(${v}, '${v}')"))),
    Feature("kept id", (computed("once(uuid())"),)),
    Feature("kept chance", (computed("once(random())"),)),
    Feature("date in words", (computed("format-date(${event_date}, '%Y年%n月%e日')"),)),
    Feature("age", (asked("date", "b"), computed(
        "int((decimal-date-time(${event_date}) - decimal-date-time(${b})) div 365.2425)"))),
    Feature("pattern", (asked("text", constraint="regex(., '^1[3-9][0-9]{9}$')"),)),
    Feature("pattern or nothing", (asked("text", constraint=". = 'no' or regex(., '^[A-Z]+$')"),)),
    Feature("minus between names", (N, X, computed("${n}-${x}"))),
    Feature("answer of the neighbour", (N, computed("../n + 1"))),
    Feature("checklist", (asked("select_one yn", "a"), computed("checklist(1, 1, ${a} = 'yes')"))),
    Feature("join", (*repeat(asked("text", "who")), computed("join('、', ${who})"))),
)  # fmt: skip
REFUSED = (
    Feature("geotrace", (asked("geotrace"),), "第 3 行：题：题型 geotrace 不能用：手机上没有地图"),
    Feature("geoshape", (asked("geoshape"),), "第 3 行：题：题型 geoshape 不能用：手机上没有地图"),
    Feature("osm", (asked("osm"),), "题型 osm 不能用"),
    Feature("start-geopoint", (asked("start-geopoint"),), "不在人不知道的时候定位"),
    Feature("background-geopoint",
            (asked("background-geopoint", trigger="${event_date}"),), "不在人不知道的时候定位"),
    Feature("background-audio", (asked("background-audio"),), "不在人不知道的时候录音"),
    Feature("csv-external", (asked("csv-external"),), "选项请写进 choices 表"),
    Feature("xml-external", (asked("xml-external"),), "选项请写进 choices 表"),
    Feature("choices from a file", (asked("select_one_from_file a.csv"),), "选项请写进 choices 表"),
    Feature("several from a file", (asked("select_multiple_from_file a.csv"),), "选项请写进"),
    Feature("external choices", (asked("select_one_external village"),), "选项请写进 choices 表"),
    Feature("search()", ({**V, "appearance": "search('a')"},), "第 3 行：题：search(…) 不能用"),
    Feature("pulldata", (computed("pulldata('a', 'b', 'c', 'd')"),), "第 3 行：c：函数 pulldata()"),
    Feature("instance()", (V, computed("instance('village')/root/item[name = ${v}]/label")),
            "第 4 行：c：函数 instance()"),
    Feature("last-saved", (asked("text", default="${last-saved#q}"),), "第 3 行：题：上次的回答"),
    Feature("random()", (computed("random()"),), "第 3 行：c：random() 要写成 once(random())"),
    Feature("uuid()", (computed("concat('a', uuid())"),), "uuid() 要写成 once(uuid())"),
    Feature("digest()", (computed("digest('a', 'MD5')"),), "函数 digest() 手机或服务器不会算"),
    Feature("sin()", (computed("sin(1)"),), "末位会不一样"),
    Feature("distance()", (asked("geopoint"), computed("distance(${q})")), "函数 distance()"),
    Feature("a function nobody knows", (computed("system('x')"),), "函数 system()"),
    Feature("predicate", (*repeat(X), computed("count(${r}[${x} > 1])")),
            "第 6 行：c：算式里不能用方括号"),
    Feature("axis", (computed("count(//x)"),), "算式里只能用 ${名字}"),
    Feature("half an expression", (computed("1 + + = ("),), "第 3 行：c：算式读不懂"),
    Feature("bad pattern", (asked("text", constraint="regex(., '([a')"),), "regex 里的写法不对"),
    Feature("other calendar", (asked("date", appearance="ethiopian"),), "第 3 行：题：外观 ethi"),
    Feature("drawing", (asked("image", appearance="draw"),), "手机上不能画图"),
    Feature("annotating", (asked("image", appearance="annotate"),), "不能在照片上画"),
    Feature("map", (asked("geopoint", appearance="placement-map"),), "手机上没有地图"),
    Feature("picture to point at", ({**V, "appearance": "image-map"},), "不能在图上点选"),
    Feature("trigger", (N, asked("text", calculation="now()", trigger="${n}")), "trigger 这一列"),
    Feature("no name", (asked("text", ""),), "第 3 行：没有写名字"),
    Feature("same name", (asked("text"), asked("text")), "第 4 行：名字 q 重复了"),
    Feature("no choices", (asked("select_one nothing"),), "第 3 行：choices 表里没有 nothing"),
    Feature("unknown type", (asked("hologram"),), "不认识题型 hologram"),
    Feature("unknown name", (computed("${nobody} + 1"),), "第 3 行：算式里用的 nobody"),
    Feature("open group", group(asked("text", "a"))[:2], "begin group 没有对应的 end group"),
    Feature("end without begin", ({"type": "end repeat"},), "end repeat 没有对应的 begin repeat"),
    Feature("name with a blank", (asked("text", "姓 名"),), "名字只能用英文字母"),
    Feature("calculate nothing", ({"type": "calculate", "name": "c"},), "没有写算式"),
)  # fmt: skip
