"""OpenRosa over HTTP: list of forms, forms, their files, and submissions (docs/protocol.md)."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import HTTPException

from server import clock, jobs
from server.accounts.rights import SIGNED_IN, current_actor, needs
from server.attachments import part
from server.config import current
from server.database import reading, transaction
from server.openrosa import documents, lists, offered, parts
from server.openrosa.documents import ListedFile, ListedForm, md5
from server.openrosa.take_in import TakenIn, take_in
from server.problems import FormVersionUnknown, NotFound, Problem, RequestInvalid, from_http
from server.security import LARGEST_BODY, csrf

MOST_ASKED = 2_000

blueprint = Blueprint("openrosa", __name__, url_prefix="/openrosa")
csrf.exempt(blueprint)


@blueprint.after_request
def say_version(response: Response) -> Response:
    """What every answer of OpenRosa carries; `Date` comes from the web server."""
    response.headers["X-OpenRosa-Version"] = "1.0"
    response.headers["X-OpenRosa-Accept-Content-Length"] = str(LARGEST_BODY)
    response.headers["Content-Language"] = "zh"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.teardown_request
def close_files(_: BaseException | None) -> None:
    """Large pictures lie in temporary files while a request lasts."""
    request.close()


@blueprint.errorhandler(Problem)
def refuse(problem: Problem) -> Response:
    """A refusal in the words of OpenRosa."""
    response = _xml(documents.response(problem.detail, "submit_failure"), int(problem.status))
    if problem.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Basic realm="Yihu", charset="UTF-8"'
    if retry_after := problem.extra.get("retry_after"):
        response.headers["Retry-After"] = str(retry_after)
    return response


@blueprint.errorhandler(HTTPException)
def refuse_http(error: HTTPException) -> Response:
    """What the web framework refuses."""
    return refuse(from_http(error))


@blueprint.get("/formList")
@needs("sync")
def form_list() -> Response:
    """The forms in force that such a client can run and the caller records with."""
    asked = request.args.get("formID")
    mine = current_actor().forms
    with reading() as session:
        found = offered.in_force(session, clock.today())
    return _xml(
        documents.form_list(
            ListedForm(
                form_id=form.form_id,
                version=form.version,
                title=form.title,
                hash=md5(form.variant.xform.encode()),
                url=_url("form", form_id=form.form_id, version=form.version),
                manifest_url=_url("manifest", form_id=form.form_id, version=form.version)
                if form.variant.lists
                else None,
            )
            for form in found
            if asked in (None, form.form_id) and (mine is None or form.form_id in mine)
        )
    )


@blueprint.get("/forms/<form_id>/<version>.xml")
@needs("sync")
def form(form_id: str, version: str) -> Response:
    """One form version, as such a client can run it."""
    return _xml(_offered(form_id, version).variant.xform.encode())


@blueprint.get("/formManifest/<form_id>/<version>")
@needs("sync")
def manifest(form_id: str, version: str) -> Response:
    """The lists that a form looks things up in, as the caller may see them."""
    files = []
    for name in _offered(form_id, version).variant.lists:
        content = lists.list_of(current_actor(), name)
        if content is None:
            raise NotFound
        is_entities = name in lists.ENTITY_LISTS
        files.append(
            ListedFile(
                name=f"{name}.csv",
                hash=md5(content),
                url=_url("list_file", name=name),
                integrity_url=_url("integrity", name=name) if is_entities else None,
            )
        )
    return _xml(documents.manifest(files))


@blueprint.get("/lists/<name>.csv")
@needs("sync")
def list_file(name: str) -> Response:
    """One list."""
    content = lists.list_of(current_actor(), name)
    if content is None:
        raise NotFound
    return Response(content, content_type="text/csv; charset=utf-8")


@blueprint.get("/lists/<name>/integrity")
@needs("sync")
def integrity(name: str) -> Response:
    """Whether entities that a client holds and no longer finds in its list are gone."""
    asked = [one for one in request.args.get("id", "").split(",") if one]
    if name not in lists.ENTITY_LISTS or not asked:
        raise NotFound
    if len(asked) > MOST_ASKED:
        raise RequestInvalid(errors={"id": [f"at most {MOST_ASKED}"]})
    with reading() as session:
        return _xml(documents.integrity(lists.gone(session, current_actor(), name, asked)))


@blueprint.route("/submission", methods=["HEAD"], provide_automatic_options=False)
@needs(SIGNED_IN)
def before_submission() -> Response:
    """Where to send, and how much at once; clients ask before they send pictures."""
    response = Response(status=HTTPStatus.NO_CONTENT)
    response.headers["Location"] = _url("submission")
    return response


@blueprint.post("/submission")
@needs(SIGNED_IN)
def submission() -> Response:
    """A filled form with files of it; the rest of the files may come in later requests."""
    part.check_room(current().instance, request.content_length or 0)
    now = clock.now()
    filled = parts.filled_form(request.files.get(parts.XML_PART), request.form.get(parts.XML_PART))
    others = [f for key, f in request.files.items(multi=True) if key != parts.XML_PART]
    files = parts.keep_files(others, filled, now)
    sent_at = parts.sent_at(request.headers.get("Date", ""))
    with transaction() as session:
        taken = take_in(session, filled, files, current_actor(), now, sent_at)
    if taken.job:
        jobs.wake(taken.job)
    if taken.outcome.fate == "retry":
        return _xml(
            documents.response(taken.outcome.detail or "", "submit_failure"),
            HTTPStatus.SERVICE_UNAVAILABLE,
        )
    response = _xml(
        documents.response(_said(taken, files.refused), "submit_success"), _status(taken)
    )
    response.headers["Location"] = _url("submission")
    return response


def _status(taken: TakenIn) -> HTTPStatus:
    """201 when all of it is here and merged; 202 when it is safe but not all there is to it."""
    whole = taken.outcome.fate in {"stored", "already_stored"} and not taken.missing
    return HTTPStatus.CREATED if whole else HTTPStatus.ACCEPTED


def _said(taken: TakenIn, refused: tuple[str, ...]) -> str:
    said = "已收到。"
    if taken.outcome.detail:
        said = taken.outcome.detail
    elif taken.outcome.fate == "already_stored":
        said = "以前已经收到过。"
    if refused:
        said += f"这些照片打不开或太大，没有存下：{'、'.join(refused)}。"
    waiting = [name for name in taken.missing if name not in refused]
    return said + (f"还有 {len(waiting)} 张照片没到。" if waiting else "")


def _offered(form_id: str, version: str) -> offered.Offered:
    with reading() as session:
        found = offered.version_of(session, form_id, version)
    if found is None:
        raise FormVersionUnknown
    return found


def _url(endpoint: str, **values: str) -> str:
    return url_for(f"openrosa.{endpoint}", _external=True, **values)


def _xml(content: bytes, status: int = HTTPStatus.OK) -> Response:
    return Response(content, status=int(status), content_type="text/xml; charset=utf-8")
