"""Every refusal the server can give, as RFC 9457 problems; `docs/protocol.md` lists them."""

from __future__ import annotations

import errno
import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from flask import Flask, Response, current_app, request
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)


class Problem(Exception):
    """A refusal: `title` never varies, `detail` speaks to a person, `extra` to a program."""

    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong here"
    status: ClassVar[int] = HTTPStatus.INTERNAL_SERVER_ERROR
    default_detail: ClassVar[str] = "服务器出错了，请稍后再试。"

    def __init__(self, detail: str | None = None, **extra: object) -> None:
        super().__init__(detail or self.default_detail)
        self.detail = detail or self.default_detail
        self.extra: Mapping[str, object] = extra

    def body(self) -> dict[str, object]:
        """The problem document as JSON-ready values."""
        return {
            "type": f"urn:yihu:problem:{self.slug}",
            "title": self.title,
            "status": int(self.status),
            "detail": self.detail,
            **self.extra,
        }


class Internal(Problem):
    pass


class RequestInvalid(Problem):
    slug, title, status = "request-invalid", "Some fields were refused", 422
    default_detail = "提交的内容不完整或格式不对。"


class RequestUnreadable(Problem):
    slug, title, status = "request-unreadable", "The body cannot be read", HTTPStatus.BAD_REQUEST
    default_detail = "提交的内容读不出来，请重试。"


class RequestTooLarge(Problem):
    slug, title, status = "request-too-large", "The body is too large", 413
    default_detail = "一次提交的内容太大，请分开提交。"


class NotFound(Problem):
    slug, title, status = "not-found", "There is nothing here", HTTPStatus.NOT_FOUND
    default_detail = "没有找到这个内容。"


class MethodNotAllowed(Problem):
    slug, title, status = "method-not-allowed", "Not this way", HTTPStatus.METHOD_NOT_ALLOWED
    default_detail = "这个地址不支持这样访问。"


class HttpRefused(Problem):
    """Any other refusal of the web framework; the status is the framework's."""

    slug, title = "http", "The request was refused"
    default_detail = "请求没有被接受。"


class CredentialsWrong(Problem):
    slug, title, status = "credentials-wrong", "Wrong name or password", HTTPStatus.UNAUTHORIZED
    default_detail = "用户名或密码不对。"


class LockedOut(Problem):
    slug, title, status = "locked-out", "Too many attempts", HTTPStatus.TOO_MANY_REQUESTS
    default_detail = "密码输错次数太多，请过一会儿再试。"


class TooManyRequests(Problem):
    slug, title, status = "too-many-requests", "Slow down", HTTPStatus.TOO_MANY_REQUESTS
    default_detail = "这个网络的请求太多，请一分钟后再试。"

    def __init__(self, detail: str | None = None, **extra: object) -> None:
        super().__init__(detail, **{"retry_after": 60, **extra})


class ChannelInsecure(Problem):
    slug, title, status = "channel-insecure", "Only over HTTPS", HTTPStatus.FORBIDDEN
    default_detail = "这个地址没有加密，密码会被别人看到。请改用 https 开头的地址。"


class DeviceRevoked(Problem):
    slug, title, status = "device-revoked", "Sign in again", HTTPStatus.UNAUTHORIZED
    default_detail = "这部手机需要重新登录。没上传的记录都还在手机里，登录后会继续上传。"


class RightMissing(Problem):
    slug, title, status = "right-missing", "Not allowed", HTTPStatus.FORBIDDEN
    default_detail = "您的账号没有这项权限，请找县里的管理员。"


class CursorTooOld(Problem):
    slug, title, status = "cursor-too-old", "Start again with new snapshots", HTTPStatus.GONE
    default_detail = "管的村有变化或服务器恢复过，手机要重新下载一次。"


class SnapshotPreparing(Problem):
    slug, title, status = "snapshot-preparing", "Not made yet", HTTPStatus.SERVICE_UNAVAILABLE
    default_detail = "下载包正在准备，请稍等片刻再试。"


class FormVersionUnknown(Problem):
    slug, title, status = "form-version-unknown", "No such form version", HTTPStatus.NOT_FOUND
    default_detail = "服务器上没有这个版本的表。"


class FormRefused(Problem):
    slug, title, status = "form-refused", "The form cannot be published", 422
    default_detail = "这张表不能发布。"


