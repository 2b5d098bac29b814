"""The server's role can neither change the schema nor rewrite the ledger."""

from __future__ import annotations

import os
import re

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.backup.actions.proving import findings_of
from registry.journal import actions as journal
from registry.ledger import actions as ledger
from registry.organisation.models import Institution
from registry.store.db import apart
from registry.store.holding import file_of
from tests.factories.ledger import make_assets
from tests.harness.sources import ROOT
from tests.registry.backup.conftest import run_sql

PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
[GRANTS] = re.findall(r"```sql\n(GRANT.*?)```", PAGE, re.DOTALL)
ROLE = f"registry_app_{os.getpid()}"


def test_the_role_of_the_page_is_enough_to_work_and_no_more(
    context: Session, institution: Institution, database_url: str
) -> None:
    if file_of(database_url):
        # It has no users at all: whoever may read the file may do everything.
        pytest.skip("SQLite knows no roles")
    school = institution.id
    made = make_assets(institution, 1)[0].id
    context.commit()
    context.close()
    granted = GRANTS.replace("registry_app", ROLE).split(";\n")
    run_sql(database_url, f"CREATE ROLE {ROLE} LOGIN", *filter(str.strip, granted))
    url = sa.make_url(database_url).set(username=ROLE)
    as_role = url.render_as_string(hide_password=False)
    with apart(as_role):
        ledger.amend(Actor.system(school), made, None, {"note": "by the role"})
        journal.seal(Actor.system(school))
    assert findings_of(as_role) == []
    for refused in (
        "ALTER TABLE entries DISABLE TRIGGER USER",
        "DROP TRIGGER entries_no_update ON entries",
        "TRUNCATE entries",
        "DELETE FROM entries",
        "DELETE FROM codes",
        "UPDATE alembic_version SET version_num = '0001'",
        "CREATE TABLE mine (id int)",
    ):
        with pytest.raises(ProgrammingError, match=r"denied|owner"):
            run_sql(as_role, refused)
    run_sql(database_url, f"DROP OWNED BY {ROLE}", f"DROP ROLE {ROLE}")
