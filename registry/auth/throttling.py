"""Counting tries in the database, exactly, across processes and restarts.

A bucket holds the tries of one key in one window of time. Counting is a single
statement, so that of many tries at once no more than the limit pass.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import NoReturn

import sqlalchemy as sa

from registry.auth.models import ThrottleBucket
from registry.kernel.canonical import sha256_hex
from registry.kernel.errors import Throttled
from registry.store.db import session as current_session
from registry.store.transaction import apart, transaction
from registry.store.upserting import insert


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many tries of one key in so many seconds."""

    name: str
    most: int
    seconds: int

    def key(self, *parts: object) -> str:
        """What is kept of a key: nobody reads names or addresses from the table."""
        return sha256_hex("\n".join([self.name, *map(str, parts)]))

    def window_ends(self) -> int:
        """The second in which the present window ends."""
        return (int(time.time()) // self.seconds + 1) * self.seconds


def hit(limit: Limit, *parts: object) -> None:
    """Count one try; Throttled if it is one too many. Commits by itself.

    What is refused later stays counted, also in a request that is one transaction:
    call it before the first thing that is written there.
    """
    ends = limit.window_ends()
    if count(limit, *parts) > limit.most:
        refuse(ends)


def count(limit: Limit, *parts: object, tries: int = 1) -> int:
    """Add tries, and how many there are in this window now. Commits by itself."""
    with apart() as session:
        row = insert(ThrottleBucket).values(
            key_hash=limit.key(*parts), window_ends=limit.window_ends(), count=tries
        )
        same = ThrottleBucket.window_ends == row.excluded.window_ends
        found = session.scalar(
            row.on_conflict_do_update(
                index_elements=[ThrottleBucket.key_hash],
                set_={
                    "count": sa.case(
                        (same, ThrottleBucket.count + row.excluded.count),
                        else_=row.excluded.count,
                    ),
                    "window_ends": row.excluded.window_ends,
                },
            ).returning(ThrottleBucket.count)
        )
    return found or 0


def refuse_if_spent(limit: Limit, *parts: object) -> None:
    """Throttled if the limit is used up already; counts nothing."""
    ends = limit.window_ends()
    spent = current_session().scalar(
        sa.select(ThrottleBucket.count).where(
            ThrottleBucket.key_hash == limit.key(*parts),
            ThrottleBucket.window_ends == ends,
        )
    )
    if (spent or 0) >= limit.most:
        refuse(ends)


def forgive(limit: Limit, *parts: object, all_of_them: bool = False) -> None:
    """Take back one try, or all: it turned out to be an honest one."""
    with transaction() as session:
        left = 0 if all_of_them else ThrottleBucket.count - 1
        session.execute(
            sa.update(ThrottleBucket)
            .where(
                ThrottleBucket.key_hash == limit.key(*parts), ThrottleBucket.count > 0
            )
            .values(count=left)
        )


def forget_old_buckets() -> int:
    """Drop buckets whose window ended more than an hour ago."""
    with transaction() as session:
        gone = session.execute(
            sa.delete(ThrottleBucket).where(
                ThrottleBucket.window_ends < int(time.time()) - 3600
            )
        )
        return int(getattr(gone, "rowcount", 0))


def refuse(window_ends: int) -> NoReturn:
    """Throttled until the window ends."""
    raise Throttled(retry_after=max(1, window_ends - int(time.time())))
