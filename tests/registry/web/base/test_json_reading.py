"""JSON that readers could take differently is not read at all."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.web.base.json_reading import DEEPEST, InvalidJson, read_json

TRAPS = {
    "nothing": b"",
    "cut off": b'{"a": 1',
    "text": b"hello",
    "not a number": b'{"a": NaN}',
    "infinity": b'{"a": Infinity}',
    "minus infinity": b"[-Infinity]",
    "a number too large for a float": b'{"a": 1e309}',
    "five thousand digits": b'{"a": ' + b"9" * 5_000 + b"}",
    "2^63": b'{"a": 9223372036854775808}',
    "below -2^63": b'{"a": -9223372036854775809}',
    "a key twice": b'{"a": 1, "a": 2}',
    "a key twice, deep inside": b'[{"b": {"a": 1, "a": 1}}]',
    "a key twice, written differently": b'{"a": 1, "\\u0061": 2}',
    "100,000 brackets": b"[" * 100_000,
    "100,000 closed brackets": b"[" * 100_000 + b"]" * 100_000,
    "deeper than allowed": b"[" * (DEEPEST + 2) + b"]" * (DEEPEST + 2),
    "objects deeper than allowed": b'{"a":' * 40 + b"1" + b"}" * 40,
    "a lone surrogate": b'{"a": "\\ud800"}',
    "a lone surrogate as a key": b'{"\\udfff": 1}',
    "not UTF-8": b'{"a": "\xff"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "GBK": '{"名": 1}'.encode("gbk"),
    "a byte order mark": b'\xef\xbb\xbf{"a": 1}',
    "single quotes": b"{'a': 1}",
    "a comma too many": b"[1,]",
    "two values": b"1 2",
    "a raw newline in a text": b'"a\nb"',
}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_refused(trap):
    with pytest.raises(InvalidJson) as refusal:
        read_json(TRAPS[trap])
    assert refusal.value.code == "invalid_json"
    assert refusal.value.facts == {}


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**63 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_everything_else_is_read_as_it_was_written(value):
    written = json.dumps(value, ensure_ascii=False)
    assert read_json(written.encode()) == value
    assert read_json(json.dumps(value)) == value


def test_as_deep_as_allowed_is_read():
    assert read_json("[" * DEEPEST + "]" * DEEPEST)
