"""What every request needs is made before the first one: several at once make it wrong.

Statements asked with every request are kept. Made by two threads at the same time,
while mappings were still being set up, one was kept that no database understands, and
that process answered nobody any more.
"""

from __future__ import annotations

import subprocess
import sys

from tests.harness.server import environment_for
from tests.harness.sources import ROOT

MADE = """
from registry.app import create_app
from registry.auth import queries
from registry.organisation.models import Department
create_app()
kept = (queries._behind_session, queries._behind_token)
print([each.cache_info().currsize for each in kept], Department.__mapper__.configured)
"""


def test_nothing_is_left_for_the_first_requests_to_make(database_url: str) -> None:
    made = subprocess.run(
        [sys.executable, "-c", MADE],
        env=environment_for(database_url, PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout.split("\n")[-2] == "[1, 1] True"