class UploadOffsetWrong(Problem):
    slug, title, status = "upload-offset-wrong", "Continue elsewhere", HTTPStatus.CONFLICT
    default_detail = "照片续传的位置不对，会自动重新对齐。"


class ChecksumMismatch(Problem):
    slug, title, status = "checksum-mismatch", "The bytes differ from their hash", 460
    default_detail = "照片在传输中坏了，会自动重传。"


class AttachmentNotImage(Problem):
    slug, title, status = "attachment-not-image", "Not an image", 415
    default_detail = "这个文件不是照片、录音、录像或 PDF，不能上传。"


class StorageFull(Problem):
    slug, title, status = "storage-full", "No space left", 507
    default_detail = "服务器磁盘满了，记录先留在手机里，请告诉镇里的管理员。"


class JournalAway(Problem):
    slug, title, status = "journal-away", "The journal's disk is away", 503
    default_detail = "服务器的日志盘不在或坏了，记录先留在手机里，请告诉镇里的管理员。"

    def __init__(self, detail: str | None = None, **extra: object) -> None:
        super().__init__(detail, **{"retry_after": 60, **extra})


class StateMovedOn(Problem):
    slug, title, status = "state-moved-on", "The state has moved on", HTTPStatus.CONFLICT
    default_detail = "您看的时候又有新内容到了，请看过新的再决定。"


class DecisionRefused(Problem):
    slug, title, status = "decision-refused", "This cannot be decided", 422
    default_detail = "这条记录现在不能这样处理。"


class BackupUnusable(Problem):
    slug, title, status = "backup-unusable", "The backup cannot be used", 422
    default_detail = "这份备份用不了，请用另一份。"


class RestoreRefused(Problem):
    slug, title, status = "restore-refused", "Nothing was restored", 409
    default_detail = "这里已经有数据，没有恢复。"


class CarryUnreadable(Problem):
    slug, title, status = "carry-unreadable", "The carry file cannot be read", 422
    default_detail = "这个手机导出文件打不开，请从手机重新导出。"


class RosterUnreadable(Problem):
    slug, title, status = "roster-unreadable", "The workbook cannot be read", 422
    default_detail = "这个表格打不开，请另存为 .xlsx 再试。"


_BY_STATUS: dict[int, type[Problem]] = {
    400: RequestUnreadable,
    404: NotFound,
    405: MethodNotAllowed,
    413: RequestTooLarge,
    422: RequestInvalid,
    429: TooManyRequests,
}


def answer(problem: Problem) -> Response:
    """The HTTP response that carries a problem: a document, or a page for people at the desk."""
    page: Callable[[Problem], Response] | None = current_app.extensions.get("yihu_error_page")
    if page is not None and not wants_problem():
        return page(problem)
    response = Response(
        json.dumps(problem.body(), ensure_ascii=False),
        status=int(problem.status),
        content_type="application/problem+json",
    )
    retry_after = problem.extra.get("retry_after")
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="yihu"'
    return response


def from_http(error: HTTPException) -> Problem:
    """The problem that says what a refusal of the web framework says."""
    status = error.code or 500
    extra: dict[str, Any] = {}
    if status == 422 and getattr(error, "data", None):
        extra["errors"] = error.data.get("messages")  # type: ignore[attr-defined]
    kind = _BY_STATUS.get(status)
    if kind:
        return kind(**extra)
    if status >= 500:
        return Internal()
    problem = HttpRefused()
    problem.status = status  # type: ignore[misc]
    return problem


def wants_problem() -> bool:
    """Whether the caller is a program; people at the desk get a page instead."""
    return not request.path.startswith("/console")


def init_app(app: Flask) -> None:
    """Answer every error of the API with a problem document."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(
        ValidationError, lambda error: answer(RequestInvalid(errors=error.messages))
    )
    app.register_error_handler(HTTPException, lambda error: answer(from_http(error)))
    app.register_error_handler(Exception, _unexpected)


def is_full(error: BaseException) -> bool:
    """Whether a file system or a database refused to write because there is no space left."""
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    driver = getattr(error, "orig", None) or error
    return (
        getattr(driver, "sqlite_errorname", "") == "SQLITE_FULL"
        or getattr(driver, "sqlstate", "") == "53100"
    )


def _unexpected(error: Exception) -> Response:
    if is_full(error):
        return answer(StorageFull())
    log.error(
        "unexpected error",
        exc_info=error,
        extra={"path": request.path, "kind": type(error).__name__},
    )
    return answer(Internal())
