"""How deep a run looks: as every change must, or as long as there is anything to see.

``make test`` is what everybody waits for before each change and looks at everything in
a short form. ``make test-whole`` (``REGISTRY_TEST_DEPTH=whole``) takes each test in its
long form and adds those marked ``whole_only``: faults planted to try the tests
themselves, and what costs much and is told earlier by something shorter.
"""

from __future__ import annotations

import os
from typing import TypeVar

import pytest

WHOLE = os.environ.get("REGISTRY_TEST_DEPTH") == "whole"
T = TypeVar("T")


def deep(usual: T, whole: T) -> T:
    """The first before each change, the second where everything is looked at."""
    return whole if WHOLE else usual


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what is for the whole alone, unless it was asked for by its name."""
    if WHOLE or any("::" in each for each in config.args):
        return
    left = [each for each in items if each.get_closest_marker("whole_only")]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [each for each in items if each not in left]
