"""A campus to count."""

from __future__ import annotations

import pytest

from registry.organisation.models import Institution
from tests.factories.audits import Campus, make_campus


@pytest.fixture
def campus(institution: Institution) -> Campus:
    return make_campus(institution, things=3)
