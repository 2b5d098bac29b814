"""What every test may ask for; the parts are in ``tests/harness``."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

from tests.harness.sockets import stay_on_this_machine

pytest_plugins = [
    "tests.harness.depth",
    "tests.harness.databases",
    "tests.harness.application",
    "tests.harness.clock",
    "tests.harness.browser",
    "tests.harness.mail",
    "tests.harness.robots",
    "tests.harness.server",
]

settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
    ],
)
settings.register_profile(
    "searching", settings.get_profile("steady"), derandomize=False, max_examples=2_000
)
settings.load_profile(os.environ.get("REGISTRY_TEST_HYPOTHESIS", "steady"))


def pytest_sessionstart(session: pytest.Session) -> None:
    stay_on_this_machine()
    gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was collected stays to the end: none of it is garbage.

    Looking for it was a tenth of what the tests cost.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()
