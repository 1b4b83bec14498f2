"""Every setting of an instance, read once from the environment (docs/settings.md)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent


class SettingInvalid(ValueError):
    """A setting of the environment cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What one running instance needs to know; nothing else reads the environment."""

    instance: Path
    database_url: str
    redis_url: str | None
    secret_key: str
    host: str
    port: int
    web_threads: int
    https: bool
    demo: bool
    county: str
    county_name: str
    pwa_dist: Path
    demo_password: str | None = None
    journal_folder: Path | None = None
    public_url: str | None = None

    @property
    def files(self) -> Path:
        """The folder of photos and signatures, by content hash."""
        return self.instance / "attachments"

    @property
    def printed(self) -> Path:
        """The folder of kept PDF files."""
        return self.instance / "printed"

    @property
    def snapshots(self) -> Path:
        """The folder of ready first-sync files."""
        return self.instance / "snapshots"

    @property
    def journal(self) -> Path:
        """The folder of the journal; it should lie on another disk than the database."""
        return self.journal_folder or self.instance / "journal"

    @property
    def uploads(self) -> Path:
        """The folder of uploads that have not finished, and of Excel files being imported."""
        return self.instance / "uploads"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings, creating the instance folder and its secret key where missing.

    Raises SettingInvalid with the variable's name.
    """
    env = os.environ if environ is None else environ
    instance = Path(env.get("YIHU_INSTANCE") or ROOT / "instance").resolve()
    instance.mkdir(parents=True, exist_ok=True)
    return Settings(
        instance=instance,
        database_url=_database_url(env.get("DATABASE_URL"), instance),
        redis_url=env.get("REDIS_URL") or None,
        secret_key=env.get("YIHU_SECRET_KEY") or _kept_secret(instance / "secret.key"),
        host=env.get("HOST", "127.0.0.1"),
        port=_number(env, "PORT", 8000),
        web_threads=_number(env, "YIHU_WEB_THREADS", 8),
        https=env.get("YIHU_HTTPS", "0") == "1",
        demo=env.get("YIHU_DEMO", "1") == "1",
        county=env.get("YIHU_COUNTY", "370321"),
        county_name=env.get("YIHU_COUNTY_NAME", "桓台县"),
        pwa_dist=Path(env.get("YIHU_PWA_DIST") or ROOT / "pwa" / "dist"),
        demo_password=env.get("YIHU_DEMO_PASSWORD") or None,
        journal_folder=_folder(env.get("YIHU_JOURNAL")),
        public_url=_address(env.get("PUBLIC_URL")),
    )


def _database_url(url: str | None, instance: Path) -> str:
    if not url:
        return f"sqlite:///{instance / 'yihu.db'}"
    if url.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    if url.startswith(("sqlite:///", "postgresql+psycopg://")):
        return url
    raise SettingInvalid("DATABASE_URL must begin with sqlite:/// or postgresql://")


def _folder(path: str | None) -> Path | None:
    return Path(path).resolve() if path else None


def _address(url: str | None) -> str | None:
    """An address without anything behind the host: codes are printed in capitals."""
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
        raise SettingInvalid(f"PUBLIC_URL must be http(s)://host with nothing behind it: {url!r}")
    return f"{parts.scheme}://{parts.netloc}"


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SettingInvalid(f"{name} must be a whole number between 1 and 65535, not {text!r}")
    return int(text)


def _kept_secret(path: Path) -> str:
    """The instance's own secret, made once and readable by its owner only."""
    if not path.exists():
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        fresh.replace(path)
    return path.read_text().strip()


def current() -> Settings:
    """The settings that the running application was made with."""
    from flask import current_app

    found: Settings = current_app.config["YIHU"]
    return found
