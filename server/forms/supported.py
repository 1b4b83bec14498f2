"""What of XLSForm the phone can ask and the server can check, and what is refused, with the reason.

docs/forms.md says the same to people; a test compares them.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Filled by the phone from what it knows: never asked, never checked.
METADATA = frozenset(
    {
        *("start", "end", "today", "username", "phonenumber", "email", "deviceid"),
        *("simserial", "subscriberid", "audit", "note"),
    }
)
#: Types whose answer is the name of a file, and what people call it.
FILES: Mapping[str, str] = {
    "image": "照片",
    "audio": "录音",
    "video": "视频",
    "file": "文件",
}
