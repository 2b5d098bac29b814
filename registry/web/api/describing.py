"""The OpenAPI description made whole: who may, what may go wrong, headers, examples.

What the routes declare is told, not told again by hand: permissions, limits, versions
and secrets come from the very marks by which the server decides.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from apispec import APISpec
from flask import Flask

from registry.web.api.examples import example_of
from registry.web.api.versioned import NEEDS_VERSION
from registry.web.base.errors import HTTP_CODES
from registry.web.base.routes import Access, declared_routes

Operation = dict[str, Any]
WRITING = {"post", "put", "patch", "delete"}
PROBLEM = "application/problem+json"

IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "Makes repeating harmless: the same key with the same request gets "
    "the first answer again, for thirty days, with `Idempotency-Replayed: true`.",
    "schema": {"type": "string", "pattern": "^[!-~]{8,200}$"},
    "example": "3f0c2b9e-move-projector",
}
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "description": "The version a change is meant for, as `ETag` told it. A stale one "
    "is 412, and nothing is changed.",
    "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,17}"$'},
    "example": '"3"',
}
LANGUAGE = {
    "in": "header",
    "name": "Accept-Language",
    "required": False,
    "description": "The language of words in the answer: `zh-CN` or `en`.",
    "schema": {"type": "string"},
    "example": "en",
}
ETAG = {
    "description": "The version of what is answered, for `If-Match`.",
    "schema": {"type": "string"},
    "example": '"4"',
}
ABOUT = (
    "The registry's ledger for programmes. Whatever a person can do on a page a "
    "programme can do here, by the same actions and the same permissions.\n\n"
    "Errors are problem details (RFC 9457) with a stable `code`; lists that are long "
    "come in pages with `next_cursor`; writing takes an `Idempotency-Key`, and changes "
    "to what others may have changed take `If-Match`. Amounts are text in the ledger's "
    "currency (`4500.00`), moments are UTC."
)


def described(app: Flask, spec: APISpec) -> dict[str, Any]:
    """The whole description of an application's API, as JSON values."""
    document: dict[str, Any] = spec.to_dict()
    document["info"]["description"] = ABOUT
    document["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    document["servers"] = [{"url": "/"}]
    document["security"] = [{"bearer": []}]
    parts = document.setdefault("components", {})
    parts["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    parts["responses"] = {f"Problem{status}": _problem(status) for status in HTTP_CODES}
    parts["parameters"] = {
        "IdempotencyKey": IDEMPOTENCY_KEY,
        "AcceptLanguage": LANGUAGE,
    }
    for route in declared_routes(app):
        path = _path(route.rule)
        found = document["paths"].get(path, {}).get(route.method.lower())
        if found is not None:
            view = app.view_functions[route.endpoint]
            needs = getattr(view, NEEDS_VERSION, None)
            _complete(document, found, route.method.lower(), path, route.access, needs)
            found["operationId"] = route.endpoint.removeprefix("api_").replace(".", "_")
    for tag in document.get("tags", []):
        tag["name"] = tag["name"].removeprefix("api_")
    return document


def _path(rule: str) -> str:
    """An address as OpenAPI writes it: ``/assets/{asset_id}``."""
    for kind in ("int:", "path:", "string:"):
        rule = rule.replace(f"<{kind}", "<")
    return rule.replace("<", "{").replace(">", "}")


def _complete(
    document: dict[str, Any],
    operation: Operation,
    method: str,
    path: str,
    access: Access,
    needs_version: bool | None,
) -> None:
    operation["tags"] = [each.removeprefix("api_") for each in operation["tags"]]
    said = [operation.get("description", ""), *_rules(access, method, needs_version)]
    operation["description"] = "\n\n".join(filter(None, said))
    if access.public:
        operation["security"] = [{}, {"bearer": []}]
    _add_headers(operation, method, needs_version)
    _add_problems(operation, method, path, access, needs_version)
    _add_examples(document, operation)


def _rules(access: Access, method: str, needs_version: bool | None) -> list[str]:
    """In words what the marks on the route say."""
    if access.public:
        who = f"Open to anyone: {access.public}."
    elif access.permission is not None:
        who = f"Needs the permission `{access.permission}` for what it is about."
        if access.permission.feature == "auth":
            who += " Not with a token: only in a session begun by signing in."
    else:
        who = "For anyone who has signed in; answers with what they may see."
    said = [who]
    if access.limit is not None:
        limit = access.limit
        said.append(f"At most {limit.most} times in {limit.seconds} seconds.")
    if access.secret:
        said.append("The answer holds a secret; a repeat is 409 `answered_already`.")
    if needs_version:
        said.append("Needs `If-Match`.")
    return said


def _add_headers(operation: Operation, method: str, needs_version: bool | None) -> None:
    parameters = operation.setdefault("parameters", [])
    parameters.append({"$ref": "#/components/parameters/AcceptLanguage"})
    if method in WRITING:
        parameters.append({"$ref": "#/components/parameters/IdempotencyKey"})
    if needs_version is not None:
        parameters.append(IF_MATCH | {"required": needs_version})


def _add_problems(
    operation: Operation,
    method: str,
    path: str,
    access: Access,
    needs_version: bool | None,
) -> None:
    """The statuses that can come, each as a problem."""
    answers = operation["responses"]
    body = operation.get("requestBody", {}).get("content", {})
    writes = method in WRITING
    reads = bool(body) or len(operation["parameters"]) > 1
    wanted = {
        400: True,
        401: True,
        403: True,
        404: "{" in path or reads,
        409: writes,
        410: "{code}" in path or path.endswith("/scan"),
        412: needs_version is not None,
        413: bool(body),
        415: bool(body),
        422: True,
        428: bool(needs_version),
        429: access.limit is not None or path.endswith("/password"),
        503: True,
    }
    for status, can in wanted.items():
        answers.pop(str(status), None)
        if can:
            answers[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    answers.pop("default", None)
    operation["responses"] = dict(sorted(answers.items()))


def _problem(status: int) -> dict[str, Any]:
    """The answer to what went wrong, with an example."""
    code = HTTP_CODES[status]
    phrase = HTTPStatus(status).phrase
    example: dict[str, Any] = {
        "type": f"urn:registry:problem:{code}",
        "title": phrase,
        "status": status,
        "detail": phrase,
        "code": code,
    }
    if status == 422:
        wrong = {"code": "required", "message": "This is required.", "facts": {}}
        example["fields"] = {"name": wrong}
    schema = {"$ref": "#/components/schemas/Problem"}
    content = {PROBLEM: {"schema": schema, "example": example}}
    return {"description": phrase, "content": content}


def _add_examples(document: dict[str, Any], operation: Operation) -> None:
    schemas = document["components"]["schemas"]
    for parameter in operation["parameters"]:
        if "schema" in parameter and "example" not in parameter:
            name = parameter["name"]
            parameter["example"] = example_of(parameter["schema"], schemas, name)
    bodies = [operation.get("requestBody", {})]
    bodies += [a for s, a in operation["responses"].items() if s.startswith("2")]
    for body in bodies:
        for kind, content in body.get("content", {}).items():
            if kind == "application/json" and "example" not in content:
                content["example"] = example_of(content["schema"], schemas)
    _add_etags(operation, schemas)


def _add_etags(operation: Operation, schemas: dict[str, Any]) -> None:
    """Whatever has a version tells it in a header too."""
    for status, answer in operation["responses"].items():
        if not status.startswith("2") or "content" not in answer:
            continue
        schema = answer["content"].get("application/json", {}).get("schema", {})
        name = schema.get("$ref", "").rpartition("/")[2]
        if "version" in schemas.get(name, {}).get("properties", {}):
            answer.setdefault("headers", {})["ETag"] = ETAG
