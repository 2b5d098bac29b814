"""The one place where a refusal gets a status, and words for whoever reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, json, redirect, render_template, request, url_for
from markupsafe import escape
from marshmallow import ValidationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from registry.kernel.errors import (
    Busy,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    Missing,
    Problem,
    Refused,
    StaleVersion,
    StorageFailing,
    StorageFull,
    Throttled,
    TooLarge,
    Unauthenticated,
)
from registry.store.transaction import release
from registry.store.trouble import passing
from registry.web.base.crowding import Crowded
from registry.web.base.forms import problems_of
from registry.web.base.json_reading import InvalidJson
from registry.web.base.keeping import note_unsaved
from registry.web.base.logs import log, request_id
from registry.web.base.redirects import here, page_before
from registry.web.base.sessions import Caller, is_unattended
from registry.words import N_, _, current_language, sentence

STATUSES: dict[type[Refused], int] = {
    InvalidJson: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    Missing: 404,
    StaleVersion: 409,
    Conflict: 409,
    Gone: 410,
    TooLarge: 413,
    Invalid: 422,
    Throttled: 429,
    Busy: 503,
}
"""The status of each kind of refusal; the nearest class in this table decides."""

HTTP_CODES = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "missing",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "busy",
    409: "conflict",
    410: "gone",
    412: "stale_version",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    428: "precondition_required",
    429: "throttled",
    500: "internal",
    503: "unavailable",
}
"""What we call the statuses that libraries answer with."""

CODES_OF_400 = {"invalid_json", "untrusted_host"}
RETRY_AFTER_BUSY = 3


@dataclass(frozen=True, slots=True)
class Trouble:
    """A refusal or failure as it is answered: in one shape for page and API."""

    status: int
    code: str
    facts: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What happened and what to do, in the reader's language."""
        return sentence(self.code, self.facts)

    @property
    def incident(self) -> str | None:
        """The number under which the log tells more, for failures."""
        return self.facts.get("incident")


def status_of(refusal: Refused) -> int:
    """The status of a refusal; 412 for a stale version the caller named by header."""
    if isinstance(refusal, StaleVersion) and "If-Match" in request.headers:
        return 412
    found = (STATUSES[kind] for kind in type(refusal).__mro__ if kind in STATUSES)
    return next(found, 409)


def trouble_of(error: Exception) -> Trouble:
    """What is answered to an error; everything not expected is an incident."""
    if isinstance(error, Refused):
        return _of_refusal(error)
    if isinstance(error, ValidationError):
        return _of_refusal(Invalid(problems=problems_of(error)))
    if isinstance(error, RequestEntityTooLarge):
        return _of_refusal(TooLarge(most_bytes=request.max_content_length))
    if isinstance(error, HTTPException) and (error.code or 500) < 500:
        return _of_http(error)
    if (refusal := passing(error)) is not None:
        log.error("storage_refused", exc_info=error)
        note_unsaved(refusal)
        return _of_refusal(refusal)
    return _incident(error)


def _of_refusal(refusal: Refused) -> Trouble:
    headers = {}
    if isinstance(refusal, Throttled | Busy):
        seconds = refusal.facts.get("retry_after", RETRY_AFTER_BUSY)
        headers["Retry-After"] = str(seconds)
    if isinstance(refusal, Unauthenticated) and is_api():
        headers["WWW-Authenticate"] = "Bearer"
    problems = refusal.problems if isinstance(refusal, Invalid) else {}
    facts = refusal.facts
    return Trouble(status_of(refusal), refusal.code, facts, problems, headers)


def _of_http(error: HTTPException) -> Trouble:
    status = error.code or 500
    code = HTTP_CODES.get(status, "refused")
    if status == 400 and error.description in CODES_OF_400:
        code = str(error.description)
    given = error.get_response().headers
    kept = ("Allow", "Retry-After", "WWW-Authenticate", "Content-Range")
    headers = {name: given[name] for name in kept if name in given}
    return Trouble(status, code, headers=headers)


def _incident(error: Exception) -> Trouble:
    """A failure of ours: only the number under which it is logged goes out."""
    return Trouble(500, "internal", {"incident": request_id()[:8]})


def is_api() -> bool:
    """Whether the request came to the API, whose answers are JSON."""
    return request.path.startswith("/api/") and request.path != "/api/docs"


def answer_to(error: Exception) -> BaseResponse:
    """The answer to whatever went wrong, for pages and API alike."""
    if isinstance(error, OSError | DBAPIError) and passing(error) is None:
        raise error  # a mistake of ours, to be logged with all that led to it
    trouble = trouble_of(error)
    _let_go(trouble)
    if trouble.status in {403, 429}:
        log.info("refused", code=trouble.code, status=trouble.status)
    if is_api():
        return _problem(trouble)
    if is_unattended():
        return _bare(trouble)
    if trouble.status == 401 and request.method in {"GET", "HEAD"}:
        return redirect(url_for("account.sign_in", next=here()), 303)
    return _page(trouble)


