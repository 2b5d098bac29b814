"""What is never written to a log: secrets, whatever a person has typed, new lines."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any

from flask import has_request_context, request
from sqlalchemy.exc import StatementError
from werkzeug.exceptions import HTTPException

from registry.kernel.errors import Refused

Event = MutableMapping[str, Any]
SECRET = re.compile(
    r"password|passwd|secret|token|cookie|session|authorization|credential|csrf|salt"
    r"|api.?key|webhook",
    re.IGNORECASE,
)
"""Names whose values are never written, wherever they appear."""
HIDDEN = "[hidden]"
MOST_FRAMES = 40
CONTROLS = {
    number: f"\\x{number:02x}" for number in (*range(32), *range(127, 160), 0x2028)
}
"""What could begin a line of its own, and how it is written instead."""


def hide_secrets(logger: Any, method: str, event: Event) -> Event:
    """Replace the value of every key that names a secret, and control characters."""
    for name in list(event):
        event[name] = _without_secrets(name, event[name])
    return event


def _without_secrets(name: str, value: Any) -> Any:
    if SECRET.search(name):
        return HIDDEN
    if isinstance(value, Mapping):
        return {key: _without_secrets(str(key), each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets(name, each) for each in value]
    return value.translate(CONTROLS) if isinstance(value, str) else value


def tell_exception(logger: Any, method: str, event: Event) -> Event:
    """Turn ``exc_info`` into the exception's story, told without the user's values."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exception"] = exception_story(error)
    return event


def exception_story(error: BaseException) -> list[str]:
    """What was raised and where, newest last, with no value a person has sent.

    Statements lose their parameters and the database's detail line, which quotes rows;
    messages lose what this request has sent under a secret's name.
    """
    told: list[str] = []
    for each in _chain(error):
        frames = traceback.extract_tb(each.__traceback__)[-MOST_FRAMES:]
        told += [f"{f.filename}:{f.lineno} {f.name}" for f in frames]
        told.append(f"{type(each).__qualname__}: {_message_of(each)}")
    return told


def _chain(error: BaseException) -> list[BaseException]:
    """The exception and what led to it, the first cause first."""
    chain: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in chain:
        chain.append(following)
        hidden = following.__suppress_context__
        following = following.__cause__ or (None if hidden else following.__context__)
    return chain[::-1]


def _message_of(error: BaseException) -> str:
    if isinstance(error, StatementError):
        return _masked(f"{_first_line(str(error.orig))} [{error.statement}]")
    return _masked(_first_line(str(error)))


def _first_line(text: str) -> str:
    return text.partition("\n")[0][:500]


def _masked(text: str) -> str:
    for value in sorted(_secrets_of_request(), key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    return text


def _secrets_of_request() -> set[str]:
    """Every value of the current request that must not be quoted."""
    if not has_request_context():
        return set()
    hidden = {value for name, value in _sent_by_request() if SECRET.search(name)}
    hidden |= set(request.cookies.values())
    hidden.add(request.headers.get("Authorization", "").partition(" ")[2])
    return {value for value in hidden if len(value) > 2}


def _sent_by_request() -> list[tuple[str, str]]:
    """Names and values of the query and the body, as far as they have been read.

    Nothing is in a message that nobody has read yet; and to read it now could take long
    or be refused, which would hide the error that is to be told.
    """
    sent = [*request.args.items(multi=True)]
    if not getattr(request.environ["wsgi.input"], "is_begun", True):
        return sent
    try:
        sent += request.form.items(multi=True)
        body = request.get_json(silent=True) if request.is_json else None
    except (HTTPException, Refused):
        return sent
    if isinstance(body, dict):
        sent += [(str(name), str(value)) for name, value in body.items()]
    return sent
