"""The threads that carry notices out, apart from all others and from each other.

A slow mail server holds up neither pages nor what is said in group chats.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from flask import Flask

from registry.config import Settings
from registry.notifications.calling import say_due
from registry.notifications.mailing import send_due
from registry.store.db import db

LOOK_EVERY_SECONDS = 10.0

log = structlog.get_logger("registry.mail")


class Postman:
    """Carries out what is due until told to stop; nothing where it is not set up."""

    def __init__(
        self, app: Flask, carry: Callable[[Settings], int], name: str, *, needed: bool
    ) -> None:
        self.app = app
        self.settings: Settings = app.extensions["registry_settings"]
        self.carry, self.needed = carry, needed
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        """Begin looking for what is due, if there is a way to carry it out."""
        if self.needed:
            self.thread.start()

    def stop(self) -> None:
        """Carry out what is in hand, and end."""
        self.stopping.set()
        if self.thread.ident is not None:
            self.thread.join(timeout=30)

    def _work(self) -> None:
        while not self.stopping.wait(LOOK_EVERY_SECONDS):
            with self.app.app_context():
                try:
                    self.carry(self.settings)
                except Exception:
                    log.exception("postman_stumbled")
                finally:
                    db.session.remove()


def postmen(app: Flask) -> tuple[Postman, ...]:
    """One for mail, one for group robots."""
    settings: Settings = app.extensions["registry_settings"]
    return (
        Postman(app, send_due, "registry-mail", needed=settings.sends_mail),
        Postman(app, say_due, "registry-robots", needed=settings.calls_robots),
    )
