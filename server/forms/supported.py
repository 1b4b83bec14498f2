"""What of XLSForm the phone can ask and the server can check, and what is refused, with the reason.

docs/forms.md says the same to people; a test compares them.
"""

from __future__ import annotations

from collections.abc import Mapping

from server.forms.closures import KNOWN_FUNCTIONS
from server.forms.definition import METADATA

#: Types whose answer is the name of a file, and what people call it.
FILES: Mapping[str, str] = {
    "image": "照片",
    "audio": "录音",
    "video": "视频",
    "file": "文件",
}
TYPES = frozenset(
    {
        *("text", "integer", "decimal", "date", "time", "dateTime", "range", "barcode"),
        *("select_one", "select_multiple", "rank", "acknowledge", "geopoint"),
        *("calculate", "hidden", *FILES, *METADATA),
    }
)
NO_MAPS = "手机上没有地图，不能画线画面；要位置请用 geopoint"
NO_FILES = "手机不另外下载选项文件；选项请写进 choices 表"
REFUSED_TYPES: Mapping[str, str] = {
    "geotrace": NO_MAPS,
    "geoshape": NO_MAPS,
    "osm": NO_MAPS,
    "start-geopoint": "不在人不知道的时候定位；请用 geopoint",
    "background-geopoint": "不在人不知道的时候定位；请用 geopoint",
    "background-audio": "不在人不知道的时候录音；请用 audio",
    "csv-external": NO_FILES,
    "xml-external": NO_FILES,
    "select_one_from_file": NO_FILES,
    "select_multiple_from_file": NO_FILES,
    "select_one_external": NO_FILES,
}
FUNCTIONS = KNOWN_FUNCTIONS
LAST_DIGITS = "手机和服务器算出来末位会不一样"
NO_LOOKUP = "手机不查别的表；已知的事请用 known_ 开头的隐藏题"
REFUSED_FUNCTIONS: Mapping[str, str] = {
    "pulldata": NO_LOOKUP,
    "instance": NO_LOOKUP,
    "current": NO_LOOKUP,
    "search": NO_FILES,
    "digest": "服务器不验算摘要",
    "base64-decode": "服务器不解码",
    "randomize": "要打乱选项，请在 parameters 里写 randomize=true",
    "area": NO_MAPS,
    "distance": NO_MAPS,
    "geofence": NO_MAPS,
    "last": "请用 count(…) 算有几行",
    "lang": "表里的文字只有一种",
    **dict.fromkeys(
        ("sin", "cos", "tan", "asin", "acos", "atan", "atan2", "exp", "exp10", "log", "log10"),
        LAST_DIGITS,
    ),
}
#: Only within `once(…)`: elsewhere a draft that is opened again would have another value.
ONLY_ONCE = frozenset({"uuid", "random"})
NO_CALENDAR = "只用公历；只要年月请用 month-year，只要年请用 year"
REFUSED_APPEARANCES: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("ethiopian", "coptic", "islamic", "bikram-sambat", "myanmar", "persian"),
            "buddhist",
        ),
        NO_CALENDAR,
    ),
    "maps": NO_MAPS,
    "map": NO_MAPS,
    "placement-map": NO_MAPS,
    "image-map": "手机上不能在图上点选",
    "draw": "手机上不能画图；签名请用 signature",
    "annotate": "手机上不能在照片上画",
    "printer": "手机不接打印机",
}
SEARCHED = "search("
EARLIER = "${last-saved#"
#: Columns of the survey sheet.
REFUSED_COLUMNS: Mapping[str, str] = {
    "trigger": "不能在别的题改了以后再算一次；请用 calculation 或 once(…)",
}
REFUSED_WRITINGS: Mapping[str, str] = {
    "[…]": "算式里不能用方括号 […] 筛选",
    "//, ::, @": "算式里只能用 ${名字}",
    "${last-saved#…}": "上次的回答由系统填，不能用 last-saved",
    "search(…)": NO_FILES,
}
