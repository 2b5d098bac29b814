"""Tables of signing in. Of sessions and tokens only a hash of the secret is kept."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registry.auth.states import FactorState
from registry.store.base import Base, Id, Owned, one_of, refers, unique_pair


class Credential(Owned, Base):
    """How one person signs in; the name is unique in its folded form."""

    __tablename__ = "credentials"
    __table_args__ = (
        unique_pair(),
        refers("person_id", "people"),
        sa.UniqueConstraint("institution_id", "person_id"),
        sa.UniqueConstraint("institution_id", "folded_name"),
    )

    person_id: Mapped[int]
    sign_in_name: Mapped[str] = mapped_column(sa.String(80))
    folded_name: Mapped[str] = mapped_column(sa.String(160))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    must_change: Mapped[bool] = mapped_column(default=False)
    initial_until: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    created_at: Mapped[datetime]


class SignInSession(Owned, Base):
    """One browser of one person, from sign-in until it is ended or runs out."""

    __tablename__ = "sessions"
    __table_args__ = (
        unique_pair(),
        refers("person_id", "people"),
        sa.Index("ix_sessions_person", "institution_id", "person_id"),
        sa.Index("ix_sessions_expires_at", "expires_at"),
    )

    person_id: Mapped[int]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(sa.String(45), default="")
    agent: Mapped[str] = mapped_column(sa.String(200), default="")
    stands_in: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether the person decided for others, without a role, when it began."""


class HalfSignIn(Owned, Base):
    """A password was right, and the code is still to come: as yet no session at all."""

    __tablename__ = "half_sign_ins"
    __table_args__ = (
        unique_pair(),
        refers("person_id", "people"),
        sa.Index("ix_half_sign_ins_person", "institution_id", "person_id"),
        sa.Index("ix_half_sign_ins_expires_at", "expires_at"),
    )

    person_id: Mapped[int]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    expires_at: Mapped[datetime]


class SecondFactor(Owned, Base):
    """What a person's phone makes codes of; sealed with the installation's key.

    ``last_step`` is the half minute of the last code taken: none of it or of one before
    is taken again. ``pending`` is a secret that waits for its first code.
    """

    __tablename__ = "second_factors"
    __table_args__ = (
        unique_pair(),
        refers("person_id", "people"),
        sa.UniqueConstraint("institution_id", "person_id"),
        one_of("state", FactorState),
    )

    person_id: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(10), default=str(FactorState.NONE))
    secret: Mapped[str] = mapped_column(sa.String(200), default="")
    pending: Mapped[str] = mapped_column(sa.String(200), default="")
    pending_since: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(Id, default=0)
    confirmed_at: Mapped[datetime | None]

    @property
    def is_on(self) -> bool:
        """Whether signing in asks for a code of it."""
        return FactorState(self.state).is_asked


class SpareCode(Owned, Base):
    """A code for when the phone is not there: the digits it begins with, and a hash."""

    __tablename__ = "spare_codes"
    __table_args__ = (
        unique_pair(),
        refers("factor_id", "second_factors"),
        sa.UniqueConstraint("factor_id", "mark"),
    )

    factor_id: Mapped[int]
    mark: Mapped[str] = mapped_column(sa.String(8))
    code_hash: Mapped[str] = mapped_column(sa.String(200))
    used_at: Mapped[datetime | None]


class ApiToken(Owned, Base):
    """A secret a programme shows instead of a person, for some scopes only."""

    __tablename__ = "api_tokens"
    __table_args__ = (
        unique_pair(),
        refers("person_id", "people"),
        sa.Index("ix_api_tokens_person", "institution_id", "person_id"),
    )

    person_id: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(80))
    hint: Mapped[str] = mapped_column(sa.String(12))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class ThrottleBucket(Base):
    """How often something was tried in the present window of time."""

    __tablename__ = "throttle_buckets"

    key_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    window_ends: Mapped[int] = mapped_column(Id, index=True)
    count: Mapped[int] = mapped_column(Id)
