"""A follower in a process of its own: it writes down what it hears, a line each.

``python listening.py <database address> <institution> <after> <last position>``
"""

from __future__ import annotations

import sys

from registry.journal.following import Follower
from registry.store.db import make_engine

PATIENCE_SECONDS = 120


def listen(url: str, institution_id: int, after: int, last: int) -> None:
    """Hear everything up to a position; AssertionError if it does not come."""
    engine = make_engine(url)
    follower = Follower(engine.connect)
    listener = follower.listen(institution_id, after)
    while after < last:
        heard = listener.wait(PATIENCE_SECONDS)
        assert heard.begun or heard.news, "nothing comes any more"
        assert not heard.reset
        for news in heard.news:
            after = news.position
            sys.stdout.write(f"{news.position} {news.kind} {news.subject_id}\n")
        sys.stdout.flush()
    listener.close()
    follower.stop()
    engine.dispose()


if __name__ == "__main__":
    listen(sys.argv[1], *map(int, sys.argv[2:]))
