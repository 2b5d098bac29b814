"""Repeating is harmless: one key, one effect, one answer, for thirty days.

The API sends ``Idempotency-Key``, page forms a hidden ``once``. The answer is kept in
the transaction that makes the change; a writing request is one transaction.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Response, flash, request
from flask import session as cookie
from sqlalchemy.orm import Session

from registry.kernel.canonical import sha256_hex
from registry.kernel.clock import now
from registry.kernel.errors import Conflict, Invalid, TooLarge
from registry.store.db import session as current_session
from registry.store.transaction import joined, transaction
from registry.store.upserting import insert
from registry.web.base.models import KeptAnswer
from registry.web.base.routes import access_asked
from registry.web.base.sessions import caller

HEADER = "Idempotency-Key"
FIELD = "once"
KEPT_FOR = timedelta(days=30)
MOST_BODY = 4_000_000

_SAFE = {"GET", "HEAD", "OPTIONS"}
_KEY = re.compile(r"[\x21-\x7e]{8,200}")
_KEPT_HEADERS = ("Content-Type", "Location", "ETag")
_NOT_CONTENT = {"csrf_token", FIELD}


class IdempotencyMismatch(Conflict):
    """The key was used before, for something else."""

    code = "idempotency_mismatch"


class AnsweredAlready(Conflict):
    """It was done, and told a secret that is not told twice."""

    code = "answered_already"


class _AnsweredMeanwhile(Exception):
    """Another request with the same key was quicker; its answer is kept by now."""


class _NotDone(Exception):
    """The view answered with a refusal; what it wrote is taken back."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer
        super().__init__(answer.status_code)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A key of a caller, and what it was sent with."""

    institution_id: int
    caller: str
    key_hash: str
    request_hash: str


def answer_once(run: Callable[[], Response]) -> Response:
    """The view's answer, or the one kept of the same request made before."""
    if request.method in _SAFE or request.routing_exception is not None:
        return run()
    asked = _asked()
    if asked is None:
        return _joined(run, lambda session: None) if _is_api() else run()
    return _kept(asked) or _answer_and_keep(asked, run)


def _is_api() -> bool:
    return request.path.startswith("/api/")


def _joined(run: Callable[[], Response], begun: Callable[[Session], None]) -> Response:
    try:
        with joined(begun):
            answer = run()
            if answer.status_code >= 400:
                raise _NotDone(answer)
            return answer
    except _NotDone as refused:
        return refused.answer


def _answer_and_keep(asked: _Asked, run: Callable[[], Response]) -> Response:
    try:
        with joined(lambda session: _claim(session, asked)) as has_begun:
            answer = run()
            if answer.status_code >= 400:
                raise _NotDone(answer)
            if has_begun():
                _keep(asked, answer)
            return answer
    except _NotDone as refused:
        return refused.answer
    except _AnsweredMeanwhile:
        return _kept(asked) or _answer_and_keep(asked, run)


def _asked() -> _Asked | None:
    """What is asked to be done once, if the request names a key and a house."""
    key = _key()
    house = caller().house
    if not key or house is None:
        return None
    content = _content_hash()
    if not _is_api():
        key = f"{key}:{content}"
    return _Asked(
        institution_id=house.id,
        caller=caller().key,
        key_hash=sha256_hex(key),
        request_hash=sha256_hex(f"{request.method} {request.full_path} {content}"),
    )


def _key() -> str:
    if not _is_api():
        return request.form.get(FIELD, "")[:200]
    given = request.headers.getlist(HEADER)
    if not given:
        return ""
    if len(given) > 1 or not _KEY.fullmatch(given[0]):
        raise Invalid.field(HEADER, "bad_format")
    return given[0]


def _content_hash() -> str:
    """A hash of what was sent, the form's own keys apart."""
    if not request.mimetype.startswith(("multipart/", "application/x-www-form")):
        return hashlib.sha256(request.get_data(cache=True)).hexdigest()
    digest = hashlib.sha256()
    for name, value in request.form.items(multi=True):
        if name not in _NOT_CONTENT:
            digest.update(f"{name}\0{value}\0".encode(errors="replace"))
    for name, file in request.files.items(multi=True):
        stream: Any = file.stream
        inner = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        digest.update(f"{name}\0{file.filename}\0{inner}\0".encode(errors="replace"))
    return digest.hexdigest()


def _find(asked: _Asked) -> KeptAnswer | None:
    return current_session().scalar(
        sa.select(KeptAnswer).where(
            KeptAnswer.institution_id == asked.institution_id,
            KeptAnswer.caller == asked.caller,
            KeptAnswer.key_hash == asked.key_hash,
        )
    )


def _kept(asked: _Asked) -> Response | None:
    """The answer kept for a key; IdempotencyMismatch if it was to something else."""
    found = _find(asked)
    if found is None:
        return None
    if found.request_hash != asked.request_hash:
        raise IdempotencyMismatch
    if found.body is None:
        raise AnsweredAlready
    for category, message in found.flashes or []:
        flash(message, category)
    answer = Response(found.body, status=found.status)
    for name, value in (found.headers or {}).items():
        answer.headers[name] = value
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _claim(session: Session, asked: _Asked) -> None:
    """Take the key; whoever comes second waits here, and then does nothing."""
    made = session.scalar(
        insert(KeptAnswer)
        .values(
            institution_id=asked.institution_id,
            caller=asked.caller,
            key_hash=asked.key_hash,
            request_hash=asked.request_hash,
            created_at=now(),
        )
        .on_conflict_do_nothing()
        .returning(KeptAnswer.id)
    )
    if made is None:
        raise _AnsweredMeanwhile


def _keep(asked: _Asked, answer: Response) -> None:
    answer.direct_passthrough = False
    body = answer.get_data()
    if len(body) > MOST_BODY:
        raise TooLarge(most_bytes=MOST_BODY)
    session = current_session()
    session.execute(
        sa.update(KeptAnswer)
        .where(
            KeptAnswer.institution_id == asked.institution_id,
            KeptAnswer.caller == asked.caller,
            KeptAnswer.key_hash == asked.key_hash,
        )
        .values(
            status=answer.status_code,
            headers={
                name: answer.headers[name]
                for name in _KEPT_HEADERS
                if name in answer.headers
            },
            flashes=[list(each) for each in cookie.get("_flashes", [])],
            body=None if _is_secret() else body,
        )
    )


def _is_secret() -> bool:
    access = access_asked()
    return access is not None and access.secret


def forget_old_answers() -> int:
    """Drop answers older than thirty days."""
    with transaction() as session:
        gone = session.execute(
            sa.delete(KeptAnswer).where(KeptAnswer.created_at < now() - KEPT_FOR)
        )
        return int(getattr(gone, "rowcount", 0))
