"""Settings that cannot be used are refused at the start, with their name."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.config import SettingInvalid, read_settings


def public_url(instance: Path, url: str) -> str | None:
    return read_settings({"YIHU_INSTANCE": str(instance), "PUBLIC_URL": url}).public_url


def test_the_public_address_is_a_host_alone(tmp_path: Path) -> None:
    assert public_url(tmp_path, "") is None
    assert public_url(tmp_path, "https://yihu.example.cn/") == "https://yihu.example.cn"
    for wrong in ("yihu.example.cn", "ftp://yihu.example.cn", "https://example.cn/yihu", "https:"):
        with pytest.raises(SettingInvalid, match="PUBLIC_URL"):
            public_url(tmp_path, wrong)
