"""The index behind forgiving search: tokens of names, the same on both databases."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from registry.matching import enough, query_tokens, tokens
from registry.store.base import Base, Id


class SearchToken(Base):
    """One token of one thing's searchable text."""

    __tablename__ = "search_tokens"
    __table_args__ = (
        sa.PrimaryKeyConstraint("institution_id", "kind", "token", "target_id"),
        sa.Index("ix_search_tokens_target", "institution_id", "kind", "target_id"),
    )

    institution_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(sa.String(20))
    token: Mapped[str] = mapped_column(sa.String(64))
    target_id: Mapped[int] = mapped_column(Id)


def index_text(
    session: Session,
    institution_id: int,
    kind: str,
    target_id: int,
    texts: Iterable[str],
) -> None:
    """Make a thing findable by these texts, and by no earlier ones."""
    session.execute(
        sa.delete(SearchToken).where(
            SearchToken.institution_id == institution_id,
            SearchToken.kind == kind,
            SearchToken.target_id == target_id,
        )
    )
    session.execute(
        sa.insert(SearchToken),
        token_rows(institution_id, kind, target_id, texts),
    )


def token_rows(
    institution_id: int, kind: str, target_id: int, texts: Iterable[str]
) -> list[dict[str, int | str]]:
    """The rows of a thing's tokens; at least one, so that no insert is empty."""
    found = {token[:64] for text in texts for token in tokens(text)} or {""}
    return [
        {
            "institution_id": institution_id,
            "kind": kind,
            "target_id": target_id,
            "token": token,
        }
        for token in sorted(found)
    ]


def matching_ids(institution_id: int, kind: str, text: str) -> sa.Select[int]:
    """A select of the ids whose texts hold enough of the query's tokens."""
    wanted = sorted({token[:64] for token in query_tokens(text)})
    query = sa.select(SearchToken.target_id).where(
        SearchToken.institution_id == institution_id,
        SearchToken.kind == kind,
        SearchToken.token.in_(wanted),
    )
    if len(wanted) <= 1:
        return query
    return query.group_by(SearchToken.target_id).having(
        sa.func.count() >= enough(len(wanted))
    )
