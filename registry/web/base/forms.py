"""Reading forms and queries through schemas: values, and words for what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError
from marshmallow.fields import List
from werkzeug.datastructures import MultiDict

from registry.kernel.errors import Invalid, Problem
from registry.web.base.fields import Texts, problems_of
from registry.words import sentence

MOST_KEPT = 20_000


@dataclass
class Form:
    """A form as it was sent: what it means, what is wrong with it, what was typed."""

    values: dict[str, Any] = field(default_factory=dict)
    """Field by field what the schema made of it; to hand to an action."""
    problems: dict[str, Problem] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    """What stands in the fields: as typed, or as the thing is now."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong so far."""
        return not self.problems

    @property
    def errors(self) -> dict[str, str]:
        """A sentence for each wrong field, for the template."""
        return {
            name: sentence(each.code, each.facts)
            for name, each in self.problems.items()
        }

    def add(self, refusal: Invalid, **names: str) -> None:
        """Put an action's refusal beside the fields it is about.

        ``names`` says which field of the form shows a field of the action.
        """
        found = refusal.problems or {"": Problem(refusal.code, refusal.facts)}
        for name, problem in found.items():
            self.problems.setdefault(names.get(name, name), problem)

    def refuse(self, name: str, code: str, /, **facts: Any) -> None:
        """Say that a field is wrong."""
        self.problems.setdefault(name, Problem(code, facts))


def blank_form(**given: Any) -> Form:
    """A form before anything was sent, with what its fields begin with."""
    return Form(given=given)


def read_form(schema: Schema | type[Schema]) -> Form:
    """The form that was posted, read by a schema; look at ``ok`` before using it."""
    return _read(schema, request.form)


def read_query(schema: Schema | type[Schema]) -> Form:
    """The filters in the address, read by a schema."""
    return _read(schema, request.args)


def read_texts(schema: Schema | type[Schema], sent: MultiDict[str, str]) -> Form:
    """The same of an address that was kept."""
    return _read(schema, sent)


def query_values(schema: Schema | type[Schema]) -> dict[str, Any]:
    """The filters in the address; Invalid if any of them cannot be."""
    form = read_query(schema)
    if not form.ok:
        raise Invalid(problems=form.problems)
    return form.values


def _read(schema: Schema | type[Schema], sent: MultiDict[str, str]) -> Form:
    loader = schema() if isinstance(schema, type) else schema
    texts, problems = texts_of(loader, sent)
    form = Form(problems=problems, given=dict(texts))
    try:
        form.values = dict(loader.load(texts, unknown=EXCLUDE))
    except ValidationError as error:
        form.problems = {**problems_of(error), **problems}
    return form


def texts_of(
    schema: Schema, sent: MultiDict[str, str], *, strict: bool = False
) -> tuple[Texts, dict[str, Problem]]:
    """What was sent for the schema's fields, and what cannot be read two ways.

    A field sent twice where one value is meant is wrong: readers would differ. Empty
    is as if it was not sent; strictly, it is empty, and unknown names are kept.
    """
    texts, problems = Texts(), {}
    known = {each.data_key or name: each for name, each in schema.load_fields.items()}
    for key in {**known, **(sent if strict else {})}:
        values = [value[:MOST_KEPT] for value in sent.getlist(key)]
        if isinstance(known.get(key), List):
            if values or not strict:
                texts[key] = [value for value in values if value or strict]
        elif len(values) > 1:
            problems[key] = Problem("bad_format")
        elif values and (strict or values[0].strip()):
            texts[key] = values[0]
    return texts, problems


__all__ = [
    "Form",
    "blank_form",
    "problems_of",
    "query_values",
    "read_form",
    "read_query",
    "read_texts",
    "texts_of",
]
