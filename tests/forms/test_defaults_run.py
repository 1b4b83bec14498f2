"""A default that is an expression is held to what phones compute, as every other expression is."""

from __future__ import annotations

import pytest

from server.forms.compile import compile_form
from server.forms.runnable import reasons_it_cannot_run

FORM = """
| survey |
| | type | name | label | default |
| | text | phone | 电话 | 110 |
| | text | said | 一句话 | {default} |

| settings |
| | form_title | form_id | version | kind | subject |
| | 试 | defaults | 2026112201 | register | household |
"""


@pytest.mark.parametrize("default", ["concat('请打', ${phone})", "today()", "random()", "请打-110"])
def test_what_phones_compute_may_be_a_default(default: str) -> None:
    assert reasons(default) == []


@pytest.mark.parametrize(
    ("default", "why"),
    [
        ("nonsense(1)", "函数 nonsense() 手机或服务器不会算"),
        ("concat('a', ${phone}", "concat"),
    ],
)
def test_what_they_cannot_is_refused(default: str, why: str) -> None:
    assert any("一句话" in reason and why in reason for reason in reasons(default))


def reasons(default: str) -> list[str]:
    form = compile_form(FORM.format(default=default).encode())
    return [reason for _, reason in reasons_it_cannot_run(form)]
