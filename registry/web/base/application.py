"""The Flask application of the registry: strict in reading, one answer a request."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, Response
from flask.json.provider import DefaultJSONProvider
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter

from registry.store.turns import in_a_hurry
from registry.web.base.bodies import EXTENSION, Bodies, WatchedBody, bodies_of
from registry.web.base.fields import BIGGEST
from registry.web.base.idempotency import answer_once
from registry.web.base.json_reading import read_json

API = "/api/"
"""Everything below this address answers in JSON, refusals included."""
_DIGITS = len(str(BIGGEST))


class StrictJson(DefaultJSONProvider):
    """JSON as the registry reads and writes it."""

    ensure_ascii = False
    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Read JSON without what its readers disagree about."""
        return read_json(s)


class RegistryRequest(Request):
    """A request whose broken JSON is a refusal with a code."""

    def on_json_loading_failed(self, e: ValueError | None) -> Any:
        """Say invalid_json instead of repeating what the parser said."""
        if e is None:
            return super().on_json_loading_failed(e)
        raise BadRequest("invalid_json") from e


class RowNumber(IntegerConverter):
    """A number in an address, as far as a database counts.

    Any greater one is taken for the last there is, which nothing has. Refused here, an
    address that knows several methods would be 405 rather than 404.
    """

    def to_python(self, value: str) -> int:
        # Python itself refuses to read a number of thousands of digits.
        return min(int(value[: _DIGITS + 1]), BIGGEST)


PATIENCE_TO_WRITE = 0.8
"""Seconds until whoever cannot even stand in line to write is told to come back."""


class Registry(Flask):
    """Flask, where one request is one transaction and is answered once."""

    json_provider_class = StrictJson
    request_class = RegistryRequest

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.extensions[EXTENSION] = Bodies()
        self.url_map.converters["int"] = RowNumber

    def wsgi_app(self, environ: Any, start_response: Any) -> Any:
        """Answer; a body is waited for only while not too many others are."""
        bodies = bodies_of(self)
        if not bodies.most:
            return super().wsgi_app(environ, start_response)
        address = str(environ.get("REMOTE_ADDR", ""))
        environ["wsgi.input"] = WatchedBody(environ["wsgi.input"], bodies, address)
        with in_a_hurry(PATIENCE_TO_WRITE):
            return super().wsgi_app(environ, start_response)

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view; of a repeated request give the answer kept from before."""

        def run() -> Response:
            return self.make_response(super(Registry, self).dispatch_request())

        return answer_once(run)
