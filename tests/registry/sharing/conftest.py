"""A school in which something seems to lie idle, on the first day of term."""

from __future__ import annotations

import pytest
import time_machine

from registry.access.actor import Actor
from registry.organisation.models import Institution
from tests.factories.organisation import actor_of
from tests.factories.sharing import School, make_school


@pytest.fixture
def day(clock: time_machine.Traveller) -> time_machine.Traveller:
    """The first day of term, 2026-09-01, at nine in the morning."""
    return clock


@pytest.fixture
def school(day: time_machine.Traveller, institution: Institution) -> School:
    return make_school(institution)


@pytest.fixture
def keeper(school: School) -> Actor:
    return actor_of(school.keeper)


@pytest.fixture
def officer(school: School) -> Actor:
    return actor_of(school.officer)


@pytest.fixture
def head(school: School) -> Actor:
    return actor_of(school.head)


@pytest.fixture
def office(school: School) -> Actor:
    return actor_of(school.office)
