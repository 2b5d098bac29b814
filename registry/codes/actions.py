"""Issuing, claiming and retiring codes; callers have checked who may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from registry.codes.errors import CodeRetired, CodeTaken, CodeUnknown
from registry.codes.models import Code, CodeKind
from registry.kernel.checkcodes import new_code
from registry.kernel.clock import now
from registry.store.transaction import transaction

BATCH = 500


def fresh_codes(count: int) -> list[str]:
    """Codes nobody has ever been given, not yet stored."""
    with transaction() as session:
        codes: set[str] = set()
        while len(codes) < count:
            batch = {new_code() for _ in range(min(BATCH, count - len(codes)))}
            known = session.scalars(sa.select(Code.code).where(Code.code.in_(batch)))
            codes |= batch - set(known)
        return sorted(codes)


def issue(
    institution_id: int, kind: CodeKind, targets: Sequence[int | None]
) -> list[str]:
    """A new code for each target (None for a blank), in the order given."""
    with transaction() as session:
        codes = fresh_codes(len(targets))
        moment = now()
        rows = [
            {
                "code": code,
                "institution_id": institution_id,
                "kind": str(kind),
                "target_id": target,
                "issued_at": moment,
            }
            for code, target in zip(codes, targets, strict=True)
        ]
        if rows:
            session.execute(sa.insert(Code), rows)
        return codes


def adopt(institution_id: int, kind: CodeKind, names: Mapping[str, int]) -> None:
    """Store codes (from ``fresh_codes``) with the things they name."""
    with transaction() as session:
        moment = now()
        rows = [
            {
                "code": code,
                "institution_id": institution_id,
                "kind": str(kind),
                "target_id": target,
                "issued_at": moment,
            }
            for code, target in names.items()
        ]
        if rows:
            session.execute(sa.insert(Code), rows)


def claim_blank(
    institution_id: int, code: str, kind: CodeKind, target_id: int
) -> str | None:
    """Let a blank code name a thing; the thing's former code retires in its favour.

    Returns the former code. Raises CodeUnknown, CodeTaken or CodeRetired.
    """
    with transaction() as session:
        row = session.get(Code, code, with_for_update=True, populate_existing=True)
        if row is None or row.institution_id != institution_id:
            raise CodeUnknown(found=code)
        if row.retired_at is not None:
            raise CodeRetired(found=code, successor=row.successor)
        if row.kind != CodeKind.BLANK:
            raise CodeTaken(found=code)
        former = _retire_current(kind, target_id)
        row.kind, row.target_id = str(kind), target_id
        session.flush()
        if former is not None:
            former.successor = code
        return former.code if former else None


def replace(institution_id: int, kind: CodeKind, target_id: int) -> str:
    """A new code for a thing whose label must no longer be believed."""
    with transaction() as session:
        former = _retire_current(kind, target_id)
        [code] = issue(institution_id, kind, [target_id])
        if former is not None:
            former.successor = code
        session.flush()
        return code


def mark_printed(codes: Iterable[str]) -> None:
    """Note when codes were first printed."""
    with transaction() as session:
        wanted = list(codes)
        for start in range(0, len(wanted), BATCH):
            session.execute(
                sa.update(Code)
                .where(
                    Code.code.in_(wanted[start : start + BATCH]),
                    Code.printed_at.is_(None),
                )
                .values(printed_at=now())
                .execution_options(synchronize_session=False)
            )


def _retire_current(kind: CodeKind, target_id: int) -> Code | None:
    with transaction() as session:
        former = session.scalar(
            sa.select(Code)
            .where(
                Code.kind == kind,
                Code.target_id == target_id,
                Code.retired_at.is_(None),
            )
            .with_for_update()
        )
        if former is not None:
            former.retired_at = now()
            session.flush()
        return former
