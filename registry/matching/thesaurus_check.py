"""Whether files of the thesaurus are as ``docs/thesaurus.md`` says."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from registry.matching.concepts import (
    BETWEEN,
    COLUMNS,
    OPTIONAL_COLUMNS,
    UNSURE,
    Concept,
    Role,
    concept_of,
    plain,
)

_SEVERAL = (
    "also",
    "also_english",
    "goes_with",
    "classes",
    "purposes",
    "instead",
)
_CLASS_CODE = re.compile(r"\d{2,7}")
_CHINESE = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True)
class Finding:
    """Something wrong with a line: what, by code, and the values that tell it."""

    file: str
    line: int
    code: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = " ".join(self.values)
        return f"{self.file}:{self.line}: {self.code} {told}".rstrip()


@dataclass(frozen=True)
class _Line:
    file: str
    line: int
    concept: Concept

    def finding(self, code: str, *values: str) -> Finding:
        return Finding(self.file, self.line, code, values)


def check_thesaurus(texts: Mapping[str, bytes]) -> list[Finding]:
    """All that is wrong with these files, given by name and content, in their order."""
    findings: list[Finding] = []
    lines: list[_Line] = []
    for name, content in texts.items():
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            findings.append(Finding(name, 1, "not_utf8"))
            continue
        findings += _read(name, text, lines)
    by_name: dict[str, _Line] = {}
    for line in lines:
        if line.concept.name in by_name:
            findings.append(line.finding("name_twice", line.concept.name))
        by_name.setdefault(line.concept.name, line)
    for line in lines:
        findings += _check_relations(line, by_name)
    findings += _check_words(lines)
    return sorted(findings, key=lambda each: (each.file, each.line, each.code))


def _read(name: str, text: str, lines: list[_Line]) -> Iterator[Finding]:
    """Add a file's concepts to ``lines``; what is wrong with single cells."""
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = tuple(next(reader, ()))
        if header not in (COLUMNS, COLUMNS + OPTIONAL_COLUMNS):
            yield Finding(name, 1, "header", header)
            return
        for cells in reader:
            if len(cells) != len(header):
                yield Finding(name, reader.line_num, "cells", (str(len(cells)),))
                continue
            row = dict(zip(header, cells, strict=True))
            for code, value in _check_cells(row):
                yield Finding(name, reader.line_num, code, (row["name"], value))
            lines.append(_Line(name, reader.line_num, concept_of(row)))
    except csv.Error as error:
        yield Finding(name, reader.line_num, "not_csv", (str(error),))


def _check_cells(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for column, cell in row.items():
        values = cell.split(BETWEEN) if column in _SEVERAL and cell else [cell]
        for value in values:
            if value != value.strip() or "\n" in value:
                yield "blanks_around", value
            if not value and len(values) > 1:
                yield "empty_value", column
        if len({plain(each) for each in values if each}) < len(
            list(filter(None, values))
        ) and (column in ("also", "also_english")):
            yield "value_twice", cell
        if column not in _SEVERAL and BETWEEN in cell:
            yield "one_value_only", cell
    if not plain(row["name"]) or row["name"].endswith(UNSURE):
        yield "name_says_nothing", row["name"]
    if not plain(row["english"]) or row["english"].endswith(UNSURE):
        yield "english_missing", row["english"]
    if _CHINESE.search(row["english"] + row["also_english"]):
        yield "english_not_english", row["english"]
    if row["role"] not in set(Role):
        yield "role_unknown", row["role"]
    for value in filter(None, row["classes"].split(BETWEEN)):
        if not _CLASS_CODE.fullmatch(value) and not _CHINESE.search(value):
            yield "class_unknown", value
    for value in filter(None, row["also"].split(BETWEEN)):
        if len(plain(value)) < 2:
            yield "alias_of_one_character", value


def _check_relations(line: _Line, by_name: Mapping[str, _Line]) -> Iterator[Finding]:
    concept = line.concept
    for column, names in (
        ("broader", (concept.broader,) if concept.broader else ()),
        ("goes_with", concept.goes_with),
        ("instead", concept.instead),
    ):
        for name in names:
            if name == concept.name:
                yield line.finding("names_itself", concept.name, column)
            elif name not in by_name:
                yield line.finding("no_such_concept", concept.name, column, name)
        for name, count in Counter(names).items():
            if count > 1:
                yield line.finding("value_twice", concept.name, name)
    above = _above(concept.name, by_name)
    if concept.name in above:
        yield line.finding("circle", *above)
        return
    yield from _check_roles(line, above, by_name)


def _check_roles(
    line: _Line, above: list[str], by_name: Mapping[str, _Line]
) -> Iterator[Finding]:
    concept = line.concept
    broader = by_name.get(concept.broader)
    if broader and broader.concept.role not in (concept.role, Role.GROUP):
        yield line.finding("role_of_broader", concept.name, concept.broader)
    if concept.role is Role.GROUP and concept.goes_with:
        yield line.finding("group_goes_with", concept.name)
    for name in concept.goes_with:
        if name in above or concept.name in _above(name, by_name):
            yield line.finding("goes_with_its_own", concept.name, name)
    for name in concept.instead:
        other = by_name.get(name)
        if other and other.concept.role is not concept.role:
            yield line.finding("instead_other_role", concept.name, name)
        if name in above or concept.name in _above(name, by_name):
            yield line.finding("instead_its_own", concept.name, name)


def _above(name: str, by_name: Mapping[str, _Line]) -> list[str]:
    """The broader concepts, nearest first; ends with a name met before on a circle."""
    found: list[str] = []
    while name in by_name and (name := by_name[name].concept.broader):
        found.append(name)
        if name in found[:-1]:
            break
    return found


def _check_words(lines: Iterable[_Line]) -> Iterator[Finding]:
    """What is said of words that several concepts have."""
    users: dict[str, list[tuple[_Line, str, bool]]] = defaultdict(list)
    preferred: dict[str, _Line] = {}
    for line in lines:
        preferred.setdefault(plain(line.concept.name), line)
        for word, sure in line.concept.names():
            users[plain(word)].append((line, word, sure))
    for key, uses in users.items():
        concepts = {line.concept.name for line, _, _ in uses}
        owner = preferred.get(key)
        for line, word, sure in uses:
            others = sorted(concepts - {line.concept.name})
            if owner is not None and owner.concept.name == line.concept.name:
                continue
            if others and sure:
                yield line.finding("alias_shared", line.concept.name, word, *others)
            if not others and not sure:
                yield line.finding("alias_not_shared", line.concept.name, word)