def _bare(trouble: Trouble) -> Response:
    """For a page that asks by itself: the status says it all."""
    return Response(status=trouble.status, headers=trouble.headers)


def _problem(trouble: Trouble) -> Response:
    """Problem details as RFC 9457 has them, with our code and fields beside."""
    body: dict[str, Any] = {
        "type": f"urn:registry:problem:{trouble.code}",
        "title": _phrase(trouble.status),
        "status": trouble.status,
        "detail": trouble.words,
        "code": trouble.code,
    }
    if trouble.problems:
        body["fields"] = {
            name: {
                "code": each.code,
                "message": sentence(each.code, each.facts),
                "facts": _plain(each.facts),
            }
            for name, each in trouble.problems.items()
        }
    if trouble.facts:
        body["facts"] = _plain(trouble.facts)
    if trouble.incident:
        body["incident"] = trouble.incident
    answer = Response(json.dumps(body), trouble.status, trouble.headers)
    answer.content_type = "application/problem+json; charset=utf-8"
    return answer


def _let_go(trouble: Trouble) -> None:
    """Leave a broken read behind; ask nobody anything when the database is away."""
    try:
        release()
    except SQLAlchemyError as error:
        log.warning("session_not_released", exc_info=error)
    if trouble.status >= 500:
        g.setdefault("caller", Caller(None, None))


def _plain(facts: Any) -> dict[str, Any]:
    """Facts as JSON values; what is none of them as its text."""
    kinds = (str, int, float, bool, type(None), list)
    return {
        name: value if isinstance(value, kinds) else str(value)
        for name, value in facts.items()
    }


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase


TITLES = {
    400: N_("看不懂这个请求"),
    401: N_("请先登录"),
    403: N_("没有权限"),
    404: N_("没有找到"),
    405: N_("这里不能这样操作"),
    409: N_("情况有变"),
    410: N_("已经不用了"),
    413: N_("内容太大"),
    415: N_("这种文件不能用"),
    422: N_("有内容要改正"),
    429: N_("请稍等一会儿"),
    503: N_("系统正忙"),
}
TITLES_OF_CODES = {
    "code_mistyped": N_("这个码不对"),
    StorageFull.code: N_("暂时不能保存"),
    StorageFailing.code: N_("暂时不能保存"),
}
OTHER_TITLE = N_("出了差错")


def title_of(status: int, code: str = "") -> str:
    """The heading of the page that tells of a trouble."""
    return _(TITLES_OF_CODES.get(code) or TITLES.get(status, OTHER_TITLE))


def _page(trouble: Trouble) -> Response:
    values = {
        "title": title_of(trouble.status, trouble.code),
        "sentence": trouble.words,
        "status": trouble.status,
        "incident": trouble.incident,
        "problems": {
            name: sentence(each.code, each.facts)
            for name, each in trouble.problems.items()
        },
        "steps": _steps(trouble),
        "is_typed": _is_typed(),
        "position": None,  # there is nothing to follow: asked again it is the same
    }
    try:
        body = render_template("error.html", **values)
    except Exception as error:  # whatever it is, the trouble itself must be told
        log.warning("error_page_failed", exc_info=error)
        body = _bare_page(trouble)
    answer = Response(body, trouble.status, trouble.headers, content_type=HTML)
    if trouble.code == Crowded.code and request.method == "GET":
        answer.headers["Refresh"] = trouble.headers["Retry-After"]
    return answer


HTML = "text/html; charset=utf-8"


NOT_TYPED = {"csrf_token", "do", "next", "once", "version"}
"""What a form sends that nobody has filled in."""


def _is_typed() -> bool:
    """Whether what was sent may have been filled in: no look, and no bare press."""
    if request.method in {"GET", "HEAD"}:
        return False
    if "form" not in request.__dict__:  # refused before it was read
        return True
    given = request.form.items(multi=True)
    return bool(request.files) or any(
        value.strip() for name, value in given if name not in NOT_TYPED
    )


MISREAD = {"code_mistyped", "code_unknown", "code_retired"}
"""Codes that lead nowhere: whoever has signed in may read another one."""


def _steps(trouble: Trouble) -> list[tuple[str, str]]:
    if trouble.status == 401:
        return [(_("登录"), url_for("account.sign_in", next=page_before()))]
    if trouble.code in MISREAD and getattr(g.get("caller"), "visit", None):
        return [(_("再扫一个码"), url_for("scan.index"))]
    return []


def _bare_page(trouble: Trouble) -> str:
    """A page that needs neither templates nor a database."""
    title = escape(title_of(trouble.status, trouble.code))
    words = escape(trouble.words)
    language = escape(current_language())
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><h1>{title}</h1><p>{words}</p></html>"
    )


def init_errors(app: Flask) -> None:
    """Answer every refusal and failure of an application from here."""
    kinds = (Refused, ValidationError, HTTPException, DBAPIError, PoolTimeout, OSError)
    for kind in kinds:
        app.register_error_handler(kind, answer_to)
