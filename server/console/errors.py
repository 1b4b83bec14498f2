"""The desk's error pages: every refusal in Chinese, with a way on."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from server import clock, problems
from server.accounts.actor import at_desk
from server.console.page import frame
from server.database import reading
from server.problems import Problem

#: Status -> (title, what to do).
TITLES = {
    400: (
        "这次提交没有成功",
        "页面可能开得太久了。请回到上一页刷新后再试，已经保存的内容不受影响。",
    ),
    403: ("没有这项权限", "这一页不归您的账号管。要用请找县级管理员。"),
    404: ("没有找到", "地址可能写错了，或者这户不在您管的村里。"),
    405: ("不能这样打开", "这个地址只能从页面上的按钮进入。"),
    409: ("内容有变化", "您看的时候又有新内容到了。请看过新的再决定，您没有做错。"),
    413: ("文件太大", "表格请分成几份再传；手机导出的文件请分几次导出。"),
    422: ("这次提交没有成功", "请看说明，改好后再试。"),
    429: ("请稍等", "试得太快了，请过一会儿再试。"),
    500: ("服务器出错了", "记录没有丢。请过一会儿再试；还不行，请告诉管理员。"),
    503: (
        "服务器现在收不下",
        "刚才的操作没有保存。请过一会儿再试；还不行，请告诉管理员。手机上的记录都还在手机里。",
    ),
    507: ("服务器磁盘满了", "请告诉管理员腾出空间。手机上的记录都还在手机里。"),
}


def init_app(app: Flask) -> None:
    """Show refusals under `/console` as pages instead of problem documents."""
    app.extensions["yihu_error_page"] = error_page
    app.register_error_handler(CSRFError, _forged_or_old)
    app.after_request(_whole_page_to_sign_in)


def error_page(problem: Problem) -> Response:
    """The page that tells a person about a refusal, even where the database is its cause."""
    _recognise()
    status = int(problem.status)
    title, advice = TITLES.get(status, ("没有成功", "请回到上一页再试。"))
    template = "error_part.html" if request.headers.get("HX-Request") else "error.html"
    body = render_template(
        f"console/{template}",
        **frame(""),
        status=status,
        title=title,
        advice=advice,
        detail=problem.detail,
        back=_back(),
    )
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _recognise() -> None:
    """Who is there, for the navigation, where no view has asked yet."""
    if g.get("actor") is None and current_user.is_authenticated:
        with suppress(SQLAlchemyError, LookupError), reading() as session:
            g.actor = at_desk(session, current_user.get_id(), clock.today())


def _forged_or_old(error: CSRFError) -> AnyResponse:
    problem = problems.from_http(error)
    if problems.wants_problem():
        return problems.answer(problem)
    if not current_user.is_authenticated:
        return redirect(url_for("console.sign_in", next=_back() or None))
    problem.detail = "为了安全，开得太久的页面不能直接提交。请刷新页面再点一次。"
    return error_page(problem)


def _back() -> str:
    """The page of the desk from which the request came."""
    came = urlsplit(request.referrer or "")
    if came.netloc == request.host and came.path.startswith("/console/"):
        return came.path + (f"?{came.query}" if came.query else "")
    return ""


def _whole_page_to_sign_in(response: Response) -> Response:
    """A part of a page must not be replaced by the sign-in form: send the whole page there."""
    location = response.headers.get("Location", "")
    if request.headers.get("HX-Request") and "/console/sign-in" in location:
        response.status_code = HTTPStatus.OK
        response.headers["HX-Redirect"] = url_for("console.sign_in", next=_back() or None)
        del response.headers["Location"]
    return response
