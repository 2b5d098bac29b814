"""``registry idle`` finds and asks as the duty does, or says whom it would ask."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.organisation.models import Institution
from registry.sharing.models import IdleQuestion, Suspicion
from tests.factories.sharing import School, make_school
from tests.registry.cli.conftest import Run


@pytest.fixture
def school(clock: Any, institution: Institution, context: Session) -> School:
    made = make_school(institution)
    for _ in range(3):
        made.stored()
    made.stored(custodian_id=None)
    context.commit()
    return made


def count(context: Session, model: Any) -> int:
    context.rollback()
    return context.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_dry_run_says_whom_it_would_ask_and_asks_nobody(
    registry: Run, school: School, context: Session
) -> None:
    ran = registry("idle", "ask", "--dry-run")
    assert ran.code == 0
    assert "将问 2 人，共 4 件" in ran.out
    assert f"{school.keeper.name}：3 件" in ran.out
    assert "没有保管人，问资产管理员" in ran.out
    assert count(context, IdleQuestion) == 0


def test_looking_and_asking_are_two_steps(
    registry: Run, school: School, context: Session
) -> None:
    assert "疑似闲置 4 件" in registry("idle", "look").out
    assert (count(context, Suspicion), count(context, IdleQuestion)) == (4, 0)
    assert "已询问 4 件" in registry("idle", "ask", "--institution", "school").out
    assert count(context, IdleQuestion) == 4
    assert "已询问 0 件" in registry("idle", "ask").out
