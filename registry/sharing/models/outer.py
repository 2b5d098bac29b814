"""Tables of the outer pool: cards shown to other institutions, and what they ask for.

A card says what an institution could part with: so many of an item type in one
condition. Which things these are is nobody's business but their own institution's.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.catalogue.models import ItemType
from registry.ledger.models import Asset
from registry.organisation.models import Institution, Person
from registry.sharing.states import INQUIRY, OUTER_THING, InquiryState, OuterThingState
from registry.store.base import Base, Id, Owned, one_of, refers, unique_pair

STILL_OPEN = sa.text("ended_at IS NULL")
SHOWN = sa.text("count > 0")


class OuterCard(Owned, Base):
    """Equal things that other institutions may ask for; shown while there are any."""

    __tablename__ = "outer_cards"
    __table_args__ = (
        unique_pair(),
        refers("item_type_id", "item_types"),
        sa.UniqueConstraint("institution_id", "item_type_id", "condition"),
        sa.Index("ix_outer_cards_type", "item_type_id"),
        sa.Index(
            "ix_outer_cards_shown",
            "institution_id",
            "id",
            sqlite_where=SHOWN,
            postgresql_where=SHOWN,
        ),
        sa.CheckConstraint("count >= 0", name="count_not_negative"),
    )

    item_type_id: Mapped[int]
    condition: Mapped[str] = mapped_column(sa.String(10), default="")
    """Empty where nobody has said."""
    count: Mapped[int] = mapped_column(sa.Integer, default=0)
    """How many are on offer now."""
    since: Mapped[datetime]

    item_type: Mapped[ItemType] = relationship(
        viewonly=True,
        foreign_keys="[OuterCard.institution_id, OuterCard.item_type_id]",
    )
    institution: Mapped[Institution] = relationship(viewonly=True)


class OuterThing(Owned, Base):
    """One thing behind a card, and how far it has come; seen by its institution only.

    Such a row that is open is there once for a thing at most. What is promised has a
    claim, so that nobody inside gets it meanwhile.
    """

    __tablename__ = "outer_things"
    __table_args__ = (
        unique_pair(),
        refers("asset_id", "assets"),
        refers("card_id", "outer_cards"),
        refers("inquiry_id", "outer_inquiries"),
        refers("claim_id", "claims"),
        refers("published_by_id", "people"),
        one_of("state", OuterThingState),
        sa.Index(
            "uq_outer_things_open",
            "asset_id",
            unique=True,
            sqlite_where=STILL_OPEN,
            postgresql_where=STILL_OPEN,
        ),
        sa.Index("ix_outer_things_card", "institution_id", "card_id", "state"),
        sa.Index("ix_outer_things_inquiry", "inquiry_id"),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state IN ('offered', 'promised'))",
            name="ended_unless_open",
        ),
        sa.CheckConstraint(
            "state <> 'promised' OR (claim_id IS NOT NULL AND inquiry_id IS NOT NULL)",
            name="promised_to_somebody",
        ),
    )

    asset_id: Mapped[int]
    card_id: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(10))
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None]
    inquiry_id: Mapped[int | None]
    claim_id: Mapped[int | None]
    ended_at: Mapped[datetime | None]

    asset: Mapped[Asset] = relationship(
        viewonly=True, foreign_keys="[OuterThing.institution_id, OuterThing.asset_id]"
    )

    def follow(self, verb: str) -> None:
        """Go where a verb of the table of moves leads; WrongState where it does not."""
        self.state = str(OUTER_THING.after(OuterThingState(self.state), verb))


class OuterInquiry(Owned, Base):
    """Another institution asks for so many of a card; the card's institution answers.

    It belongs to whoever is asked; ``from_institution_id`` sees the same row from the
    other side. Who asks is kept in words, as they are read there.
    """

    __tablename__ = "outer_inquiries"
    __table_args__ = (
        unique_pair(),
        refers("card_id", "outer_cards"),
        refers("answered_by_id", "people"),
        sa.ForeignKeyConstraint(
            ["from_institution_id", "asked_by_id"],
            ["people.institution_id", "people.id"],
            name="fk_outer_inquiries_asked_by",
            ondelete="RESTRICT",
        ),
        one_of("state", InquiryState),
        sa.UniqueConstraint("institution_id", "number"),
        sa.Index("ix_outer_inquiries_state", "institution_id", "state", "id"),
        sa.Index("ix_outer_inquiries_from", "from_institution_id", "id"),
        sa.Index("ix_outer_inquiries_cause", "from_institution_id", "cause"),
        sa.Index(
            "uq_outer_inquiries_open",
            "card_id",
            "asked_by_id",
            "cause",
            unique=True,
            sqlite_where=STILL_OPEN,
            postgresql_where=STILL_OPEN,
        ),
        sa.CheckConstraint(
            "from_institution_id <> institution_id", name="of_another_institution"
        ),
        sa.CheckConstraint("count > 0", name="wants_something"),
        sa.CheckConstraint("promised BETWEEN 0 AND count", name="promised_counts"),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state IN ('asked', 'promised'))",
            name="ended_unless_open",
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR reason <> ''", name="refused_for_a_reason"
        ),
        sa.CheckConstraint(
            "state <> 'given' OR approval <> ''", name="given_with_approval"
        ),
    )

    number: Mapped[str] = mapped_column(sa.String(40))
    card_id: Mapped[int]
    from_institution_id: Mapped[int] = mapped_column(Id)
    asked_by_id: Mapped[int]
    asker: Mapped[str] = mapped_column(sa.String(200))
    """Who asks, of which department."""
    contact: Mapped[str] = mapped_column(sa.String(200), default="")
    count: Mapped[int] = mapped_column(sa.Integer)
    words: Mapped[str] = mapped_column(sa.String(400))
    """What for."""
    cause: Mapped[str] = mapped_column(sa.String(60), default="")
    """The number of the purchase request it was asked for."""
    state: Mapped[str] = mapped_column(sa.String(10))
    promised: Mapped[int] = mapped_column(sa.Integer, default=0)
    reason: Mapped[str] = mapped_column(sa.String(1_000), default="")
    """Why it was refused or came to nothing."""
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None]
    approval: Mapped[str] = mapped_column(sa.String(100), default="")
    """The number of the authority's approval, or of the agreement."""
    document: Mapped[str] = mapped_column(sa.String(40), default="")
    ended_at: Mapped[datetime | None]

    card: Mapped[OuterCard] = relationship(
        viewonly=True,
        foreign_keys="[OuterInquiry.institution_id, OuterInquiry.card_id]",
    )
    institution: Mapped[Institution] = relationship(
        viewonly=True,
        primaryjoin="foreign(OuterInquiry.institution_id) == Institution.id",
    )
    from_institution: Mapped[Institution] = relationship(
        viewonly=True,
        primaryjoin="foreign(OuterInquiry.from_institution_id) == Institution.id",
    )
    answered_by: Mapped[Person | None] = relationship(
        viewonly=True,
        foreign_keys="[OuterInquiry.institution_id, OuterInquiry.answered_by_id]",
        primaryjoin="and_(OuterInquiry.institution_id == Person.institution_id, "
        "OuterInquiry.answered_by_id == Person.id)",
    )

    def follow(self, verb: str) -> None:
        """Go where a verb of the table of moves leads; WrongState where it does not."""
        self.state = str(INQUIRY.after(InquiryState(self.state), verb))
