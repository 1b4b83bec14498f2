"""Headers, cookies, forgery protection, compression and rate limits of every response."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, g, request
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, UserMixin
from flask_talisman import Talisman
from flask_wtf import CSRFProtect

from server.config import Settings

#: A photo is the largest thing a phone sends in one request.
LARGEST_BODY = 32 * 1024 * 1024

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://", default_limits=[])

POLICY = {
    "default-src": "'self'",
    "script-src": ["'self'", "'wasm-unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "media-src": ["'self'", "blob:"],
    "connect-src": ["'self'"],
    "worker-src": ["'self'", "blob:"],
    "object-src": "'none'",
    "frame-ancestors": "'self'",
    "base-uri": "'self'",
    "form-action": "'self'",
}


def for_files() -> dict[str, str]:
    """The protecting headers of files that are served past the application."""
    return {
        "Content-Security-Policy": "; ".join(
            f"{name} {' '.join(allowed) if isinstance(allowed, list) else allowed}"
            for name, allowed in POLICY.items()
        ),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "strict-origin-when-cross-origin",
    }


class SignedIn(UserMixin):  # type: ignore[misc]
    """The person of a desk session, by id."""

    def __init__(self, person_id: str) -> None:
        self.id = person_id


def init_app(app: Flask, settings: Settings) -> None:
    """Protect every response; HTTPS is forced only behind a server that offers it."""
    app.config |= {
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=10),
        "WTF_CSRF_TIME_LIMIT": None,
        "COMPRESS_MIMETYPES": ["application/json", "text/html", "text/css", "text/javascript"],
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 4,
    }
    Talisman(
        app,
        force_https=settings.https,
        strict_transport_security=settings.https,
        session_cookie_secure=settings.https,
        content_security_policy=POLICY,
        permissions_policy={"camera": "(self)", "geolocation": "(self)", "microphone": "()"},
    )
    csrf.init_app(app)
    Compress(app)
    limiter.init_app(app)
    manager = LoginManager(app)
    manager.user_loader(SignedIn)
    app.before_request(_forget_actor)


def _forget_actor() -> None:
    g.actor = None
    request.max_content_length = LARGEST_BODY
