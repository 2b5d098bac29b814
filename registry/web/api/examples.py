"""Examples for the description, made of its schemas and of the words of the trade."""

from __future__ import annotations

from typing import Any

BY_NAME: dict[str, Any] = {
    "action": "move",
    "actor": "王静",
    "address": "10.0.3.7",
    "agent": "Mozilla/5.0",
    "alias": "投屏机",
    "asset_number": "2026-000123",
    "attributes": {"颜色": "白"},
    "brand": "爱普生",
    "class_code": "2010101",
    "code": "K7Q4M2XNT",
    "contact": "62751234",
    "currency": "CNY",
    "cursor": "",
    "date": "2026-09-01",
    "department": "物理教研组",
    "document": "PL2026-000012",
    "edition": "2022",
    "email": "wang@example.edu.cn",
    "facts": {"place": {"id": 7, "name": "理科楼 301"}},
    "file_name": "资产台账.xlsx",
    "full_name": "东校区 理科楼 301",
    "funding": "财政拨款",
    "hash": "9f2c4e1a",
    "hint": "rt_9f2c",
    "holder": "张伟",
    "institution": "育才中学",
    "limit": 50,
    "model": "CB-X06",
    "name": "投影仪",
    "name_en": "Projectors",
    "note": "",
    "parent_code": "20101",
    "password": "kept-nowhere-9",
    "path": "/1/4/",
    "phone": "13800000000",
    "q": "投影",
    "reason": "贴错了标签",
    "secret": "rt_kept-nowhere",
    "serial": "X6FZ1234567",
    "specification": "3600 流明",
    "staff_number": "T0123",
    "text": "K7Q4-M2XN-T",
    "title": "爱普生 CB-X06 投影仪",
    "unit": "台",
    "verb": "move",
}
"""What stands in a field of this name, where nothing nearer is said."""

BY_FORMAT = {"date": "2026-09-01", "date-time": "2026-09-01T01:00:00+00:00"}


def example_of(
    schema: dict[str, Any], schemas: dict[str, Any], name: str = "", depth: int = 0
) -> Any:
    """A value of a schema, as it could really be."""
    if "$ref" in schema:
        found = schemas[schema["$ref"].rpartition("/")[2]]
        return example_of(found, schemas, name, depth + 1)
    for key in ("example", "default"):
        if key in schema and (key == "example" or schema[key] not in ("", None, [])):
            return schema[key]
    for key in ("allOf", "anyOf", "oneOf"):
        if key in schema:
            return example_of(schema[key][0], schemas, name, depth)
    if "enum" in schema:
        return schema["enum"][0]
    return _plain(schema, schemas, name, depth)


def _plain(
    schema: dict[str, Any], schemas: dict[str, Any], name: str, depth: int
) -> Any:
    kinds = schema.get("type", "object")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if kind == "object":
        return _object(schema, schemas, name, depth)
    if kind == "array":
        one = example_of(schema.get("items", {}), schemas, name, depth + 1)
        return [one] if depth < 6 else []
    if kind == "string":
        return _text(schema, name)
    if kind == "boolean":
        return False
    return BY_NAME.get(name, max(int(schema.get("minimum", 0)), 1))


def _object(
    schema: dict[str, Any], schemas: dict[str, Any], name: str, depth: int
) -> Any:
    properties = schema.get("properties")
    if properties is None:
        return BY_NAME.get(name, {}) if isinstance(BY_NAME.get(name), dict) else {}
    return {
        each: example_of(part, schemas, each, depth + 1)
        for each, part in properties.items()
    }


def _text(schema: dict[str, Any], name: str) -> str:
    if schema.get("format") in BY_FORMAT:
        return BY_FORMAT[schema["format"]]
    if schema.get("pattern", "").startswith("^[0-9]{1,13}"):
        return "4500.00"
    known = BY_NAME.get(name)
    return known if isinstance(known, str) else "…"
