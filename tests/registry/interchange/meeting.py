"""The registry whose imports wait for one another, so that they run at the same moment.

``MEETING`` is a folder in which each says that it has come.
With ``CARELESS`` they do not take turns: a fault of our own making, to see it caught.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from registry.app import create_app
from registry.cli.commands import main
from registry.config import Settings
from registry.interchange.actions import importing
from registry.interchange.actions.references import References

PATIENCE_SECONDS = 30
SMALL = 40
"""So few things a batch, so that batches of both files alternate."""
TOGETHER = 3
"""Two imports, and the phones that send meanwhile."""
read_ledger = importing.read_ledger


def read_together(*given: Any, **how: Any) -> Any:
    """Read a file, then wait until everybody else has come as far."""
    found = read_ledger(*given, **how)
    meet(Path(os.environ["MEETING"]), str(os.getpid()), TOGETHER)
    return found


def meet(folder: Path, name: str, together: int) -> None:
    """Say that one has come, and wait until all have."""
    (folder / name).touch()
    give_up = time.monotonic() + PATIENCE_SECONDS
    while len(list(folder.iterdir())) < together:
        assert time.monotonic() < give_up
        time.sleep(0.01)


@contextmanager
def out_of_turn(_: References) -> Iterator[None]:
    """Brings in rows whoever else does."""
    yield


def create_meeting_app(settings: Settings | None = None) -> Flask:
    """The application whose imports meet, in whichever process."""
    vars(importing).update(read_ledger=read_together, BATCH=SMALL)
    if "CARELESS" in os.environ:
        setattr(References, "in_turn", out_of_turn)  # noqa: B010 - a fault
    return create_app(settings)


if __name__ == "__main__":
    from tests.registry.interchange import meeting

    main(meeting.create_meeting_app)
