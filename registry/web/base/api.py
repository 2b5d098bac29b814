"""What every part of the REST API stands on: reading, problem details, description.

flask-smorest with one answer for errors, one reader for JSON, and versions instead of
hashes as entity tags.
"""

from __future__ import annotations

import http
from collections.abc import Iterable
from typing import Any, NoReturn

import marshmallow as ma
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask import Flask, Request
from flask_smorest import Api, Blueprint
from flask_smorest.spec import prepare_response
from webargs import core
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import MultiDict

from registry.kernel.errors import Invalid
from registry.web.base.fields import (
    Choice,
    Day,
    Flag,
    Line,
    Many,
    Moment,
    Money,
    StrictSchema,
    Whole,
    problems_of,
)
from registry.web.base.forms import texts_of
from registry.web.base.json_reading import read_json

PROBLEM = "application/problem+json"
PREFIX = "/api/v1"


class Parser(FlaskParser):
    """Reads arguments strictly; whatever is wrong is Invalid, field by field."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - the library's own form
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": ma.RAISE,
        "querystring": ma.RAISE,
        "form": ma.RAISE,
        "files": ma.RAISE,
    }

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data(cache=True)
        return read_json(body) if req.is_json and body else core.missing

    def pre_load(
        self, location_data: Any, *, schema: ma.Schema, req: Any, location: str
    ) -> Any:
        """A query or form as texts; a value given twice is refused."""
        sent = getattr(location_data, "data", None)
        if location not in {"query", "querystring", "form"}:
            return location_data
        if not isinstance(sent, MultiDict):
            return location_data
        texts, problems = texts_of(schema, sent, strict=True)
        if problems:
            raise Invalid(problems=problems)
        return texts

    def handle_error(self, error: ma.ValidationError, *_: Any, **more: Any) -> NoReturn:
        """Say what is wrong without saying in which part of the request."""
        messages = error.messages_dict
        inner = next(iter(messages.values()), {}) if len(messages) == 1 else messages
        raise Invalid(problems=problems_of(ma.ValidationError(inner))) from error


class ApiBlueprint(Blueprint):  # type: ignore[misc]
    """Part of the API: one for each feature."""

    ARGUMENTS_PARSER = Parser()
    PAGINATION_HEADER_NAME = None


class FieldProblem(StrictSchema):
    """What is wrong with one field."""

    code = ma.fields.String(required=True)
    message = ma.fields.String(required=True)
    facts = ma.fields.Dict()


class Problem(StrictSchema):
    """Problem details (RFC 9457) with a stable code beside them."""

    type = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    code = ma.fields.String(required=True)
    facts = ma.fields.Dict()
    fields_ = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.Nested(FieldProblem),
        data_key="fields",
    )
    incident = ma.fields.String()


class RegistryApi(Api):  # type: ignore[misc]
    """The API; errors are answered where all errors are."""

    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        """Leave errors to registry.web.base.errors."""

    def _register_responses(self) -> None:
        for status in http.HTTPStatus:
            answer: dict[str, Any] = {"description": status.phrase}
            if status >= 400:
                answer["schema"] = Problem
            prepare_response(answer, self.spec, PROBLEM)
            self.spec.components.response(status.name, answer, lazy=True)
        default = {"description": "Problem", "schema": Problem}
        prepare_response(default, self.spec, PROBLEM)
        self.spec.components.response("DEFAULT_ERROR", default, lazy=True)


def init_api(app: Flask, blueprints: Iterable[ApiBlueprint]) -> RegistryApi:
    """Add the API's parts below ``/api/v1``; gives the API with its description."""
    app.config.update(
        API_TITLE="Asset registry",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        ETAG_DISABLED=True,
    )
    plugin = MarshmallowPlugin(schema_name_resolver=_schema_name)
    api = RegistryApi(app, spec_kwargs={"marshmallow_plugin": plugin})
    _describe_fields(api)
    for blueprint in blueprints:
        prefix = f"{PREFIX}{blueprint.url_prefix or ''}"
        api.register_blueprint(blueprint, url_prefix=prefix)
    return api


def _schema_name(schema: ma.Schema | type[ma.Schema]) -> str:
    """What a schema is called; one of which any part may be sent is a change."""
    kind = resolve_schema_cls(schema)
    name = str(getattr(kind, "__name__", kind)).removesuffix("Schema")
    return f"{name}Change" if getattr(schema, "partial", None) else name


def _describe_fields(api: RegistryApi) -> None:
    for kind in (Line, Choice, Money):
        api.register_field(kind, "string", None)
    api.register_field(Whole, "integer", None)
    api.register_field(Day, "string", "date")
    api.register_field(Moment, "string", "date-time")
    api.register_field(Flag, "boolean", None)
    api.register_field(Many, ma.fields.List)
