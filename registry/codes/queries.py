"""Finding what a code names."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from registry.codes.models import Code, CodeKind
from registry.store.db import session


def find(code: str) -> Code | None:
    """The row of a code in whatever institution, or None."""
    return session().get(Code, code)


def current_code(kind: CodeKind, target_id: int) -> Code | None:
    """The code a thing bears now."""
    return session().scalar(
        sa.select(Code).where(
            Code.kind == kind, Code.target_id == target_id, Code.retired_at.is_(None)
        )
    )


def current_codes(kind: CodeKind, target_ids: Iterable[int]) -> dict[int, str]:
    """The codes that some things bear now, by thing; who has none is left out."""
    rows = session().execute(
        sa.select(Code.target_id, Code.code).where(
            Code.kind == kind,
            Code.target_id.in_(sorted(set(target_ids))),
            Code.retired_at.is_(None),
        )
    )
    return {target_id: code for target_id, code in rows if target_id is not None}


def codes_of(kind: CodeKind, target_id: int) -> list[Code]:
    """Every code a thing has borne, oldest first."""
    return list(
        session().scalars(
            sa.select(Code)
            .where(Code.kind == kind, Code.target_id == target_id)
            .order_by(Code.issued_at)
        )
    )


def free_blanks(institution_id: int, limit: int = 200) -> list[Code]:
    """Blank codes that name nothing yet, newest first."""
    return list(
        session().scalars(
            sa.select(Code)
            .where(
                Code.institution_id == institution_id,
                Code.kind == CodeKind.BLANK,
                Code.retired_at.is_(None),
            )
            .order_by(Code.issued_at.desc(), Code.code)
            .limit(limit)
        )
    )
