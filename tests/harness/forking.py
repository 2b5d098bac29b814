"""The process that forks servers: it loads everything once, then a line starts one.

A line that says ``forgetful`` plants a fault in it: what it acknowledges is now and
then taken back.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from datetime import timedelta

from sqlalchemy.orm import Session

from registry.app import create_app
from registry.cli.server import Address, serve
from registry.config import Settings
from registry.jobs import running
from registry.store import transaction
from registry.store.db import db

LEASE_SECONDS = 2
"""A job of a killed worker is taken up after so long, and not after a minute."""
FORGETTING = 0.1
THREADS = 16


def forget_now_and_then() -> None:
    """Plant the fault."""
    complete = transaction._complete

    def complete_or_not(session: Session) -> None:
        if random.random() < FORGETTING:
            session.flush()
            session.rollback()
        else:
            complete(session)

    vars(transaction)["_complete"] = complete_or_not


def main(port: int) -> None:
    """Fork a server each time a line comes in, and say its number."""
    running.LEASE = timedelta(seconds=LEASE_SECONDS)
    settings = Settings.from_environment()
    app = create_app(settings)
    with app.app_context():
        db.engine.dispose()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        if child := os.fork():
            sys.stdout.write(f"{child}\n")
            sys.stdout.flush()
            continue
        os.setsid()
        if line.strip() == "forgetful":
            forget_now_and_then()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(2, 1)
        os._exit(
            serve(create_app, settings, Address("127.0.0.1", port), threads=THREADS)
        )


if __name__ == "__main__":
    main(int(sys.argv[1]))
